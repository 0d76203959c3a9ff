"""The scheduled deployment of the pipeline, and the runner that starts its runs."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from crawler.command import UsageError
from crawler.files import sha256
from flows.config import Plan
from flows.pipeline import pipeline
from flows.timezone import local_timezone

# A run that is due while another is at work is cancelled: the next one does its work too. After
# days without power the missed runs go the same way, all but one.
ONE_AT_A_TIME = ConcurrencyLimitConfig(
    limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
)


class PipelineRunner(Runner):
    """A runner that SIGTERM ends like Ctrl-C, though a shell may have Ctrl-C ignored.

    A second SIGTERM does not cut short how the first ends the run at work.
    """

    async def start(self, *args: Any, **kwargs: Any) -> None:
        self._work = asyncio.current_task()
        self._events = asyncio.get_running_loop()
        await super().start(*args, **kwargs)

    def handle_sigterm(self, *args: Any, **kwargs: Any) -> None:
        if self._events.is_closed():  # the run has ended; the server is about to
            raise KeyboardInterrupt
        if self._work is not None:
            self._events.call_soon_threadsafe(self._work.cancel)
            self._work = None


def scheduled(plan: Plan, cron: str, out: Path) -> RunnerDeployment:
    """The deployment of the pipeline in `out` with the plan as its parameters.

    Raises UsageError where `cron` is no cron expression.
    """
    try:
        schedule = Cron(cron, timezone=local_timezone())
    except ValueError as error:
        raise UsageError(
            f"{cron!r} is no cron expression; five fields are needed, minute, hour, day of month, "
            'month and day of week, such as "0 3 * * *"'
        ) from error
    deployment = pipeline.to_deployment(
        name=f"{out.name} {sha256(str(out).encode())[:6]}",  # two folders of one name stay two
        schedule=schedule,
        parameters=parameters(plan, out),
        concurrency_limit=ONE_AT_A_TIME,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    assert isinstance(deployment, RunnerDeployment)  # a coroutine inside event loops only
    return deployment


def parameters(plan: Plan, out: Path) -> dict[str, Any]:
    """The plan as JSON values, the way Prefect keeps it and shows it in a form."""
    return asdict(plan) | {"out": str(out)}


def keep(deployment: RunnerDeployment) -> None:
    """Start the runs of the deployment when they are due, until KeyboardInterrupt."""
    runner = PipelineRunner(name="deeprunning", pause_on_shutdown=False)
    runner.add_deployment(deployment)
    try:
        asyncio.run(runner.start())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
