"""Small pictures, folders and manifests for the tests of the dataset stage."""

import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from crawler.files import sha256
from crawler.manifest import ImageRow, Status, write_table
from dataset.config import DatasetConfig
from dataset.pictures.examine import Examined, examine
from dataset.reading.inputs import Item

Pixels = NDArray[np.uint8]


def pixels(seed: int, height: int = 12, width: int = 12) -> Pixels:
    """Noise that no other seed gives: (height, width, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def encode(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def png(seed: int, height: int = 12, width: int = 12) -> bytes:
    return encode(Image.fromarray(pixels(seed, height, width)))


def folder_of(root: Path, classes: Mapping[str, Iterable[int]]) -> Path:
    """A folder of class folders, each with pictures of the given seeds."""
    for label, seeds in classes.items():
        (root / label).mkdir(parents=True, exist_ok=True)
        for seed in seeds:
            (root / label / f"{seed}.png").write_bytes(png(seed))
    return root


def stored_row(folder: Path, url: str, body: bytes, label: str, **others: object) -> ImageRow:
    """A row of a manifest in `folder`, its file written."""
    digest = sha256(body)
    path = f"images/{digest[:2]}/{digest}.png"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(body)
    values = {"status": Status.OK, "labels": label, "page_url": "https://a.example/"} | others
    return ImageRow(url=url, label=label, path=path, sha256=digest, **values)  # type: ignore[arg-type]  # values of all kinds


def write_manifest(folder: Path, rows: Iterable[ImageRow]) -> Path:
    write_table(folder / "manifest.csv", ImageRow, rows)
    return folder / "manifest.csv"


def seen(name: str, *, shows: str = "", **said: object) -> Examined:
    """An examined item whose file is called `name` and shows the pixels `shows`."""
    values = {"label": "rose", "labels": ("rose",), "url": f"https://a.example/{name}"} | said
    item = Item(source=Path(name), **values)  # type: ignore[arg-type]  # as above
    return Examined(item=item, total=0, sha256=name, pixels=shows or f"pixels of {name}")


def look(item: Item, **settings: object) -> Examined:
    """What the stage makes of one item, at a stored size of 8."""
    config = DatasetConfig(**{"size": 8, "stored": 8, "workers": 1} | settings)  # type: ignore[arg-type]  # as above
    return next(iter(examine([item], config)))
