"""The dataset stage on real photos, published arrays, and files made to break decoders."""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps

from crawler.image import ImageRejected, decode
from dataset import DatasetConfig, open_dataset, run
from dataset.config import BACKGROUND, SUSPICIONS, Crop
from dataset.pictures.colour import read_picture
from dataset.pictures.crop import energy_offset, square
from dataset.pictures.grey import small_grey
from dataset.pictures.quality import measure, suspicions
from dataset.pictures.strict import strict_decoder

pytestmark = pytest.mark.real


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def upright(file: Path) -> Image.Image:
    return read_picture(file.read_bytes(), BACKGROUND).image


def is_damaged(body: bytes) -> bool:
    try:
        read_picture(body, BACKGROUND, least=72, strict=strict_decoder())
    except ImageRejected as error:
        return error.word == "damaged"
    return False


def flags(image: Image.Image) -> list[str]:
    return [*suspicions(measure(small_grey(image), image.size), DatasetConfig())]


@pytest.mark.parametrize("kind", ["Landscape", "Portrait"])
def test_all_orientations_show_the_same_picture(fuzz: Path, kind: str) -> None:
    """Other ways up differ from the first by far more than 5 of 255."""
    files = [fuzz / "exif-orientation" / f"{kind}_{number}.jpg" for number in range(9)]
    pictures = [np.asarray(upright(file)).astype(int) for file in files]
    for image in pictures:
        assert image.shape == pictures[1].shape
        assert np.abs(image - pictures[1]).mean() < 5
    assert np.abs(pictures[1][::-1] - pictures[1]).mean() > 20


def test_photos_decode_as_pillow_decodes_them_to_the_bit(caltech12: Path) -> None:
    for file in sorted(caltech12.rglob("*.jpg"))[::40]:
        with Image.open(file) as image:
            expected = ImageOps.exif_transpose(image).convert("RGB")
        ours = upright(file)
        assert ours.size == expected.size
        assert ours.tobytes() == expected.tobytes()


@pytest.mark.parametrize("crop", ["centre", "energy"])
def test_every_file_made_to_break_decoders_is_a_sample_or_in_quarantine(
    fuzz: Path, tmp_path: Path, crop: Crop
) -> None:
    """With every kind of flag set aside, where there is one."""
    aside = SUSPICIONS if crop == "energy" else ()
    run(DatasetConfig(size=32, crop=crop, quarantine=aside), [fuzz], tmp_path / "out")
    samples, quarantine = (
        table(tmp_path / "out" / name) for name in ("samples.csv", "quarantine.csv")
    )
    files = [path.relative_to(fuzz) for path in fuzz.rglob("*") if path.is_file()]
    visible = [path for path in files if not any(part.startswith(".") for part in path.parts)]
    assert len(samples) + len(quarantine) == len(visible)
    assert len(samples) > (100 if aside else 500)
    assert {row["reason"] for row in quarantine} <= {
        "not-an-image",
        "truncated",
        "bomb",
        "no-label",
        "duplicate-bytes",
        "duplicate-pixels",
        "damaged",
        *aside,
    }


def test_snapshots_of_the_fuzz_files_are_equal_for_any_number_of_workers(
    fuzz: Path, tmp_path: Path
) -> None:
    made = {
        run(DatasetConfig(size=16, workers=n), [fuzz], tmp_path / str(n)).read_bytes()
        for n in (1, 2, 5)
    }
    assert len(made) == 1


def test_few_photos_of_a_clean_collection_are_flagged(caltech12: Path) -> None:
    """Its thresholds are for what nobody would collect; here there is nothing of the kind."""
    found = Counter(
        flag
        for file in sorted(caltech12.rglob("*.jpg"))
        for flag in flags(read_picture(file.read_bytes(), BACKGROUND, least=72).image)
    )
    assert sum(found.values()) == 0, found


@pytest.mark.parametrize(
    ("spoil", "flag", "share"),
    [
        (lambda image: image.filter(ImageFilter.GaussianBlur(3)), "blurry", 0.95),
        (lambda image: image.point(lambda level: level // 5), "dark", 0.99),
        (lambda image: image.point(lambda level: 215 + level // 7), "overexposed", 0.99),
        (lambda image: image.point(lambda level: 100 + level // 128), "flat", 0.99),
    ],
)
def test_spoilt_photos_are_flagged(
    caltech12: Path, spoil: Callable[[Image.Image], Image.Image], flag: str, share: float
) -> None:
    files = sorted(caltech12.rglob("*.jpg"))[::20]
    found = [flag in flags(spoil(upright(file))) for file in files]
    assert sum(found) >= share * len(found)


def test_the_energy_crop_keeps_subjects_that_stand_aside(caltech12: Path) -> None:
    """A photo at one end of three times its width, the rest a blurred mirror image of it."""
    kept = []
    for number, file in enumerate(sorted(caltech12.rglob("*.jpg"))[::20]):
        subject = Image.fromarray(square(upright(file), 200, "centre", BACKGROUND))
        scene = Image.new("RGB", (600, 200))
        for left in 200, 400:
            scene.paste(ImageOps.mirror(subject), (left, 0))
        scene = scene.filter(ImageFilter.GaussianBlur(3))
        scene.paste(subject, (0, 0))
        offset = energy_offset(scene if number % 2 else ImageOps.mirror(scene))
        away = offset if number % 2 else 400 - offset
        kept.append(max(1 - away / 200, 0))
    print(f"\n{np.mean(kept):.0%} of the subject is kept; by the centre crop nothing")
    assert np.mean(kept) > 0.8


def test_photos_with_a_hole_in_their_scan_are_damaged_and_whole_ones_are_not(
    caltech12: Path,
) -> None:
    pytest.importorskip("simplejpeg", reason="the extra [strict] is not installed")
    bodies = [file.read_bytes() for file in sorted(caltech12.rglob("*.jpg"))[::10]]
    assert not any(is_damaged(body) for body in bodies)
    large = [body for body in bodies if len(body) > 8000]
    holed = [body[: (n := len(body) // 2)] + bytes(1024) + body[n + 1024 :] for body in large]
    for body in holed:
        decode(body)  # passes
    found = sum(is_damaged(body) for body in holed)
    print(f"{found} of {len(holed)} JPEGs with 1 KiB zeroed are told")
    assert found > 0.85 * len(holed)


@pytest.mark.parametrize("least", [None, 16, 72])
def test_the_strict_decoder_gives_the_pixels_that_pillow_gives(
    caltech12: Path, fuzz: Path, least: int | None
) -> None:
    """Of photos and of what was made to break decoders, wherever either knows a file."""
    pytest.importorskip("simplejpeg", reason="the extra [strict] is not installed")
    strict = strict_decoder()
    files = [*sorted(caltech12.rglob("*.jpg"))[::10], *sorted(fuzz.rglob("*.jp*g"))]
    equal = 0
    for file in files:
        if not file.is_file():
            continue
        body = file.read_bytes()
        try:
            ours = read_picture(body, BACKGROUND, least=least, strict=strict)
        except ImageRejected as error:
            if error.word != "damaged":
                with pytest.raises(ImageRejected, match=error.word):
                    read_picture(body, BACKGROUND, least=least)
            continue
        theirs = read_picture(body, BACKGROUND, least=least)
        assert (ours.size, ours.applied) == (theirs.size, theirs.applied)
        assert ours.image.tobytes() == theirs.image.tobytes(), file
        equal += 1
    print(f"{equal} of {len(files)} files are equal")
    assert equal > 210


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
