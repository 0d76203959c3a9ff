"""`deeprunning serve`: the pipeline again and again at the times of a cron expression."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.command import Parser, execute
from flows import logs
from flows.timezone import local_timezone

if TYPE_CHECKING:
    from flows.config import Plan

EXAMPLE = """\
example:
  deeprunning serve flowers.toml --cron "0 3 * * *" --out flowers     every night at three

Times are those of this computer. The configuration is
read once, when serving starts, and shown with every run in Prefect's pages; start again to have a
changed file obeyed. A run still at work when the next is due goes on, and the next is left out."""


def make_parser(prog: str) -> Parser:
    parser = Parser(prog, "Run the pipeline on a schedule, until Ctrl-C.", epilog=EXAMPLE)
    parser.add_argument("config", type=Path, metavar="CONFIG.toml", help="what to crawl and train")
    parser.add_argument(
        "--cron", required=True, help="minute, hour, day of month, month, day of week"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to fill")
    return parser


def main(argv: Sequence[str] | None = None, prog: str = "deeprunning serve") -> int:
    """Serve until Ctrl-C or SIGTERM, which also end the run at work; it goes on next time."""
    options = make_parser(prog).parse_args(argv)
    from flows.failures import FAILURES

    def work() -> None:
        from flows.config import read_plan

        serve(read_plan(options.config), options.cron, options.out)

    return execute(work, FAILURES, prog=prog)


def serve(plan: "Plan", cron: str, out: Path) -> None:
    """Keep a server and a runner alive; every time the expression names, run the pipeline in `out`.

    Returns only by KeyboardInterrupt. Raises UsageError for a bad expression, FolderBusyError, and
    ServerError where Prefect does not answer.
    """
    from flows.server import prefect_server

    logs.follow()

    with prefect_server(out / "prefect") as server:
        from flows import runner, zombies  # now: Prefect reads its environment when it is imported

        deployment = runner.scheduled(plan, cron, out.resolve())
        server.start()
        server.wait()
        print(f"Prefect's pages: {server.address}", file=sys.stderr)
        print(f"runs at {cron!r}, {local_timezone()} time, until Ctrl-C", file=sys.stderr)
        zombies.bury(out)
        try:
            runner.keep(deployment)
        finally:
            zombies.bury(out)  # the run at work, which ended with us
