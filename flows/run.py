"""`deeprunning run`: the stages as one Prefect flow run, seen in a server of its own."""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from crawler.command import Parser, execute

if TYPE_CHECKING:
    from flows.config import Plan

EXAMPLE = """\
examples:
  deeprunning run flowers.toml --out flowers
  deeprunning run flowers.toml --out flowers --ui     and look around in Prefect's pages

The same command again asks the sites what is new, and trains again where images changed."""


def make_parser(prog: str) -> Parser:
    purpose = "Crawl, make the dataset and train, as one Prefect flow run."
    parser = Parser(prog, purpose, epilog=EXAMPLE)
    parser.add_argument("config", type=Path, metavar="CONFIG.toml", help="what to crawl and train")
    parser.add_argument("--out", type=Path, required=True, help="folder to fill")
    parser.add_argument(
        "--ui", action="store_true", default=False, help="keep Prefect's pages open until Ctrl-C"
    )
    return parser


def main(argv: Sequence[str] | None = None, prog: str = "deeprunning run") -> int:
    """Print the path of the model; tell on stderr what happens and where it can be seen."""
    options = make_parser(prog).parse_args(argv)
    from flows.failures import FAILURES

    def work() -> None:
        from flows.config import read_plan

        with finished_run(read_plan(options.config), options.out) as (model, pages):
            print(model, flush=True)
            if options.ui:
                wait_for_ctrl_c(pages)

    return execute(work, FAILURES, prog=prog)


@contextmanager
def finished_run(plan: "Plan", out: Path) -> Iterator[tuple[Path, str]]:
    """Run the pipeline in `out`; yield the model's path and, still there, the address of the pages.

    Raises what the stages raise, FolderBusyError, and ServerError where Prefect does not answer.
    """
    from flows.server import prefect_server

    with prefect_server(out / "prefect") as server:
        server.start()
        from flows import zombies  # now: Prefect reads its environment when it is imported

        server.wait()
        print(f"Prefect's pages: {server.address}", file=sys.stderr)
        zombies.bury(out)
        model, run = run_once(plan, out.resolve())
        yield out / model.relative_to(out.resolve()), f"{server.address}/runs/flow-run/{run}"


def run_once(plan: "Plan", out: Path) -> tuple[Path, UUID]:
    """One flow run, recorded to its end; return the model's path and the id of the run."""
    from flows import records
    from flows.pipeline import pipeline

    try:
        state = pipeline(plan.crawl, plan.sources, plan.dataset, plan.train, out, return_state=True)
    finally:
        records.send()
    run = state.state_details.flow_run_id
    assert run is not None  # a state of a flow run
    records.wait_for(run)
    return state.result(), run


def wait_for_ctrl_c(pages: str) -> None:
    """Return at Ctrl-C: the work is done, so this is no interruption."""
    print(f"done; {pages} stays open until Ctrl-C", file=sys.stderr)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return
