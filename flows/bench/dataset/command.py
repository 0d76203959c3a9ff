"""`deeprunning bench dataset`: augmentation, batches, decoding and audit beside other libraries."""

from collections.abc import Sequence
from pathlib import Path

from crawler.command import Parser, UsageError, execute

EXAMPLES = """\
examples:
  deeprunning bench dataset --out bench
  deeprunning bench dataset --photos FOLDER --runs 5 --out bench

Each library does each job in its own way on the same images, on one thread, in turns, round after
round; of all rounds the median counts. Images a second are those of processor time. A way that
does not antialias makes photos smaller by looking at few of their pixels: it is quicker and worse.
Install the others with `pip install 'deeprunning[bench]'`; those that are missing are named. The
table goes to stdout and to DIR/dataset.csv."""

RUNS, IMAGES = 5, 20_000


def make_parser(prog: str) -> Parser:
    parser = Parser(prog, "Measure the dataset stage beside other libraries.", epilog=EXAMPLES)
    parser.add_argument(
        "--photos",
        type=Path,
        default=None,
        metavar="FOLDER",
        help="photos to read, one sub-folder a class (default: a few hundred drawings)",
    )
    parser.add_argument(
        "--images",
        type=int,
        default=IMAGES,
        metavar="N",
        help=f"images of 32 pixels that are augmented in an epoch (default {IMAGES:,})",
    )
    parser.add_argument(
        "--runs", type=int, default=RUNS, metavar="N", help=f"rounds (default {RUNS})"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to fill")
    return parser


def main(argv: Sequence[str] | None = None, prog: str = "deeprunning bench dataset") -> int:
    """Print the table and, last, how we compare; tell on stderr how far it is."""
    options = make_parser(prog).parse_args(argv)
    from dataset.errors import DatasetError
    from flows.bench.errors import BenchError

    return execute(
        lambda: _bench(options.photos, options.images, options.runs, options.out),
        [BenchError, DatasetError],
        prog=prog,
    )


def _bench(photos: Path | None, images: int, runs: int, out: Path) -> None:
    for name, value in {"--runs": runs, "--images": images}.items():
        if value < 1:
            raise UsageError(f"{name} must be at least 1, got {value}")
    from flows.bench.dataset.conditions import conditions
    from flows.bench.dataset.jobs import jobs
    from flows.bench.dataset.material import originals
    from flows.bench.dataset.programs import PROGRAMS
    from flows.bench.dataset.rounds import measured
    from flows.bench.dataset.table import rows_of, shown, verdicts
    from flows.bench.dataset.terms import BATCH
    from flows.bench.drawn import drawn
    from flows.bench.rows import write_csv

    folder = photos or drawn(out / "photos")
    where = conditions(rounds=runs, batch=BATCH, photos=len(originals(folder)))
    rows = [
        row
        for job in jobs(folder, images, out)
        for row in rows_of(job, measured(job, PROGRAMS, runs), PROGRAMS)
    ]
    write_csv(rows, where, out / "dataset.csv")
    print("\n".join([shown(rows), "", str(where), *verdicts(rows)]))
