"""Folds: every sample is tested on once, and copies never part."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset import DatasetConfig, DatasetError, open_dataset, run
from dataset.reading.inputs import read_inputs
from dataset.splitting.cluster import Cluster
from dataset.splitting.folds import folds, roles
from dataset.store import Dataset
from dataset.tables import SPLITS
from tests.dataset.pictures import folder_of, pixels


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("folds")
    photos = folder_of(root / "photos", {"a": range(23), "b": range(30, 42)})
    return run(DatasetConfig(size=8, folds=5), [photos], root / "out")


def every(dataset: Dataset) -> list[str]:
    return sorted(name for split in SPLITS for name in dataset.split(split).ids)


def test_every_sample_is_tested_on_in_one_fold_and_in_another_chooses(snapshot: Path) -> None:
    dataset = open_dataset(snapshot)
    assert len(dataset.folds) == 5
    for split in "test", "val":
        seen = [n for k in range(1, 6) for n in dataset.fold(k).split(split).ids]
        assert sorted(seen) == every(dataset)
    for number in range(1, 6):
        assert every(dataset.fold(number)) == every(dataset)


def test_a_fold_shows_the_images_of_its_samples_and_their_labels(snapshot: Path) -> None:
    dataset = open_dataset(snapshot)
    known = {
        name: (split.images(np.array([place]))[0].tobytes(), int(split.labels[place]))
        for split in dataset.splits.values()
        for place, name in enumerate(split.ids)
    }
    train = dataset.fold(3).split("train")
    images = train.images(np.arange(len(train)))
    assert [
        (image.tobytes(), label) for image, label in zip(images, train.labels, strict=True)
    ] == [known[name] for name in train.ids]


def test_the_mean_of_a_fold_is_that_of_what_trains_in_it(snapshot: Path) -> None:
    fold = open_dataset(snapshot).fold(2)
    train = fold.split("train")
    levels = train.images(np.arange(len(train))) / 255
    assert np.allclose(levels.mean(axis=(0, 1, 2)), fold.mean)
    assert np.allclose(levels.std(axis=(0, 1, 2)), fold.std)


def test_classes_are_spread_evenly(snapshot: Path) -> None:
    dataset = open_dataset(snapshot)
    for number in range(1, 6):
        labels = Counter(dataset.fold(number).split("test").labels.tolist())
        assert labels[0] in {4, 5}
        assert labels[1] in {2, 3}


def test_a_fold_that_is_not_there_is_refused_in_a_sentence(snapshot: Path) -> None:
    with pytest.raises(DatasetError, match="the dataset has 5 folds; there is no 6"):
        open_dataset(snapshot).fold(6)


def test_official_tests_are_tested_on_in_every_fold(tmp_path: Path) -> None:
    images = np.stack([pixels(seed) for seed in range(40)])
    labels = np.arange(40) % 2
    np.savez(
        tmp_path / "arrays.npz",
        x_train=images[:30],
        y_train=labels[:30],
        x_test=images[30:],
        y_test=labels[30:],
    )
    assert read_inputs([tmp_path / "arrays.npz"]).side == 12
    config = DatasetConfig(size=8, folds=3)
    dataset = open_dataset(run(config, [tmp_path / "arrays.npz"], tmp_path / "out"))
    official = set(dataset.split("test").ids)
    assert len(official) == 10
    for number in range(1, 4):
        assert set(dataset.fold(number).split("test").ids) > official


@settings(deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=40), st.integers(3, 6))
def test_no_cluster_is_in_two_folds(sizes: list[int], count: int) -> None:
    clusters = [
        Cluster({f"{place:02}-{member}": "rose" for member in range(size)})
        for place, size in enumerate(sizes)
    ]
    found = folds(clusters, count)
    assert all(len({found[name] for name in cluster.ids}) == 1 for cluster in clusters)
    assert set(found.values()) <= set(range(1, count + 1))
    assert max(Counter(found.values()).values()) <= sum(sizes) / count + 4


@pytest.mark.parametrize("count", [3, 5])
def test_every_role_is_taken(count: int) -> None:
    for number in range(1, count + 1):
        assert Counter(roles(number, count).values()) == {"test": 1, "val": 1, "train": count - 2}


@pytest.mark.parametrize("count", [-1, 1, 2, 101])
def test_other_numbers_of_folds_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"folds must be 0 or from 3 to 100, got {count}"):
        DatasetConfig(folds=count)
