"""`deeprunning demo`: the whole job on a web site of drawn pictures, served by this process."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from crawler.command import Parser, execute

EXAMPLES = """\
examples:
  deeprunning demo                  crawl, dataset, train and report in the folder demo
  deeprunning demo --ui             the same, then look around in Prefect's pages

The same command again goes on where it stopped, and does nothing when all is done. The work is
what `deeprunning run` does; DIR/demo.toml is its configuration, to copy and to change."""

NEXT = """\

Open  {out}/report.html  in a browser: the crawl, the dataset, the training, the test.

What to try next:
  deeprunning predict {out}/model/model.safetensors {out}/unseen --top 3
  deeprunning verify {out}/crawl
  deeprunning demo --out {out} --ui
and with your own question: copy {out}/demo.toml to flowers.toml, put your name and addresses in,
  deeprunning run flowers.toml --out flowers
"""


def make_parser(prog: str) -> Parser:
    """The arguments of the command."""
    parser = Parser(prog, "The whole job on a small site made for the purpose.", epilog=EXAMPLES)
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("demo"),
        metavar="DIR",
        help="folder to fill (default demo)",
    )
    parser.add_argument(
        "--ui", action="store_true", default=False, help="keep Prefect's pages open until Ctrl-C"
    )
    return parser


def main(argv: Sequence[str] | None = None, prog: str = "deeprunning demo") -> int:
    """Print the path of the report; tell on stderr what happened and what to try next."""
    options = make_parser(prog).parse_args(argv)
    from flows.failures import FAILURES

    return execute(lambda: _demo(options.out, ui=options.ui), FAILURES, prog=prog)


def _demo(out: Path, *, ui: bool) -> None:
    if not ui and _done(out):
        _tell(out)
        return
    from flows.config import read_plan
    from flows.run import finished_run, wait_for_ctrl_c

    with _site(out / "demo.toml") as address:
        print(f"a web site of drawn pictures: {address}", file=sys.stderr)
        with finished_run(read_plan(out / "demo.toml"), out) as (_, pages):
            _tell(out)
            if ui:
                wait_for_ctrl_c(pages)


def _done(out: Path) -> bool:
    """Whether the report, which is written last, is newer than the configuration."""
    report, config, model = out / "report.html", out / "demo.toml", out / "model"
    needed = (report, config, model / "model.safetensors", model / "metrics.json")
    return (
        all(path.exists() for path in needed)
        and report.stat().st_mtime_ns > config.stat().st_mtime_ns
    )


@contextmanager
def _site(file: Path) -> Iterator[str]:
    """Serve the site at the address in `file`, which is written where there is none."""
    from flows.config import read_plan
    from flows.demo.home import return_to, settle
    from flows.demo.server import serving
    from flows.demo.site import Site

    site = Site().answer
    server = return_to(file, read_plan(file), site) if file.exists() else settle(file, site)
    with serving(server) as address:
        yield address


def _tell(out: Path) -> None:
    """What came of it, for people; the path of the report, for programs."""
    from flows.demo.unseen import name_unseen
    from nn.files.modelfile import read_model

    model = out / "model" / "model.safetensors"
    accuracy = read_model(model).metrics["test"]["accuracy"]
    print(
        f"\nTest accuracy {accuracy:.3f}. New drawings, and what they are taken for:",
        file=sys.stderr,
    )
    for row in name_unseen(model, out / "unseen"):
        print(f"  {row.input}: {row.label}, {row.probability:.2f}", file=sys.stderr)
    print(NEXT.format(out=out), file=sys.stderr)
    print(out / "report.html", flush=True)
