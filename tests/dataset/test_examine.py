import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from crawler.files import sha256
from dataset.config import CROPS
from dataset.image import load_image, pixel_digest
from dataset.pictures.examine import ordered_map, rgb
from dataset.reading.inputs import Item
from tests.dataset.pictures import encode, look, pixels, png


def test_a_file_is_known_by_its_bytes_and_by_its_pixels(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(1))
    one = look(Item(source=tmp_path / "a.png", label="rose"))
    assert one.status == "image"
    assert one.sha256 == sha256(png(1))
    assert one.pixels == pixel_digest(pixels(1))
    assert one.image is not None
    assert (one.image == load_image(png(1), 8)).all()


def test_a_file_is_cut_as_the_config_says(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(1, 20, 60))
    item = Item(source=tmp_path / "a.png", label="rose")
    for crop in CROPS:
        one = look(item, crop=crop, background="#203040")
        expected = load_image(png(1, 20, 60), 8, crop=crop, background="#203040")
        assert one.image is not None
        assert (one.image == expected).all()


def test_a_picture_is_as_large_as_it_is_upright_and_uncut(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # to be turned by 90 degrees
    lying = Image.fromarray(pixels(1, 20, 60))
    (tmp_path / "a.png").write_bytes(encode(lying, exif=exif))
    one = look(Item(source=tmp_path / "a.png", label="rose"))
    assert (one.width, one.height) == (20, 60)
    array = look(Item(source=pixels(1, 20, 20), label="rose"), duplicates="equal")
    assert (array.width, array.height) == (20, 20)


def test_what_is_suspicious_is_flagged(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(1))
    item = Item(source=tmp_path / "a.png", label="rose")
    assert (look(item, tiny=13).status, look(item, tiny=13).flags) == ("image", ("tiny",))
    assert look(item, tiny=12).flags == ()


def test_an_array_is_known_by_its_pixels_and_keeps_its_size() -> None:
    grey = np.arange(36, dtype=np.uint8).reshape(6, 6)
    one = look(Item(source=grey, label="7"))
    assert one.sha256 == one.pixels == pixel_digest(rgb(grey))
    assert one.image is not None
    assert (one.image == grey[:, :, None]).all()


@pytest.mark.parametrize("shape", [(6, 6), (6, 6, 1), (6, 6, 3)])
def test_grey_becomes_rgb_by_repetition(shape: tuple[int, ...]) -> None:
    image = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert rgb(image).shape == (6, 6, 3)
    assert (rgb(image) == image.reshape(6, 6, -1)).all()


@pytest.mark.parametrize(
    ("body", "claimed", "reason"),
    [
        (png(1), sha256(png(2)), "changed"),
        (None, "", "missing"),
        (b"<html>", "", "not-an-image"),
        (png(1)[:-20], "", "truncated"),
        (b"", "", "not-an-image"),
    ],
)
def test_what_is_no_image_has_a_reason(
    tmp_path: Path, body: bytes | None, claimed: str, reason: str
) -> None:
    if body is not None:
        (tmp_path / "a").write_bytes(body)
    one = look(Item(source=tmp_path / "a", label="rose", sha256=claimed))
    assert one.status == one.reason == reason
    assert one.image is None
    assert one.detail


def test_a_folder_in_the_place_of_a_file_is_unreadable(tmp_path: Path) -> None:
    assert look(Item(source=tmp_path, label="rose")).reason == "unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_in_the_place_of_a_file_is_unreadable(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert look(Item(source=tmp_path / "pipe", label="rose")).reason == "unreadable"


def test_nothing_is_read_of_what_was_refused_or_has_no_label(tmp_path: Path) -> None:
    refused = Item(source=None, label="rose", reason="denied", detail="robots: forbidden")
    assert look(refused).reason == "denied"
    assert look(Item(source=tmp_path / "not there")).reason == "no-label"


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_come_in_order_whoever_is_quicker(workers: int) -> None:
    def slow(number: int) -> int:
        time.sleep(0.003 * (number % 3 == 0))
        return number * number

    assert list(ordered_map(slow, range(40), workers)) == [n * n for n in range(40)]


def test_a_map_reads_only_a_little_ahead_and_ends_when_it_is_left() -> None:
    taken = []

    def numbers() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    before = threading.active_count()
    results = ordered_map(lambda number: number, numbers(), 2)
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]  # it is a generator
    assert len(taken) < 20
    assert threading.active_count() == before
