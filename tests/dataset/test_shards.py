from pathlib import Path

import numpy as np
import pytest

from crawler.files import sha256_of
from dataset.writing import shards
from dataset.writing.scratch import Scratch
from dataset.writing.shards import rows_per_shard, write_shards
from tests.dataset.pictures import pixels

NAMES = [f"{number:02}" for number in range(10)]


@pytest.fixture
def four_a_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SHARD_BYTES", 4 * 12 * 12 * 3)


def write(folder: Path, names: list[str]) -> list[shards.Shard]:
    def images(wanted: object) -> np.ndarray:
        return np.stack([pixels(int(name)) for name in wanted])  # type: ignore[attr-defined]  # a list

    return [shard for shard, _ in write_shards(folder, "train", names, 12, images)]


@pytest.mark.usefixtures("four_a_shard")
def test_shards_hold_the_images_in_order_and_are_named_by_content(tmp_path: Path) -> None:
    made = write(tmp_path, NAMES)
    assert [shard.rows for shard in made] == [4, 4, 2]
    held = np.concatenate([np.load(tmp_path / shard.file) for shard in made])
    assert (held == np.stack([pixels(int(name)) for name in NAMES])).all()
    for shard in made:
        assert sha256_of(tmp_path / shard.file) == shard.sha256
        assert shard.sha256[:16] in shard.file
    assert write(tmp_path / "again", NAMES) == made


@pytest.mark.usefixtures("four_a_shard")
def test_growth_writes_no_full_shard_anew(tmp_path: Path) -> None:
    before = write(tmp_path, NAMES)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "shards").iterdir()}
    after = write(tmp_path, [*NAMES, "10", "11", "12"])
    assert after[:2] == before[:2]
    assert after[2] != before[2]
    assert all(path.stat().st_mtime_ns == when for path, when in times.items())


@pytest.mark.usefixtures("four_a_shard")
def test_a_damaged_shard_is_written_again(tmp_path: Path) -> None:
    shard = write(tmp_path, NAMES)[0]
    (tmp_path / shard.file).write_bytes(b"damaged")
    assert write(tmp_path, NAMES)[0] == shard
    assert sha256_of(tmp_path / shard.file) == shard.sha256


def test_boundaries_depend_on_the_size_of_an_image_alone() -> None:
    assert rows_per_shard(72) == 64 * 2**20 // (72 * 72 * 3)
    assert rows_per_shard(100_000) == 1


def test_an_empty_split_has_no_shard(tmp_path: Path) -> None:
    assert write(tmp_path, []) == []


def test_scratch_gives_back_what_was_put_and_leaves_nothing(tmp_path: Path) -> None:
    with Scratch(tmp_path, (12, 12, 3)) as scratch:
        for number in (3, 1, 2, 1):
            scratch.put(str(number), pixels(number))
        assert (scratch.get(["1", "3", "1"]) == [pixels(1), pixels(3), pixels(1)]).all()
        scratch.put("4", pixels(4))
        assert (scratch.get(["4"])[0] == pixels(4)).all()
    assert list(tmp_path.iterdir()) == []
