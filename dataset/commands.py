"""`deeprunning review | diff | export-dataset`: parse, call, print."""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from crawler.command import Parser, UsageError, execute, existing, folder, log_to_stderr
from crawler.files import FolderBusyError
from dataset.errors import DatasetError

FAILURES = (DatasetError, FolderBusyError)

REVIEW = """\
deeprunning review flowers/dataset
deeprunning review flowers/dataset --model flowers/model     (what the model gets wrong, early)"""
DIFF = "deeprunning diff old/dataset flowers/dataset > differences.csv"
EXPORT = """\
deeprunning export-dataset flowers/dataset/dataset.json --to imagefolder --out flowers/hf
deeprunning export-dataset flowers/dataset/dataset.json --to webdataset --out flowers/tars"""
LAYOUTS = ("imagefolder", "webdataset")


def review_main(argv: Sequence[str] | None = None, prog: str = "deeprunning review") -> int:
    """Serve the page until Ctrl-C; stdout carries the path of decisions.csv. Returns the status."""
    parser = Parser(prog, "Judge the labels of a snapshot in a browser.", epilog=REVIEW)
    parser.add_argument("dataset", type=Path, metavar="DIR", help="folder of a dataset")
    parser.add_argument(
        "--model", type=Path, metavar="DIR", default=None, help="folder of a model trained on it"
    )
    parser.add_argument("--port", type=int, default=0, metavar="N", help="0: one that is free")
    options = parser.parse_args(argv)
    log_to_stderr()
    return execute(lambda: _review(**vars(options)), FAILURES, prog=prog)


def _review(dataset: Path, model: Path | None, port: int) -> None:
    from dataset.review.serving import prepare, serve

    if not 0 <= port < 2**16:
        raise UsageError(f"--port must be from 0 to {2**16 - 1}, got {port}")
    review = prepare(existing(dataset), existing(model) if model else None)
    print(serve(review, port))


def diff_main(argv: Sequence[str] | None = None, prog: str = "deeprunning diff") -> int:
    """Compare two snapshots; stdout carries what,item,before,after. Returns the exit status."""
    parser = Parser(prog, "Tell what two snapshots differ in, as CSV.", epilog=DIFF)
    for name in "before", "after":
        parser.add_argument(
            name, type=Path, metavar=name.upper(), help="dataset.json or its folder"
        )
    options = parser.parse_args(argv)
    log_to_stderr()
    return execute(lambda: _diff(**vars(options)), FAILURES, prog=prog)


def _diff(before: Path, after: Path) -> None:
    from dataset.diff import compare, read_described

    old, new = (read_described(existing(path)) for path in (before, after))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("what", "item", "before", "after"))
    for one in compare(old, new):
        writer.writerow((one.what, one.item, one.before, one.after))


def export_main(argv: Sequence[str] | None = None, prog: str = "deeprunning export-dataset") -> int:
    """Copy a snapshot into another layout; stdout carries the folder. Returns the exit status."""
    parser = Parser(prog, "Copy a snapshot into the layout of another library.", epilog=EXPORT)
    parser.add_argument("dataset", type=Path, metavar="DATASET.json", help="or its folder")
    parser.add_argument("--to", choices=LAYOUTS, required=True, help="the layout")
    parser.add_argument("--out", type=folder, metavar="DIR", required=True, help="folder to fill")
    options = parser.parse_args(argv)
    log_to_stderr()
    return execute(lambda: _export(**vars(options)), FAILURES, prog=prog)


def _export(dataset: Path, to: str, out: Path) -> None:
    from dataset.export import export

    existing(dataset)
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file; name a folder for --out")
    print(export(dataset, to, out))
