"""`find-rate`: what it prints and writes, and what it says of wrong input."""

import csv
from pathlib import Path

import pytest

from tests.nn.command import command
from tests.nn.snapshot import LAYERS, make_snapshot


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_snapshot(tmp_path_factory.mktemp("snapshot"))


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    path = tmp_path / "layers.toml"
    path.write_text(LAYERS, encoding="utf-8")
    return path


def test_the_rate_goes_to_stdout_alone_and_the_curve_into_the_folder(
    snapshot: Path, layers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "率"
    done = command("find-rate", snapshot, "--model", layers, "--out", out)
    assert done.status == 0, done.err
    assert 1e-6 <= float(done.out) <= 1
    assert {path.name for path in out.iterdir()} == {"rates.csv", "rates.svg"}
    with (out / "rates.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["lr", "loss", "smoothed"]
    best = min(rows, key=lambda row: float(row["smoothed"]))
    assert float(done.out) == pytest.approx(float(best["lr"]) / 3, rel=0.05)


def test_the_settings_may_come_from_a_file(snapshot: Path, layers: Path, tmp_path: Path) -> None:
    config = tmp_path / "study.toml"
    config.write_text('[train]\nmodel = "layers.toml"\noptimizer = "sgd"\n', encoding="utf-8")
    by_file = command("find-rate", snapshot, "--config", config, "--out", tmp_path / "a")
    by_flags = command(
        "find-rate", snapshot, "--model", layers, "--optimizer", "sgd", "--out", tmp_path / "b"
    )
    assert by_file.status == 0, by_file.err
    assert by_file.out == by_flags.out
    for name in ("rates.csv", "rates.svg"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--steps", "9"], "--steps must be at least 10, got 9"),
        (["--optimizer", "adamax"], "invalid choice: 'adamax'"),
        (["--momentum", "1"], "momentum must be at least 0 and below 1, got 1.0"),
        (["--model", "smal"], "did you mean small?"),
    ],
)
def test_wrong_words_are_refused_and_nothing_is_written(
    snapshot: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    done = command("find-rate", snapshot, "--out", tmp_path / "out", *words)
    assert done.status == 2
    assert said in done.err
    assert not (tmp_path / "out").exists()


def test_a_missing_snapshot_is_refused(tmp_path: Path) -> None:
    done = command("find-rate", tmp_path / "none.json", "--out", tmp_path / "out")
    assert done.status == 2
    assert "no such file or folder" in done.err
