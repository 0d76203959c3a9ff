import json
from pathlib import Path

import pytest

from dataset import DatasetConfig, DatasetError, open_dataset, run
from tests.dataset.pictures import folder_of, png

CONFIG = DatasetConfig(size=8)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "photos", {"a": range(3), "b": range(5, 8)})


@pytest.mark.parametrize("inside", ["", "out", "a/../out/deep"])
def test_a_snapshot_within_its_own_input_is_refused(photos: Path, inside: str) -> None:
    with pytest.raises(DatasetError, match=r"lies in the input .*; choose an --out beside it"):
        run(CONFIG, [photos], photos / inside)
    assert sorted(path.name for path in photos.iterdir()) == ["a", "b"]


def test_the_folder_of_another_stage_is_refused_and_left_alone(
    photos: Path, tmp_path: Path
) -> None:
    record = tmp_path / "out" / "stage.json"
    record.parent.mkdir()
    record.write_text('{"stage": "crawl", "finished": true}', encoding="utf-8")
    with pytest.raises(DatasetError, match="belongs to the stage crawl; choose another --out"):
        run(CONFIG, [photos], tmp_path / "out")
    assert json.loads(record.read_text(encoding="utf-8"))["stage"] == "crawl"


def test_a_record_that_lacks_the_config_is_as_good_as_none(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    record = '{"stage": "dataset", "finished": true}'
    (tmp_path / "out" / "stage.json").write_text(record, encoding="utf-8")
    open_dataset(run(CONFIG, [photos], tmp_path / "out"))


def test_a_lost_ledger_is_told_and_never_made_anew(photos: Path, tmp_path: Path) -> None:
    run(CONFIG, [photos], tmp_path / "out")
    ledger = tmp_path / "out" / "splits.csv"
    ledger.unlink()
    (photos / "a" / "new.png").write_bytes(png(30))
    with pytest.raises(DatasetError, match=r"splits\.csv is missing, .* bring it back"):
        run(CONFIG, [photos], tmp_path / "out")
    assert not ledger.exists()


def test_a_ledger_with_another_split_is_refused(photos: Path, tmp_path: Path) -> None:
    run(CONFIG, [photos], tmp_path / "out")
    ledger = tmp_path / "out" / "splits.csv"
    text = ledger.read_text(encoding="utf-8").replace(",test", ",tset")
    ledger.write_text(text, encoding="utf-8")
    (photos / "a" / "new.png").write_bytes(png(30))
    with pytest.raises(DatasetError, match="is in 'tset'; a split is train, val, test"):
        run(CONFIG, [photos], tmp_path / "out")


def test_samples_and_quarantine_are_all_that_lies_in_an_official_split(tmp_path: Path) -> None:
    for split, start in (("train", 0), ("test", 100)):
        classes = {"a": range(start, start + 4), "b": range(start + 4, start + 8)}
        folder_of(tmp_path / "in" / split, classes)
    (tmp_path / "in" / "sample.png").write_bytes(png(200))
    result = run(CONFIG, [tmp_path / "in"], tmp_path / "out")
    document = json.loads(result.read_text(encoding="utf-8"))
    assert (document["samples"]["rows"], document["quarantine"]["rows"]) == (16, 1)


def test_a_class_whose_name_has_a_line_break_can_be_drawn(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "photos", {"red\nrose": range(4), "b": range(5, 9)})
    assert open_dataset(run(CONFIG, [folder], tmp_path / "out")).classes == ("b", "red rose")
