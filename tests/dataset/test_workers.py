"""However many threads decode, every file of a snapshot is the same, byte for byte."""

from pathlib import Path

import pytest

from dataset import DatasetConfig, run
from dataset.config import CROPS, Crop
from tests.dataset.copies import COPIES, jpeg, scene
from tests.dataset.killed import files
from tests.dataset.test_stage import crawl, many_kinds, table

WORKERS = (1, 2, 5)
SIDE = 84, 66  # pixels: half a scene


def by_workers(photos: Path, out: Path, crop: Crop = "centre") -> Path:
    """Make the snapshot with each number of workers, and compare; return the folder of one."""
    for workers in WORKERS:
        run(DatasetConfig(size=8, crop=crop, workers=workers), [photos], out / str(workers))
    first, *others = (files(out / str(workers)) for workers in WORKERS)
    assert all(each == first for each in others)
    return out / str(WORKERS[0])


def test_a_crawl_with_rows_of_every_kind(tmp_path: Path) -> None:
    by_workers(crawl(tmp_path / "crawl"), tmp_path)


@pytest.mark.parametrize("crop", CROPS)
def test_any_colours_and_crop(tmp_path: Path, crop: Crop) -> None:
    rows = table(by_workers(many_kinds(tmp_path / "photos"), tmp_path, crop) / "samples.csv")
    assert len(rows) == 30
    assert {row["applied"] for row in rows} == {
        *("", "grey", "palette", "cmyk", "icc", "grey icc", "palette icc", "cmyk icc-ignored")
    }


def test_near_duplicates(tmp_path: Path) -> None:
    """Every picture with a copy of another kind, some under another label."""
    for seed, change in enumerate(COPIES.values()):
        folder = tmp_path / "photos" / ("rose" if seed % 2 else "薔薇")
        folder.mkdir(parents=True, exist_ok=True)
        picture = scene(seed).resize(SIDE)
        (folder / f"{seed}.jpg").write_bytes(jpeg(picture))
        other = tmp_path / "photos" / ("rose" if seed % 3 else "薔薇")
        other.mkdir(parents=True, exist_ok=True)
        (other / f"{seed}-copy.jpg").write_bytes(jpeg(change(picture)))
    rows = table(by_workers(tmp_path / "photos", tmp_path) / "samples.csv")
    assert len(rows) == 2 * len(COPIES)
    assert sum(row["medoid"] != "" for row in rows) > len(COPIES)
    assert any("label-conflict" in row["flags"] for row in rows)
