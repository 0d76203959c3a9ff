"""The dataset stage on real photos, published arrays, and files made to break decoders."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from dataset import DatasetConfig, open_dataset, run
from dataset.image import upright_rgb

pytestmark = pytest.mark.real


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("kind", ["Landscape", "Portrait"])
def test_all_orientations_show_the_same_picture(fuzz: Path, kind: str) -> None:
    """Other ways up differ from the first by far more than 5 of 255."""
    files = [fuzz / "exif-orientation" / f"{kind}_{number}.jpg" for number in range(9)]
    upright = [np.asarray(upright_rgb(file.read_bytes())).astype(int) for file in files]
    for image in upright:
        assert image.shape == upright[1].shape
        assert np.abs(image - upright[1]).mean() < 5
    assert np.abs(upright[1][::-1] - upright[1]).mean() > 20


def test_photos_decode_as_pillow_decodes_them_to_the_bit(caltech12: Path) -> None:
    for file in sorted(caltech12.rglob("*.jpg"))[::40]:
        with Image.open(file) as image:
            expected = ImageOps.exif_transpose(image).convert("RGB")
        ours = upright_rgb(file.read_bytes())
        assert ours.size == expected.size
        assert ours.tobytes() == expected.tobytes()


def test_every_file_made_to_break_decoders_is_a_sample_or_in_quarantine(
    fuzz: Path, tmp_path: Path
) -> None:
    run(DatasetConfig(size=32), [fuzz], tmp_path / "out")
    samples, quarantine = (
        table(tmp_path / "out" / name) for name in ("samples.csv", "quarantine.csv")
    )
    files = [path.relative_to(fuzz) for path in fuzz.rglob("*") if path.is_file()]
    visible = [path for path in files if not any(part.startswith(".") for part in path.parts)]
    assert len(samples) + len(quarantine) == len(visible)
    assert len(samples) > 500
    assert {row["reason"] for row in quarantine} <= {
        "not-an-image",
        "truncated",
        "bomb",
        "no-label",
        "duplicate-bytes",
        "duplicate-pixels",
    }


def test_every_class_of_the_photos_has_its_shares(caltech12: Path, tmp_path: Path) -> None:
    run(DatasetConfig(size=32), [caltech12], tmp_path / "out")
    rows = table(tmp_path / "out" / "samples.csv")
    assert len(rows) + len(table(tmp_path / "out" / "quarantine.csv")) == 2099
    whole = Counter(row["label"] for row in rows)
    counts = Counter((row["label"], row["split"]) for row in rows)
    for (label, split), count in counts.items():
        share = {"train": 0.7, "val": 0.15, "test": 0.15}[split]
        assert abs(count - share * whole[label]) <= 1
    assert len(counts) == 36


def test_fashion_mnist_has_the_published_mean_and_spread(
    fashion_mnist: Path, tmp_path: Path
) -> None:
    dataset = open_dataset(run(DatasetConfig(val_fraction=0.0), [fashion_mnist], tmp_path / "out"))
    assert [len(dataset.split(name)) for name in ("train", "val", "test")] == [60_000, 0, 10_000]
    assert [f"{value:.4f}" for value in (*dataset.mean, *dataset.std)] == ["0.2860"] * 3 + [
        "0.3530"
    ] * 3
