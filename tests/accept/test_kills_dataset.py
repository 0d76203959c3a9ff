"""The dataset stage killed at every boundary there is, and fifty times at random moments."""

import itertools
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from dataset import DatasetConfig, run
from tests.dataset.copies import scene
from tests.dataset.judging import Message, assert_kept, counting, go_on, on_disk, send, verdicts
from tests.dataset.killed import MOMENTS, Job, jobs
from tests.dataset.pictures import folder_of
from tests.killing import Moment, killed_at, passed, started, told

pytestmark = [
    pytest.mark.accept,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there"),
]

KILLS = 50
REVIEWS = 8  # of them
SMALL = {"few": (4, 4), "many": (7, 10)}  # noise in each of two classes
LARGE = {"few": (20, 25), "many": (40, 50)}  # drawn scenes, which take a while
CLASSES = ("rose", "薔薇")


@pytest.fixture
def noise(tmp_path: Path) -> list[Job]:
    for name, (roses, others) in SMALL.items():
        folder_of(tmp_path / name, {"rose": range(roses), "薔薇": range(10, 10 + others)})
    return list(jobs(tmp_path / "whole", tmp_path / "few", tmp_path / "many", size=8))


@pytest.fixture
def scenes(tmp_path: Path) -> list[Job]:
    for name, counts in LARGE.items():
        for label, count, seed in zip(CLASSES, counts, (0, 1000), strict=True):
            (tmp_path / name / label).mkdir(parents=True)
            for number in range(seed, seed + count):
                scene(number).save(tmp_path / name / label / f"{number}.png")
    return list(jobs(tmp_path / "whole", tmp_path / "few", tmp_path / "many", size=32))


def test_a_kill_at_every_boundary_leaves_no_trace(tmp_path: Path, noise: list[Job]) -> None:
    kinds: Counter[Moment] = Counter()
    for job in noise:
        here = Counter(job_kills(job, tmp_path / "whole"))
        found = ", ".join(f"{word} {here.pop(word, 0)}" for word in ("old", "refused", "new"))
        print(f"{job.name}: killed at {here.total()} boundaries; a reader found {found}")
        kinds += Counter({Moment(name): count for name, count in here.items()})
    print(f"{kinds.total()} kills:", ", ".join(f"{name} {kinds[name]}" for name in MOMENTS))
    assert set(kinds) == set(MOMENTS)


def job_kills(job: Job, folder: Path) -> list[str]:
    """Kill it at each boundary, and do it again; return the moments and what readers found."""
    told: list[str] = []
    aside = folder / f"{job.name}-counted"
    job.begin(aside)
    moments = passed(job.command(aside), MOMENTS)
    for boundary, moment in enumerate(moments):
        out = folder / f"{job.name}-{boundary}"
        job.begin(out)
        assert killed_at(boundary, job.command(out), MOMENTS)
        told += [moment, job.seen(out)]
        job.finish(out)
    return told


def review_of(photos: Path, out: Path, size: int) -> list[str]:
    """A snapshot, and the command that opens its review."""
    run(DatasetConfig(size=size), [photos], out)
    return ["dataset.commands:review_main", str(out)]


def test_a_kill_at_every_boundary_of_a_review_loses_no_saved_decision(tmp_path: Path) -> None:
    photos = folder_of(tmp_path / "photos", {"rose": range(4), "薔薇": range(10, 14)})
    command = review_of(photos, tmp_path / "whole", 8)
    said = verdicts(tmp_path / "whole")
    with started(-1, command, MOMENTS) as process:
        assert send(process, said) == len(said)
        process.send_signal(signal.SIGINT)
        moments = told(process.communicate()[1])
    for boundary in range(len(moments)):
        out = tmp_path / str(boundary)
        with started(boundary, review_of(photos, out, 8), MOMENTS) as process:
            saved = send(process, said)
            process.kill()
        assert saved < len(said), "it lived too long"
        assert_kept(out, said, saved)
        go_on(out, said[saved:])
        assert on_disk(out) == counting(said)
        assert not list(out.rglob("*.part"))
    print(f"review: killed at {len(moments)} boundaries: {dict(Counter(map(str, moments)))}")


def test_fifty_kills_at_random_moments_leave_no_trace(tmp_path: Path, scenes: list[Job]) -> None:
    random_ = random.Random(5)
    kills: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    lives = {job.name: seconds(job, tmp_path / "whole" / f"{job.name}-timed") for job in scenes}
    for job, at in zip(itertools.cycle(scenes), itertools.count()):
        if kills.total() == KILLS - REVIEWS:
            break
        out = tmp_path / "whole" / f"{job.name}-{at}"
        job.begin(out)
        while kills.total() < KILLS - REVIEWS and is_killed(
            job.command(out), random_.uniform(0, 1.2 * lives[job.name])
        ):
            kills[job.name] += 1
            seen[job.seen(out)] += 1
        job.finish(out)
    kills["review"] = reviews_killed(tmp_path, random_)
    print(f"{kills.total()} kills: {dict(kills)}; readers found {dict(seen)}")
    assert kills.total() == KILLS


def words_of(command: Sequence[str]) -> list[str]:
    """A command of `tests.killing` without it: nothing stands between it and its death."""
    module, function = command[0].split(":")
    call = f"import sys; from {module} import {function}; sys.exit({function}(sys.argv[1:]))"
    return [sys.executable, "-c", call, *command[1:]]


def seconds(job: Job, out: Path) -> float:
    """How long the command lives when nobody kills it."""
    job.begin(out)
    start = time.perf_counter()
    subprocess.run(words_of(job.command(out)), check=True, capture_output=True)
    return time.perf_counter() - start


def is_killed(command: Sequence[str], life: float) -> bool:
    """Start it and kill it after so many seconds; return whether it had not come to its end."""
    with subprocess.Popen(
        words_of(command), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            _, complaint = process.communicate(timeout=life)
        except subprocess.TimeoutExpired:
            process.kill()
            return True
    assert process.returncode == 0, complaint
    return False


def reviews_killed(folder: Path, random_: random.Random) -> int:
    """Kill reviews while decisions stream in, each where the last was killed."""
    out = folder / "review"
    command = review_of(folder / "few", out, 32)
    said: list[Message] = []
    for _ in range(REVIEWS):
        stream = verdicts(out) * 500
        with subprocess.Popen(
            words_of(command),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as process:
            timer = threading.Timer(random_.uniform(0.2, 1.5), process.kill)
            timer.start()
            saved = send(process, stream)
            process.kill()
            timer.join()
        assert saved < len(stream), "it lived too long"
        said += stream[:saved]
        assert_kept(out, [*said, stream[saved]], len(said))
        go_on(out, stream[saved : saved + 1])
        said += stream[saved : saved + 1]
        assert on_disk(out) == counting(said)
    print(f"review: {len(said)} messages of decisions, none of them lost")
    return REVIEWS
