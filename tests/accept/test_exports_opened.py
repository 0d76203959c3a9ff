"""Exports, opened again by the libraries they are for."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dataset import DatasetConfig, run
from dataset.export import export
from dataset.store import Dataset, open_dataset
from tests.dataset.pictures import folder_of

pytestmark = [
    pytest.mark.accept,
    pytest.mark.skipif(
        not all(map(importlib.util.find_spec, ("datasets", "webdataset"))),
        reason="datasets and webdataset are not installed; the extra [peer] has them",
    ),
]

# They warn of much at import, so they are asked in a process of their own.
IMAGEFOLDER = """
import json, sys, datasets
opened = datasets.load_dataset(sys.argv[1])
print(json.dumps({name: [[row["sha256"], row["label"], row["image"].size] for row in split]
                  for name, split in opened.items()}))
"""
WEBDATASET = """
import glob, json, sys, webdataset
found = {}
for name in ("train", "val", "test"):
    tars = sorted(glob.glob(glob.escape(sys.argv[1]) + f"/{name}-*.tar"))
    opened = webdataset.WebDataset(tars, shardshuffle=False).decode("pil")
    found[name] = [[row["__key__"], row["json"]["label"], row["png"].size] for row in opened]
print(json.dumps(found))
"""
# Classes called like splits, and with what a pattern of file names would take for more.
LABELS = ("test", "train", "薔薇", "a[1] *", "x/..", "12")


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    names = [label.replace("/", "∕") for label in LABELS]
    classes = {name: range(20 * n, 20 * n + 9) for n, name in enumerate(names)}
    photos = folder_of(tmp_path / "写真 [1]", classes)
    return run(DatasetConfig(size=8), [photos], tmp_path / "out")


def opened(code: str, folder: Path) -> dict[str, list[list[Any]]]:
    home = folder.parent / "home"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "HF_HOME": str(home), "HF_HUB_OFFLINE": "1"},
    )
    found: dict[str, list[list[Any]]] = json.loads(done.stdout)
    return found


def expected(dataset: Dataset, split: str) -> list[list[Any]]:
    here = dataset.split(split)
    labels = [dataset.classes[number] for number in here.labels]
    return sorted([name, label, [12, 12]] for name, label in zip(here.ids, labels, strict=True))


def test_datasets_opens_an_imagefolder(snapshot: Path, tmp_path: Path) -> None:
    found = opened(IMAGEFOLDER, export(snapshot, "imagefolder", tmp_path / "h f"))
    dataset = open_dataset(snapshot)
    for name, split in (("train", "train"), ("validation", "val"), ("test", "test")):
        assert sorted(found[name]) == expected(dataset, split)


def test_webdataset_opens_the_tars(snapshot: Path, tmp_path: Path) -> None:
    found = opened(WEBDATASET, export(snapshot, "webdataset", tmp_path / "w s"))
    dataset = open_dataset(snapshot)
    for split, rows in found.items():
        assert rows == expected(dataset, split)
