"""Work of the dataset stage that is killed and done again, and what must be true in the end."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dataset import DatasetConfig, open_dataset, run
from dataset.errors import SnapshotError
from dataset.export import FORMS
from dataset.review.serving import prepare
from dataset.store import RESULT, read_samples
from tests.killing import Moment

RECORD = "stage.json"  # written in place: torn, it is as good as never written
MOMENTS = tuple(each for each in Moment if not each.startswith(("commit", "sen")))

Files = dict[str, bytes]
Begin = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Job:
    """A command that fills a folder, what the folder held before it, and what it holds after."""

    name: str
    words: tuple[str, ...]  # MODULE:FUNCTION and arguments, without --out
    begin: Begin
    before: Files
    after: Files

    def command(self, out: Path) -> list[str]:
        """For `tests.killing`."""
        return [*self.words, "--out", str(out)]

    def finish(self, out: Path) -> None:
        """Do it here, to its end: the folder must then hold what it holds without a kill."""
        done(self.command(out))
        assert files(out) == self.after

    def seen(self, out: Path) -> str:
        """What a reader finds after a kill: old, new or refused. Nothing he sees is torn."""
        for name, body in files(out).items():
            if name != RECORD and not name.endswith(".part"):
                assert body in {self.before.get(name), self.after.get(name)}, name
        try:
            snapshot = open_dataset(out / RESULT)
            rows = read_samples(out, snapshot)
        except SnapshotError:
            return "refused"
        assert sum(len(split) for split in snapshot.splits.values()) == len(rows)
        result = (out / RESULT).read_bytes()
        return "old" if result == self.before.get(RESULT) else "new"


def files(folder: Path) -> Files:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def done(command: Sequence[str]) -> None:
    """Run a command of `tests.killing` in this process."""
    module, function = command[0].split(":")
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        assert getattr(importlib.import_module(module), function)(command[1:]) == 0


def jobs(folder: Path, few: Path, many: Path, size: int) -> Iterator[Job]:
    """All that the stage does to a folder, of few pictures in class folders and of many."""
    config = DatasetConfig(size=size)
    make = ("dataset.cli:dataset_main", "--size", str(size))
    snapshot = run(config, [few], folder / "snapshot")

    def reviewed(out: Path) -> None:
        run(config, [many], out)
        prepare(out)

    yield _job(folder / "first", (*make, str(few)), lambda out: None)
    yield _job(folder / "grown", (*make, str(many)), lambda out: run(config, [few], out))
    yield _job(folder / "purged", (*make, str(few), "--purge"), reviewed)
    for form in FORMS:
        words = ("dataset.commands:export_main", str(snapshot), "--to", form)
        yield _job(folder / form, words, lambda out: None)


def _job(out: Path, words: tuple[str, ...], begin: Begin) -> Job:
    """Do it once without a kill."""
    begin(out)
    before = files(out) if out.is_dir() else {}
    done([*words, "--out", str(out)])
    return Job(out.name, words, begin, before, files(out))
