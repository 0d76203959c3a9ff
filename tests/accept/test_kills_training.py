"""Training killed at every boundary there is, and twenty times at random moments, folds too."""

import contextlib
import io
import itertools
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from nn.train import train_main
from tests.accept.test_kills_dataset import is_killed, words_of
from tests.killing import Moment, killed_at, passed
from tests.nn.snapshot import make_config, make_snapshot

pytestmark = [
    pytest.mark.accept,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there"),
]

MOMENTS = (
    Moment.TORN, Moment.WRITTEN, Moment.SYNCED, Moment.RENAME, Moment.RENAMED,
    Moment.REMOVE, Moment.REMOVED,
)  # fmt: skip
KILLS = 20
ENTRY = "nn.train:train_main"
EVERYTHING = (
    "--balanced", "--class-weights", "--diagnose", "--patience", "3", "--average", "0.9",
    "--average-start", "0",
)  # fmt: skip


@pytest.fixture
def jobs(tmp_path: Path) -> dict[str, list[str]]:
    """An ordinary training, one with everything set from a model, and one with folds."""
    snapshot = make_snapshot(tmp_path, folds=3, augment=("crop", "flip", "mixup", "cutmix"))
    layers = make_config(tmp_path).model
    words = [ENTRY, str(snapshot), "--model", layers]
    finish([*words, "--epochs", "1", "--out", str(tmp_path / "start")])
    start = str(tmp_path / "start" / "model.safetensors")
    return {
        "plain": [*words, "--epochs", "2"],
        "everything": [*words, "--epochs", "4", *EVERYTHING, "--from", start],
        "folds": [*words, "--epochs", "2", "--folds"],
    }


def command(job: Sequence[str], out: Path, threads: int) -> list[str]:
    return [*job, "--threads", str(threads), "--out", str(out)]


def finish(words: Sequence[str]) -> None:
    """Run it to its end, in this process."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert train_main(words[1:]) == 0


def life(words: Sequence[str]) -> float:
    """How many seconds it lives when nobody kills it."""
    started = time.perf_counter()
    subprocess.run(words_of(words), check=True, capture_output=True)
    return time.perf_counter() - started


def results(out: Path) -> dict[str, bytes]:
    """Every file by name that holds no seconds."""
    timed = {"checkpoint.safetensors", "history.csv", "report.html"}
    files = (path for path in out.rglob("*") if path.is_file() and path.name not in timed)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def test_a_kill_at_every_boundary_leaves_no_trace(
    jobs: dict[str, list[str]], tmp_path: Path
) -> None:
    for name, job in jobs.items():
        whole = tmp_path / f"{name}-whole"
        places = (Moment.RENAME,) if name == "folds" else MOMENTS  # each fold is a plain one
        moments = passed(command(job, whole, 1), places)
        wanted = results(whole)
        for boundary in range(len(moments)):
            out = tmp_path / f"{name}-{boundary}"
            assert killed_at(boundary, command(job, out, 1 + boundary % 2), places)
            finish(command(job, out, 2 - boundary % 2))
            assert results(out) == wanted, (name, boundary, moments[boundary])
        print(f"{name}: killed at {len(moments)} boundaries: {dict(Counter(map(str, moments)))}")


def test_twenty_kills_at_random_moments_leave_no_trace(
    jobs: dict[str, list[str]], tmp_path: Path
) -> None:
    random_, kills = random.Random(6), 0
    longer = {name: [*job, "--epochs", "12"] for name, job in jobs.items()}
    wanted, lives = {}, {}
    for name, job in longer.items():
        lives[name] = life(command(job, tmp_path / f"{name}-whole", 1))
        wanted[name] = results(tmp_path / f"{name}-whole")
    for at, (name, job) in enumerate(itertools.cycle(longer.items())):
        out = tmp_path / f"{name}-{at}"
        for threads in itertools.cycle((1, 2)):
            left = random_.uniform(0, lives[name])
            if kills == KILLS or not is_killed(command(job, out, threads), left):
                break
            kills += 1
        finish(command(job, out, 2))
        assert results(out) == wanted[name], name
        if kills == KILLS:
            break
    print(f"{kills} kills at random moments of {at + 1} trainings; seconds of each: {lives}")
    assert kills == KILLS
