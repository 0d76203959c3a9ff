"""`deeprunning study`: what it prints, and what it says of wrong input."""

from pathlib import Path

import pytest

from flows.cli import main
from tests.flows.studies.digits import make_digits


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of `deeprunning study` with these words."""
    try:
        status = main(["study", *map(str, words)])
    except SystemExit as end:  # argparse ends so
        status = end.code if isinstance(end.code, int) else 1
    out, err = capsys.readouterr()
    return status, out, err


def test_stdout_carries_the_path_of_the_report_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = make_digits(tmp_path, 200)
    words = ["gradients", "--dataset", dataset, "--quick", "--seeds", 1, "--out", tmp_path / "s"]
    report = tmp_path / "s" / "gradients" / "study.html"
    assert said(capsys, *words)[:2] == (0, f"{report}\n")
    page = report.read_text(encoding="utf-8")
    assert "What reaches the first layer of a deep network?" in page
    assert page.count("data:image/svg+xml") == 4


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["gradient", "--out", "x"], "no such study: gradient; did you mean gradients?"),
        (["gradients", "--out", "x"], "--dataset is required"),
        (["gradients", "--dataset", "nowhere.json", "--out", "x"], "no such file or folder"),
        (["gradients", "--dataset", ".", "--seeds", "0", "--out", "x"], "at least 1, got 0"),
        (["gradients", "--dataset", ".", "--threads", "-1", "--out", "x"], "negative, got -1"),
        (["gradients", "--quik", "--out", "x"], "did you mean --quick?"),
        (["claims", "--out", "nowhere"], "no such file or folder: nowhere"),
    ],
)
def test_wrong_input_is_told_in_one_sentence_with_status_2(
    words: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = said(capsys, *words)
    assert (status, out) == (2, "")
    assert sentence in err
    assert list(tmp_path.iterdir()) == []


def test_a_dataset_that_is_too_small_is_told_with_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = make_digits(tmp_path, 60)
    words = ["gradients", "--dataset", dataset, "--quick", "--out", tmp_path / "s"]
    status, out, err = said(capsys, *words)
    assert (status, out) == (1, "")
    assert "a study needs at least 100 and 50" in err
    assert not (tmp_path / "s").exists()


def test_claims_of_a_folder_without_studies_are_told_with_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = said(capsys, "claims", "--out", tmp_path)
    assert (status, out) == (1, "")
    assert "holds no finished study; make one: gradients, initialisation" in err
