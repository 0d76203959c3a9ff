"""Flow runs that a kill or a power cut left "Running" for ever, set to Crashed.

Heartbeats and automations would guess after minutes. We know at once: a living run of a folder
holds the folder's lock.
"""

from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.states import Crashed

from crawler.files import FolderBusyError, stage_folder

PIPELINE = FlowFilter(name=FlowFilterName(any_=["pipeline"]))
RUNNING = FlowRunFilter(
    state=FlowRunFilterState(
        type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])
    )
)


def bury(out: Path) -> None:
    """Set to Crashed the runs of `out` that no process is running any more."""
    try:
        with stage_folder(out):
            _bury(str(out.resolve()))
    except FolderBusyError:  # a run that outlived its killed `serve` is at work
        return


def _bury(out: str) -> None:
    dead: State[None] = Crashed(message="the process of this run was killed")
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_filter=PIPELINE, flow_run_filter=RUNNING):
            if run.parameters.get("out") == out:
                client.set_flow_run_state(run.id, dead, force=True)
