import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dataset import DatasetConfig, DatasetError, open_dataset, run
from dataset.store import read_samples
from dataset.writing import shards
from tests.dataset.pictures import folder_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of two classes, ten samples a shard."""
    folder = tmp_path_factory.mktemp("made")
    photos = folder_of(folder / "photos", {"a": range(30), "b": range(30, 60)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "SHARD_BYTES", 10 * 9 * 9 * 3)
        return run(DatasetConfig(size=8), [photos], folder / "out").parent


@pytest.fixture
def snapshot(made: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil."""
    return shutil.copytree(made, tmp_path / "out") / "dataset.json"


def test_images_come_in_the_order_asked_from_any_shard(snapshot: Path) -> None:
    train = open_dataset(snapshot).split("train")
    assert len(train.shards) > 3
    whole = train.images(np.arange(len(train)))
    assert (whole == np.concatenate(train.shards)).all()
    order = np.random.default_rng(0).permutation(len(train))[:25]
    assert (train.images(order) == whole[order]).all()
    assert (train.images(np.array([3, 3])) == whole[[3, 3]]).all()
    assert train.images(np.array([], int)).shape == (0, 9, 9, 3)


def test_images_stay_on_disk(snapshot: Path) -> None:
    assert all(isinstance(shard, np.memmap) for shard in open_dataset(snapshot).split("val").shards)


def test_a_position_beyond_the_split_is_refused(snapshot: Path) -> None:
    train = open_dataset(snapshot).split("train")
    with pytest.raises(IndexError):
        train.images(np.array([len(train)]))


def test_labels_are_positions_in_the_classes(snapshot: Path) -> None:
    dataset = open_dataset(snapshot)
    for name, count in (("train", 40), ("val", 10), ("test", 10)):
        split = dataset.split(name)
        assert len(split) == len(split.ids) == len(set(split.ids)) == count
        assert split.labels.dtype == np.int64
        assert np.bincount(split.labels).tolist() == [count // 2, count // 2]


def test_rows_of_a_snapshot_that_was_replaced_are_refused(made: Path, snapshot: Path) -> None:
    dataset = open_dataset(snapshot)
    assert len(read_samples(snapshot.parent, dataset)) == 60
    run(DatasetConfig(size=6), [made.parent / "photos"], snapshot.parent)
    with pytest.raises(DatasetError, match="is not what dataset"):
        read_samples(snapshot.parent, dataset)
    train = dataset.split("train")
    assert len(train.images(np.arange(len(train)))) == len(train)  # its shards are still there


def rewrite(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def shard_of(snapshot: Path) -> Path:
    return min((snapshot.parent / "shards").iterdir())


DAMAGES: dict[str, Callable[[Path], object]] = {
    "there is no": lambda path: path.unlink(),
    "is no description of a dataset": lambda path: path.write_bytes(path.read_bytes()[:-99]),
    "no description": lambda path: path.write_text("[]", encoding="utf-8"),
    "changed by hand": lambda path: rewrite(path, lambda document: document["classes"].pop()),  # type: ignore[attr-defined]  # a list
    "is missing": lambda path: shard_of(path).unlink(),
    "is not what dataset.json says": lambda path: shard_of(path).write_bytes(b"x"),
    "samples.csv is not what": lambda path: path.with_name("samples.csv").write_bytes(b"x"),
}


@pytest.mark.parametrize("message", DAMAGES)
def test_a_damaged_snapshot_is_refused_in_one_sentence(snapshot: Path, message: str) -> None:
    DAMAGES[message](snapshot)
    with pytest.raises(DatasetError, match=message) as caught:
        open_dataset(snapshot)
    assert "\n" not in str(caught.value)


def test_files_that_are_not_named_do_not_exist(snapshot: Path) -> None:
    (snapshot.parent / "shards" / "train-00099-0123456789abcdef.npy").write_bytes(b"of old")
    assert len(open_dataset(snapshot).split("train").shards) == 4


@pytest.mark.parametrize("key", ["parent", "known_leaks", "counts", "quotas"])
def test_what_is_told_beside_is_no_part_of_the_id(snapshot: Path, key: str) -> None:
    rewrite(snapshot, lambda document: document.update({key: None}))
    open_dataset(snapshot)
