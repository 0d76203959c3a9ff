"""`deeprunning bench crawl`: our crawl beside Scrapy's and icrawler's on one gallery."""

from collections.abc import Sequence
from pathlib import Path

from crawler.command import Parser, UsageError, execute

EXAMPLES = """\
examples:
  deeprunning bench crawl --out bench
  deeprunning bench crawl --photos FOLDER --runs 5 --out bench

Each program is a process of its own and crawls the same gallery (four hosts on loopback, a page a
photo) with the same delay; they take turns, run after run. Double requests ask for an address
again; early ones come sooner after the end of the one before than the delay; forbidden ones are
against robots.txt. Needs 127.0.0.1 to 127.0.0.4. Install the others with
`pip install 'deeprunning[bench]'`. The table goes to stdout and to DIR/crawl.csv."""

RUNS = 3


def make_parser(prog: str) -> Parser:
    parser = Parser(prog, "Measure our crawl beside Scrapy's and icrawler's.", epilog=EXAMPLES)
    parser.add_argument(
        "--photos",
        type=Path,
        default=None,
        metavar="FOLDER",
        help="photos to show, one sub-folder a class (default: a few hundred drawings)",
    )
    parser.add_argument(
        "--runs", type=int, default=RUNS, metavar="N", help=f"crawls of each (default {RUNS})"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to fill")
    return parser


def main(argv: Sequence[str] | None = None, prog: str = "deeprunning bench crawl") -> int:
    """Print the table and, last, how we compare; tell on stderr how far it is."""
    options = make_parser(prog).parse_args(argv)
    from flows.bench.errors import BenchError

    return execute(
        lambda: _bench(options.photos, options.runs, options.out), [BenchError], prog=prog
    )


def _bench(photos: Path | None, runs: int, out: Path) -> None:
    if runs < 1:
        raise UsageError(f"--runs must be at least 1, got {runs}")
    from flows.bench.compare import compare
    from flows.bench.contenders import CONTENDERS, OURS, SCRAPY
    from flows.bench.drawn import drawn
    from flows.bench.table import conditions, ratio, shown, write_csv

    rows = compare(CONTENDERS, photos or drawn(out / "photos"), out, runs)
    write_csv(rows, out / "crawl.csv")
    print("\n".join(filter(None, [shown(rows), conditions(rows), ratio(rows, OURS, SCRAPY)])))
