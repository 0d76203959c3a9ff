"""A kill at a boundary, then the same command: the same bytes as without.

A sample of the boundaries of each kind; the long form takes them all.
"""

import sys
from pathlib import Path

import pytest

from dataset import DatasetConfig, run
from tests.dataset.judging import assert_kept, counting, go_on, on_disk, send, verdicts
from tests.dataset.killed import Job, jobs
from tests.dataset.pictures import folder_of
from tests.killing import Moment, killed_at, started

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")

SIZE = 8


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("写真")
    folder_of(folder / "few", {"rose": range(4), "薔薇": range(10, 14)})
    folder_of(folder / "many", {"rose": range(7), "薔薇": range(10, 20)})
    return folder


@pytest.fixture(scope="module")
def work(photos: Path) -> dict[str, Job]:
    found = jobs(photos / "whole", photos / "few", photos / "many", SIZE)
    return {job.name: job for job in found}


@pytest.mark.parametrize(
    ("name", "moment", "boundary", "seen"),
    [
        ("first", Moment.TORN, 5, "refused"),
        ("grown", Moment.RENAMED, 0, "old"),  # the split ledger
        ("grown", Moment.RENAMED, 3, "refused"),  # samples.csv
        ("grown", Moment.RENAMED, 8, "new"),  # dataset.json
        ("purged", Moment.REMOVED, 0, "new"),
        ("imagefolder", Moment.WRITTEN, 6, "refused"),
        ("webdataset", Moment.SYNCED, 2, "refused"),
    ],
)
def test_a_kill_leaves_no_trace_in_the_end_and_nothing_torn_before_it(
    photos: Path, work: dict[str, Job], *, name: str, moment: Moment, boundary: int, seen: str
) -> None:
    job, out = work[name], photos / "whole" / f"{name}-{moment}-{boundary}"
    job.begin(out)
    assert killed_at(boundary, job.command(out), [moment])
    assert job.seen(out) == seen
    job.finish(out)


@pytest.mark.parametrize(("moment", "boundary"), [(Moment.TORN, 2), (Moment.SYNCED, 3)])
def test_no_decision_is_lost_that_was_said_to_be_saved(
    photos: Path, moment: Moment, boundary: int
) -> None:
    """The first boundary of each kind is review.html, and behind it each message has one."""
    out = photos / f"review-{moment}"
    run(DatasetConfig(size=SIZE), [photos / "few"], out)
    said = verdicts(out)
    with started(boundary, ["dataset.commands:review_main", str(out)], [moment]) as process:
        saved = send(process, said)
        process.kill()  # where it lives too long
    assert saved == boundary - 1
    assert_kept(out, said, saved)
    go_on(out, said[saved:])
    assert on_disk(out) == counting(said)
