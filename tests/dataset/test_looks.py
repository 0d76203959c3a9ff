"""What the ledger remembers of a picture, and the copies that are known by it."""

import csv
from pathlib import Path

import numpy as np
import pytest

from crawler.files import sha256
from dataset import DatasetConfig, run
from dataset.copies.looks import looks, recalled
from dataset.copies.thumbnail import thumbnails
from dataset.pictures.grey import small_grey
from tests.dataset.copies import COPIES, jpeg, opened, scene
from tests.dataset.pictures import stored_row, write_manifest

COUNT = 24
CONFIG = DatasetConfig(size=8)


def seen(count: int, change: str = "") -> np.ndarray:
    pictures = [scene(seed) for seed in range(count)]
    if change:
        pictures = [opened(jpeg(COPIES[change](picture))) for picture in pictures]
    return np.stack([thumbnails(small_grey(picture)) for picture in pictures])


@pytest.mark.parametrize("change", COPIES)
def test_copies_are_known_by_what_is_remembered(change: str) -> None:
    large = np.zeros(COUNT, bool)
    pairs = recalled(seen(COUNT, change), large, looks(seen(COUNT), large))
    right = [(place, place) for place in range(COUNT)]
    assert len(set(pairs) & set(right)) >= 0.9 * COUNT
    assert len(set(pairs) - set(right)) <= 1


def test_nothing_is_remembered_of_what_is_small_or_plain() -> None:
    thumbs = np.stack([seen(1)[0], np.full((2, 32, 32), 200, np.uint8), seen(2)[1]])
    texts = looks(thumbs, np.array([False, False, True]))
    assert [bool(text) for text in texts] == [True, False, False]
    assert recalled(thumbs, np.array([True, False, True]), texts) == []


def test_without_anything_remembered_nothing_is_recalled() -> None:
    assert recalled(seen(2), np.zeros(2, bool), ["", "cafe"]) == []


def split_of(out: Path) -> dict[str, str]:
    with (out / "samples.csv").open(newline="", encoding="utf-8") as file:
        return {row["sha256"]: row["split"] for row in csv.DictReader(file)}


def test_copies_of_images_that_are_no_inputs_any_more_go_where_those_were(tmp_path: Path) -> None:
    first = [
        stored_row(tmp_path, f"https://a.example/{seed}", jpeg(scene(seed)), "ab"[seed % 2])
        for seed in range(COUNT)
    ]
    out = tmp_path / "out"
    run(CONFIG, [write_manifest(tmp_path, first)], out)
    before = split_of(out)
    expected = {}
    rows = []
    for seed, row in enumerate(first):
        body = jpeg(COPIES[["half", "mirrored", "crop"][seed % 3]](scene(seed)))
        expected[sha256(body)] = before[row.sha256]
        rows.append(stored_row(tmp_path, f"https://b.example/{seed}", body, "ab"[seed % 2]))
    unrelated = [
        stored_row(tmp_path, f"https://c.example/{seed}", jpeg(scene(seed)), "ab"[seed % 2])
        for seed in range(100, 112)
    ]
    run(CONFIG, [write_manifest(tmp_path, [*rows, *unrelated])], out)
    after = split_of(out)
    assert {name: after[name] for name in expected} == expected
    assert set(after) == set(expected) | {row.sha256 for row in unrelated}
    run(CONFIG, [write_manifest(tmp_path, first)], out)
    assert split_of(out) == before


def test_a_ledger_of_an_earlier_version_is_read_and_extended(tmp_path: Path) -> None:
    rows = [
        stored_row(tmp_path, f"https://a.example/{seed}", jpeg(scene(seed)), "ab"[seed % 2])
        for seed in range(12)
    ]
    out = tmp_path / "out"
    run(CONFIG, [write_manifest(tmp_path, rows[:10])], out)
    before = split_of(out)
    ledger = out / "splits.csv"
    with ledger.open(newline="", encoding="utf-8") as file:
        short = [",".join(line[:3]) + "\n" for line in csv.reader(file)]
    ledger.write_text("".join(short), encoding="utf-8", newline="")
    run(CONFIG, [write_manifest(tmp_path, rows)], out)
    after = split_of(out)
    assert {name: after[name] for name in before} == before
    assert len(after) == 12
