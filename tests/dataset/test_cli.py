import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dataset.cli import dataset_main
from dataset.store import open_dataset
from tests.dataset.pictures import folder_of, write_manifest


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "写真 1", {"[red]": range(4), "薔薇": range(10, 14)})


def test_stdout_carries_the_path_and_stderr_the_table(photos: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dataset", str(photos), "--size", "8", "--out", str(tmp_path / "o")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / 'o' / 'dataset.json'}\n")
    assert "薔薇" in done.stderr
    assert "[red]" in done.stderr
    assert "8 samples, 0 inputs in quarantine" in done.stderr
    assert "\x1b" not in done.stderr


def test_flags_win_over_the_file(photos: Path, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text("[dataset]\nsize = 16\nval_fraction = 0.3\n", encoding="utf-8")
    argv = [str(photos), "--config", str(config), "--size", "8", "--augment", "--out"]
    assert dataset_main([*argv, str(tmp_path / "o")]) == 0
    dataset = open_dataset(tmp_path / "o" / "dataset.json")
    assert (dataset.size, dataset.augment) == (8, ())


@pytest.fixture
def places(photos: Path, tmp_path: Path) -> dict[str, Path]:
    """Inputs of every kind that a command may be given, most of them wrong."""
    (tmp_path / "torn.npz").write_bytes(b"PK")
    np.savez(tmp_path / "lacking.npz", x_train=np.zeros((1, 4, 4), np.uint8))
    (tmp_path / "bad.csv").write_text("address\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("", encoding="utf-8")
    (tmp_path / "small.toml").write_text("[dataset]\nstored = 8\n", encoding="utf-8")
    places = {path.stem: path for path in tmp_path.iterdir()}
    empty = write_manifest(tmp_path / "e", [])
    return places | {"photos": photos, "empty": empty, "out": tmp_path / "o"}


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["none.csv"], 2, "no such file or folder: none.csv"),
        (["{photos}", "--size", "0"], 2, "size must be at least 1 pixel, got 0"),
        (["{photos}", "--sise", "8"], 2, "no such argument: --sise; did you mean --size?"),
        (["{photos}", "--config", "none.toml"], 2, "no such file: none.toml"),
        (["{notes}"], 2, "is neither a manifest (.csv), nor a folder, nor arrays (.npz)"),
        (["{photos}", "{bad}"], 2, "several inputs at once must all be manifests"),
        (["{photos}", "--out", "{notes}"], 2, "notes.txt is a file; name a folder for --out"),
        (["{photos}", "--config", "{small}"], 2, "small.toml: stored must be at least size (64)"),
        (["{photos}", "--config", "{small}", "--size", "0"], 2, "dataset: size must be at least"),
        (["{photos}/薔薇"], 1, "holds no images"),
        (["{empty}"], 1, "has no row"),
        (["{torn}"], 1, "no archive of arrays that NumPy can read"),
        (["{lacking}"], 1, "holds no y_train, x_test, y_test"),
        (["{bad}"], 1, "has no column"),
    ],
)
def test_a_wrong_command_ends_with_one_sentence(
    places: dict[str, Path],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    message: str,
) -> None:
    argv = [argument.format(**places) for argument in arguments]
    try:
        ended = dataset_main(["--out", str(places["out"]), *argv])
    except SystemExit as end:  # as argparse ends
        ended = int(end.code or 0)
    captured = capsys.readouterr()
    assert ended == status
    assert captured.out == ""
    assert message in captured.err
    assert "Traceback" not in captured.err


def test_a_config_key_that_does_not_exist_is_named(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.toml").write_text("[dataset]\nsiize = 16\n", encoding="utf-8")
    argv = [str(photos), "--config", str(tmp_path / "c.toml"), "--out", str(tmp_path / "o")]
    assert dataset_main(argv) == 2
    assert "c.toml: unknown key siize; did you mean size?" in capsys.readouterr().err
