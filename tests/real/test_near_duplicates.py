"""Near-duplicates among 2,099 photos and copies of them, and whether copies leak into train.

`alike.csv` names pairs of originals that were looked at and are one picture: the same photo at
another size, or one product photo in other colours. Photos 101 to 200 of leopards are photos 1 to
100, mirrored. Different motorcycles before the same wall are not in it: they count as false.
"""

import csv
from collections import Counter
from itertools import cycle
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from threadpoolctl import threadpool_limits

from crawler.files import sha256
from crawler.manifest import ImageRow
from dataset import DatasetConfig, run
from dataset.config import BACKGROUND
from dataset.copies.hashes import dhashes, frequencies, phash, phashes
from dataset.copies.near import near_pairs, stars
from dataset.copies.thumbnail import VIEWS, thumbnails
from dataset.pictures.colour import read_picture
from dataset.pictures.crop import wanted
from dataset.pictures.grey import small_grey
from dataset.pictures.quality import measure
from tests.dataset.copies import COPIES, jpeg, opened
from tests.dataset.pictures import stored_row, write_manifest

pytestmark = [pytest.mark.real, pytest.mark.accept, pytest.mark.timeout(1800)]

CROPS = ("crop", "corner")
LEOPARDS = 100


class Photos(NamedTuple):
    files: list[Path]
    views: NDArray[np.uint8]  # (N, VIEWS, SIDE, SIDE)
    known: set[tuple[int, int]]  # positions of pairs that are one picture


@pytest.fixture(scope="module")
def photos(caltech12: Path) -> Photos:
    files = sorted(caltech12.rglob("*.jpg"))
    place = {file.relative_to(caltech12).as_posix(): number for number, file in enumerate(files)}
    with Path(__file__).with_name("alike.csv").open(encoding="utf-8", newline="") as table:
        known = {(place[row["one"]], place[row["other"]]) for row in csv.DictReader(table)}
    first = place["Leopards/image_0001.jpg"]
    known |= {(first + number, first + number + LEOPARDS) for number in range(LEOPARDS)}
    return Photos(files, np.stack([seen(file.read_bytes()) for file in files]), known)


def seen(body: bytes) -> NDArray[np.uint8]:
    """The thumbnails of a file as the stage makes them."""
    picture = read_picture(body, BACKGROUND, least=wanted(DatasetConfig().stored_size))
    return thumbnails(small_grey(picture.image))


def false_pairs(photos: Photos, pairs: list[tuple[int, int]]) -> int:
    """Pairs of different originals, or of copies of them, that are not known to be alike."""
    count = len(photos.files)
    originals = [tuple(sorted((one % count, other % count))) for one, other in pairs]
    return sum(one != other and (one, other) not in photos.known for one, other in originals)


def test_different_photos_are_not_taken_for_copies(photos: Photos) -> None:
    count = len(photos.files)
    pairs = near_pairs(photos.views, np.zeros(count, bool))
    false = false_pairs(photos, pairs)
    print(f"originals: {len(pairs)} pairs, {false} of them false, of {count * (count - 1) // 2}")
    assert false < 1e-5 * count * (count - 1) / 2
    assert sum(pair in photos.known for pair in pairs) >= 0.95 * len(photos.known)


@pytest.mark.parametrize("name", COPIES)
def test_copies_are_found(photos: Photos, name: str) -> None:
    count = len(photos.files)
    copies = [seen(jpeg(COPIES[name](opened(file.read_bytes())))) for file in photos.files]
    pairs = near_pairs(np.concatenate([photos.views, copies]), np.zeros(2 * count, bool))
    recall = sum(other - one == count for one, other in pairs) / count
    false = false_pairs(photos, pairs) / (count * (2 * count - 1))
    print(f"{name}: recall {recall:.4f}, false pairs {false:.1e} of all")
    assert recall >= (0.8 if name in CROPS else 0.95)
    assert false < 1e-5


def test_fashion_mnist_does_not_collapse(fashion_mnist: Path) -> None:
    with np.load(fashion_mnist) as arrays:
        images = arrays["x_train"][:3000]
    views = np.stack([thumbnails(small_grey(Image.fromarray(image))) for image in images])
    pairs = near_pairs(views, np.ones(3000, bool))
    largest = max(Counter(stars([f"{number:04}" for number in range(3000)], pairs)).values())
    print(f"Fashion-MNIST: {len(pairs)} pairs, largest cluster {largest} of 3,000")
    assert largest < 50


@pytest.mark.parametrize("beside", ["beside the first", "alone"])
def test_copies_of_test_images_do_not_reach_train(
    photos: Photos, tmp_path: Path, beside: str
) -> None:
    """The second crawl is read together with the first, or instead of it."""
    strangers = photos.files[::10][:200]
    old = sorted(set(photos.files) - set(strangers))
    first = [row_of(tmp_path, file.read_bytes(), file, f"old/{n}") for n, file in enumerate(old)]
    config, out = DatasetConfig(size=16), tmp_path / "out"
    run(config, [write_manifest(tmp_path, first)], out)
    before = splits(out)
    tested = [row for row in zip(first, old, strict=True) if before.get(row[0].sha256) == "test"]
    names, second, kinds = cycle(COPIES), [], {}
    for number, (_, file) in zip(range(500), cycle(tested), strict=False):
        name = next(names)
        body = jpeg(COPIES[name](opened(file.read_bytes())), 90 - number // len(tested))
        kinds[sha256(body)] = name
        second.append(row_of(tmp_path, body, file, f"copy/{number}"))
    new = [
        row_of(tmp_path, file.read_bytes(), file, f"new/{n}") for n, file in enumerate(strangers)
    ]
    kept = [] if beside == "alone" else first
    run(config, [write_manifest(tmp_path, [*kept, *second, *new])], out)
    after = splits(out)
    assert {name for name, split in before.items() if after[name] != split} == set()
    in_train = Counter(kinds[name] for name in kinds if after.get(name) == "train")
    every = Counter(kinds.values())
    crops = sum(in_train[name] for name in CROPS) / sum(every[name] for name in CROPS)
    others = [name for name in COPIES if name not in CROPS]
    whole = sum(in_train[name] for name in others) / sum(every[name] for name in others)
    fresh = sum(after.get(row.sha256) == "train" for row in new) / len(new)
    print(f"copies in train: {whole:.3f}, of crops {crops:.3f}; unrelated in train: {fresh:.3f}")
    assert whole <= 0.05
    assert crops <= 0.2
    assert fresh >= 0.65


def test_an_audit_looks_at_a_thousand_photos_a_second(photos: Photos) -> None:
    """Thumbnails, hashes and measures of quality, of decoded photos, by the time of one core."""
    images = [opened(file.read_bytes()) for file in photos.files[::5]]
    with threadpool_limits(1):
        start = process_time()
        greys = [small_grey(image) for image in images]
        views = np.stack([thumbnails(grey) for grey in greys])
        for grey, image in zip(greys, images, strict=True):
            measure(grey, image.size)
        for view in range(VIEWS):
            blocks = frequencies(views[:, view])
            assert phashes(blocks[:, 0]).shape[1:] == phash(blocks).shape[:1]
            assert dhashes(views[:, view]).shape == (8, len(images))
        rate = len(images) / (process_time() - start)
    print(f"audit: {rate:.0f} images per CPU second")
    assert rate >= 1000


def row_of(folder: Path, body: bytes, file: Path, name: str) -> ImageRow:
    """A row of a manifest: an image on a page and a host of its own."""
    host = name.replace("/", "")
    url, page = f"https://{host}.example/{name}.jpg", f"https://{host}.example/"
    return stored_row(folder, url, body, file.parent.name, page_url=page)


def splits(out: Path) -> dict[str, str]:
    with (out / "splits.csv").open(encoding="utf-8", newline="") as table:
        return {row["sample"]: row["split"] for row in csv.DictReader(table)}
