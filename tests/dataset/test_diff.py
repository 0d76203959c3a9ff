import csv
import io
from pathlib import Path

import pytest

from dataset import DatasetConfig, run
from dataset.cleaning.decisions import Decision, append_decisions
from dataset.commands import diff_main
from tests.dataset.pictures import folder_of, png, stored_row, write_manifest
from tests.dataset.test_stage import table

CONFIG = DatasetConfig(size=8)


def differences(
    before: Path, after: Path, capsys: pytest.CaptureFixture[str]
) -> list[tuple[str, ...]]:
    assert diff_main([str(before), str(after)]) == 0
    header, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert header == ["what", "item", "before", "after"]
    return list(map(tuple, rows))


def made(out: Path, photos: Path, config: DatasetConfig = CONFIG) -> Path:
    return run(config, [photos], out)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "p", {"rose": range(9), "薔薇": range(20, 29)})


def test_equal_snapshots_do_not_differ(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = made(tmp_path / "a", photos), made(tmp_path / "b", photos)
    assert differences(a, b.parent, capsys) == []


def test_another_recipe_is_told_with_its_statistics(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = DatasetConfig(size=7, augment=("crop",))
    told = differences(made(tmp_path / "a", photos), made(tmp_path / "b", photos, other), capsys)
    assert told[:3] == [
        ("recipe", "size", "8", "7"),
        ("recipe", "stored", "9", "7"),
        ("recipe", "augment", "crop flip", "crop"),
    ]
    assert {what for what, *_ in told[3:]} == {"mean", "std"}
    assert {item for _, item, *_ in told[3:]} <= {"red", "green", "blue"}


def test_samples_that_came_and_went_are_told_with_the_reason(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = made(tmp_path / "a", photos)
    rows = {row["path"]: row for row in table(tmp_path / "a" / "samples.csv")}
    gone, wrong, other = (rows[f"rose/{n}.png"] for n in (1, 2, 3))
    (photos / "rose" / "1.png").unlink()
    (photos / "薔薇" / "99.png").write_bytes(png(99))
    (tmp_path / "b").mkdir()
    append_decisions(
        tmp_path / "b",
        [
            Decision(sha256=wrong["sha256"], decision="wrong"),
            Decision(sha256=other["sha256"], decision="label", label="薔薇"),
        ],
    )
    # The ledger of the first, so that nothing but what was done moves.
    (tmp_path / "b" / "splits.csv").write_bytes((tmp_path / "a" / "splits.csv").read_bytes())
    told = differences(before, made(tmp_path / "b", photos), capsys)
    new = {row["path"]: row for row in table(tmp_path / "b" / "samples.csv")}["薔薇/99.png"]
    assert {line for line in told if line[0] in {"in", "out", "label", "split"}} == {
        ("in", new["sha256"], "", f"薔薇, {new['split']}"),
        ("out", gone["sha256"], f"rose, {gone['split']}", ""),
        ("out", wrong["sha256"], f"rose, {wrong['split']}", "decided"),
        ("label", other["sha256"], "rose", "薔薇"),
    }
    assert ("count", "samples", "18", "17") in told
    assert ("count", "quarantine", "0", "1") in told


def test_a_sample_in_another_split_is_told(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = DatasetConfig(size=8, val_fraction=0.0)
    told = differences(made(tmp_path / "a", photos), made(tmp_path / "b", photos, one), capsys)
    assert {line[2:] for line in told if line[0] == "split"} >= {("val", "train")}
    assert ("recipe", "val_fraction", "0.15", "0.0") in told


def test_what_was_forgotten_is_out_because_it_is_denied(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        stored_row(tmp_path / "c", f"https://a.example/{n}", png(n), "rose" if n % 2 else "tulip")
        for n in range(8)
    ]
    before = run(CONFIG, [write_manifest(tmp_path / "c", rows)], tmp_path / "a")
    denied = stored_row(
        tmp_path / "c", rows[0].url, b"", "tulip", status="denied", error="optout: forgotten"
    )
    after = run(CONFIG, [write_manifest(tmp_path / "c", [denied, *rows[1:]])], tmp_path / "b")
    out = [line for line in differences(before, after, capsys) if line[0] == "out"]
    assert [(line[1], line[3]) for line in out] == [(rows[0].sha256, "denied")]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["{photos}", "{photos}"], 1, "there is no"),
        (["none", "{photos}"], 2, "no such file or folder: none"),
        (["{photos}"], 2, "required"),
    ],
)
def test_a_wrong_command_is_one_sentence(
    photos: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    message: str,
) -> None:
    try:
        ended = diff_main([word.format(photos=photos) for word in arguments])
    except SystemExit as end:
        ended = int(end.code or 0)
    assert (ended, message in capsys.readouterr().err) == (status, True)
