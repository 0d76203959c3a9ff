"""Sees to it that the server has everything about a run, before it is stopped.

Log lines and the states of tasks travel in the background; a server stopped with the last task
would show an unfinished run without a log for ever.
"""

import time
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogHandler

PATIENCE = 10.0  # seconds; what has not arrived by then is lost from the pages, not from the disk


def send() -> None:
    """Return when the log lines and states still waiting in this process are on their way."""
    APILogHandler().flush()
    EventsWorker.drain_all(timeout=PATIENCE)


def wait_for(flow_run: UUID) -> None:
    """Return when the server knows the final state of every task of the run."""
    deadline = time.monotonic() + PATIENCE
    with get_client(sync_client=True) as client:
        while not _all_final(client, flow_run) and time.monotonic() < deadline:
            time.sleep(0.1)


def _all_final(client: SyncPrefectClient, flow_run: UUID) -> bool:
    this = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run]))
    tasks = client.read_task_runs(flow_run_filter=this)
    return all(task.state is not None and task.state.is_final() for task in tasks)
