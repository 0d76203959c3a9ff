"""A study that was stopped goes on with the runs that are missing, to the same table."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.studies.config import StudyConfig
from flows.studies.errors import StudyError
from flows.studies.gradients import STUDY
from flows.studies.perform import run
from flows.studies.results import RESULTS
from tests.flows.studies.digits import make_digits

QUICK = StudyConfig(seeds=1, quick=True, threads=1)


def rows(out: Path) -> list[list[str]]:
    with (out / RESULTS).open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def kill_after(dataset: Path, out: Path, count: int) -> None:
    """Start the study as a command and kill -9 it as soon as so many runs are in its table."""
    words = ["study", "gradients", "--dataset", dataset, "--quick", "--seeds", "1", "--out", out]
    with subprocess.Popen(
        [sys.executable, "-m", "flows", *map(str, words)],
        env=os.environ | {"PYTHONWARNDEFAULTENCODING": ""},
        stderr=subprocess.DEVNULL,
    ) as process:
        table = out / "gradients"
        while not (table / RESULTS).exists() or len(rows(table)) < count:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)


def test_a_killed_study_ends_in_the_same_bytes_and_repeats_no_run(
    digits: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    run(STUDY, QUICK, digits, whole / "gradients")
    kill_after(digits, killed, 3)
    before = rows(killed / "gradients")
    caplog.set_level("INFO")
    run(STUDY, StudyConfig(seeds=1, quick=True, threads=2), digits, killed / "gradients")
    assert f"18 runs, {18 - len(before)} of them to be made" in caplog.text
    for name in (RESULTS, "study.html"):
        one, other = ((out / "gradients" / name).read_bytes() for out in (whole, killed))
        assert one == other
    assert list(killed.rglob("*.part")) == []


def test_a_run_that_is_in_the_table_is_not_made_again(made_gradients: Path) -> None:
    """Were it, the number that was written into its row would be gone."""
    table = made_gradients / RESULTS
    text = table.read_text(encoding="utf-8")
    last = rows(made_gradients)[-1][-1]
    doctored = text.rstrip().removesuffix(last) + "0.12345\n"
    table.write_text(doctored, encoding="utf-8", newline="\r\n")
    run(STUDY, QUICK, made_gradients.parent / "dataset" / "dataset.json", made_gradients)
    assert rows(made_gradients)[-1][-1] == "0.12345"


def test_more_seeds_add_their_runs_and_keep_the_others(made_gradients: Path) -> None:
    before = rows(made_gradients)
    more = StudyConfig(seeds=2, quick=True)
    run(STUDY, more, made_gradients.parent / "dataset" / "dataset.json", made_gradients)
    after = rows(made_gradients)
    assert len(after) == 2 * len(before)
    assert after[::2] == before


def test_a_folder_of_another_dataset_is_refused(made_gradients: Path, tmp_path: Path) -> None:
    other = make_digits(tmp_path / "other", 1000)
    with pytest.raises(StudyError, match="holds other work"):
        run(STUDY, QUICK, other, made_gradients)


def test_a_table_that_was_changed_by_hand_is_told_of(made_gradients: Path) -> None:
    table = made_gradients / RESULTS
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("relu,none,2", "relu,none,two", 1), encoding="utf-8")
    dataset = made_gradients.parent / "dataset" / "dataset.json"
    with pytest.raises(StudyError, match=r"line \d+ of .*results.csv is no row of this study"):
        run(STUDY, QUICK, dataset, made_gradients)


@pytest.fixture
def made_gradients(tmp_path: Path) -> Path:
    """A finished study of one seed on few digits, beside its dataset."""
    dataset = make_digits(tmp_path, 300)
    run(STUDY, QUICK, dataset, tmp_path / "gradients")
    return tmp_path / "gradients"
