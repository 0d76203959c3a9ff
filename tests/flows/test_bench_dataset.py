"""`deeprunning bench dataset`: a table of true figures, who is missing, and ways that agree."""

import csv
import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flows import cli
from flows.bench.dataset import programs
from flows.bench.dataset.conditions import Conditions
from flows.bench.dataset.jobs import Job, jobs
from flows.bench.dataset.programs import OURS, PROGRAMS, Program
from flows.bench.dataset.rounds import Measured, measured
from flows.bench.dataset.step import STEP
from flows.bench.dataset.table import Row, rows_of, shown, verdicts
from flows.bench.dataset.way import Way
from flows.bench.drawn import drawn
from flows.bench.errors import BenchError
from flows.bench.installed import INSTALL
from flows.demo.site import CLASSES
from tests.test_help import CODE, HEAVY

PHOTOS = 2 * len(CLASSES)
KINDS = ("augment", "store", "files", "audit")
NOBODY = Program("Nobody", "no-such-distribution", "flows.bench.dataset.nobody", KINDS)
PEERS = [program for program in PROGRAMS if program is not OURS]


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn(tmp_path_factory.mktemp("photos"), 2)


def test_the_table_has_a_row_a_way_and_names_who_is_missing(
    photos: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(programs, "PROGRAMS", (OURS, NOBODY))
    out = tmp_path / "bench"
    argv = ["bench", "dataset", "--photos", str(photos), "--images", "8", "--runs", "2"]
    assert cli.main([*argv, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    with (out / "dataset.csv").open(newline="", encoding="utf-8") as file:
        header, *_ = csv.reader(file)
        file.seek(0)
        rows = list(csv.DictReader(file))
    assert header == [field.name for kind in (Row, Conditions) for field in fields(kind)]
    assert {row["images"] for row in rows if row["how"] == "load_image"} == {str(PHOTOS)}
    missing = [row for row in rows if row["program"] == "Nobody"]
    assert len(missing) == 1 + len(KINDS)  # two jobs are of one kind
    assert {(row["how"], row["images_per_second"]) for row in missing} == {
        (f"missing: {INSTALL}", "")
    }
    ours = [row for row in rows if row["program"] == OURS.name]
    assert all(float(row["images_per_second"]) >= float(row["slowest"]) > 0 for row in ours)
    for row in rows:
        assert row["how"] in said
        assert (row["threads"], row["rounds"], row["photos"]) == ("1", "2", str(PHOTOS))
    parts = {row["how"]: row["part_of_a_step"] for row in ours if row["job"].startswith("32 px")}
    assert parts.pop(STEP) == ""
    assert all(float(part) > 0 for part in parts.values())


def test_ratios_are_medians_of_the_ratios_within_rounds() -> None:
    other = Program("Other", "pillow", "", ("files",))
    found = [
        _measured(OURS, "ours", [1.0, 2.0, 8.0]),
        _measured(other, "antialiased", [4.0, 6.0, 8.0], antialias="yes"),
        _measured(other, "not", [0.5, 1.0, 4.0], antialias="no"),
    ]
    rows = [*rows_of(Job("a job", "files", None), found, [OURS, other])]
    assert [row.images_per_second for row in rows] == [0.5, 0.2, 1.0]
    assert [row.ours_over_it for row in rows] == [None, 3.0, 0.5]
    assert [*verdicts(rows)] == ["a job: ours / best peer (Other, antialiased): 3.00"]
    assert shown(rows).splitlines()[1:3] == ["", "a job"]


def _measured(program: Program, how: str, seconds: list[float], antialias: str = "") -> Measured:
    return Measured(program, Way(how=how, images=1, once=list, antialias=antialias), seconds)


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_does_every_job_of_its_kinds(peer: Program, photos: Path, tmp_path: Path) -> None:
    if peer.version is None:
        pytest.skip(f"{peer.name} is not installed: {INSTALL}")
    for job in jobs(photos, 4, tmp_path):
        if job.kind in peer.kinds:
            ways = measured(job, [OURS, peer], 1)
            for one in ways:
                if one.way.antialias == "yes" or (one.program is peer and job.kind == "store"):
                    difference = np.abs(_pixels(one.way) - _pixels(ways[0].way))
                    assert difference.mean() < 0.03, one.way.how  # about 2 levels of 255


def _pixels(way: Way) -> Any:
    """What a pass makes, as one array, channels last."""
    whole = np.concatenate([np.asarray(batch) for batch in way.once()])
    return whole if whole.shape[-1] == 3 else whole.transpose(0, 2, 3, 1)


def test_a_program_that_fails_is_told_with_its_job() -> None:
    broken = Program("Broken", "pillow", "flows.bench.dataset.terms", ("files",))
    with pytest.raises(BenchError, match=r"Broken failed at 'a job': AttributeError: .*'files'"):
        measured(Job("a job", "files", []), [broken], 1)


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--photos", "nowhere"], "no such file or folder: nowhere"),
        (["--photos", "."], "has no images; give a folder with one sub-folder a class"),
        (["--runs", "0"], "--runs must be at least 1, got 0"),
        (["--images", "-3"], "--images must be at least 1, got -3"),
    ],
)
def test_wrong_input_is_told_in_one_sentence(
    argv: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["bench", "dataset", *argv, "--out", "bench"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "bench" / "dataset.csv").exists()


def test_help_of_the_bench_imports_nothing_heavy() -> None:
    command = [sys.executable, "-c", CODE, "flows", "bench", "dataset"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("usage: deeprunning bench dataset")
    assert not {*HEAVY, "torch", "cv2", "albumentations"} & set(json.loads(done.stderr))
