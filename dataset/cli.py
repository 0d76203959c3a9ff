"""`deeprunning dataset`: parse, make the snapshot, print its path."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.command import (
    Parser,
    UsageError,
    config_flags,
    execute,
    existing,
    log_to_stderr,
    make_config,
    table_of,
)
from crawler.files import FolderBusyError
from dataset import DatasetConfig, DatasetError, run
from dataset.errors import InputError
from dataset.reading.inputs import kind_of

if TYPE_CHECKING:
    from dataset.pictures.examine import Examined

FAILURES = (DatasetError, FolderBusyError)

EXAMPLES = """\
deeprunning dataset flowers/crawl/manifest.csv --out flowers/dataset
deeprunning dataset photos --size 32 --out small           (photos/rose/*.jpg, photos/tulip/*.jpg)
deeprunning dataset fashion_mnist.npz --out fashion"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `deeprunning dataset`; defaults live in DatasetConfig."""
    parser.add_argument(
        "inputs",
        nargs="+",
        type=Path,
        metavar="INPUT",
        help="manifests of crawls; or a folder with one sub-folder a class, or with train and test "
        "(and val) that each hold classes; or arrays x_train, y_train, x_test, y_test",
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML file; [dataset] is read")
    parser.add_argument("--out", type=Path, metavar="DIR", required=True, help="folder to fill")
    parser.add_argument(
        "--purge",
        action="store_true",
        help="remove shards of earlier snapshots, so that no byte of a forgotten image stays",
    )
    config_flags(parser, DatasetConfig)


def dataset_main(argv: Sequence[str] | None = None, prog: str = "deeprunning dataset") -> int:
    """Run the command; return its exit status. stdout carries the path of dataset.json only."""
    parser = Parser(prog, "Turn images into a clean, split snapshot.", epilog=EXAMPLES)
    add_arguments(parser)
    flags = vars(parser.parse_args(argv))
    log_to_stderr()
    return execute(lambda: _work(flags), FAILURES, prog=prog)


def _work(flags: dict[str, object]) -> None:
    inputs, out, file = flags.pop("inputs"), flags.pop("out"), flags.pop("config", None)
    purge = bool(flags.pop("purge", False))
    config = _config(file, flags) if isinstance(file, Path) else make_config(DatasetConfig, flags)
    assert isinstance(inputs, list)
    assert isinstance(out, Path)
    _check_paths(inputs, out)
    result = run(config, inputs, out, watch=_bar(), purge=purge)
    _show_balance(result)
    print(result)


def _config(file: Path, flags: dict[str, object]) -> DatasetConfig:
    """The config of file and flags; UsageError names the file unless the flags alone are wrong."""
    table = table_of(file, "dataset")
    try:
        return make_config(DatasetConfig, table, flags)
    except UsageError as error:
        make_config(DatasetConfig, flags)
        raise UsageError(f"{file}: {error}") from error


def _check_paths(inputs: Sequence[Path], out: Path) -> None:
    """Paths of the wrong kind are a wrong command, not work that failed."""
    try:
        kind_of([existing(path) for path in inputs])
    except InputError as error:
        raise UsageError(str(error)) from error
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file; name a folder for --out")


def _bar() -> "Callable[[Iterator[Examined]], Iterator[Examined]]":
    """A progress bar on stderr with counts per reason; none where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TimeRemainingColumn

    def watch(rows: "Iterator[Examined]") -> "Iterator[Examined]":
        console, counts = Console(stderr=True), Counter[str]()
        columns = (SpinnerColumn(), *Progress.get_default_columns()[:3], TimeRemainingColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            task = progress.add_task("images")
            for row in rows:
                counts[row.status] += 1
                words = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
                progress.update(task, total=row.total, advance=1, description=words)
                yield row

    return watch


def _show_balance(result: Path) -> None:
    """Samples a class and split, as a table on stderr."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    counts = json.loads(result.read_text(encoding="utf-8"))["counts"]
    table = Table("class", "train", "val", "test", box=None)
    for label, split in counts.items():
        table.add_row(Text(label), *(str(split[name]) for name in ("train", "val", "test")))
    Console(file=sys.stderr).print(table)
