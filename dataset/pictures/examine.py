"""Looks at every item: is it what was said, does it decode, what are its pixels."""

import errno
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from crawler.files import sha256
from crawler.image import ImageRejected
from dataset.config import DatasetConfig
from dataset.copies.thumbnail import FEW, thumbnails
from dataset.image import Pixels, pixel_digest
from dataset.pictures.colour import read_picture
from dataset.pictures.crop import square, wanted
from dataset.pictures.grey import small_grey
from dataset.pictures.quality import measure, suspicions
from dataset.pictures.strict import Decode, strict_decoder
from dataset.reading.inputs import Item

FEW_AT_ONCE = 16  # items that a thread looks at together

In = TypeVar("In")
Out = TypeVar("Out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What became of one item: an image, or the reason why there is none."""

    item: Item
    total: int  # items in this run
    sha256: str = ""  # of the file; of the pixels where the item is an array
    pixels: str = ""
    image: Pixels | None = None  # (stored, stored, 3)
    applied: tuple[str, ...] = ()  # what was done to its colours: words of dataset.pictures.colour
    flags: tuple[str, ...] = ()  # what is suspicious: words of dataset.pictures.quality
    thumbs: NDArray[np.uint8] | None = None  # (VIEWS, SIDE, SIDE), where there is an image
    small: bool = False  # a side has few pixels
    width: int = 0  # pixels of the upright picture, where there is an image
    height: int = 0
    grey: Image.Image | None = None  # a small copy, until it has been measured
    reason: str = ""  # one word, where there is no image,
    detail: str = ""  # and a sentence

    @property
    def status(self) -> str:
        """One word for a count: image, or the reason why there is none."""
        return self.reason or "image"


def examine(items: Sequence[Item], config: DatasetConfig) -> Iterator[Examined]:
    """Decode every item, in order, on `config.workers` threads (0: one a core).

    Pillow and hashlib let go of the interpreter's lock, so threads are enough.
    """
    look = partial(_look, config=config, strict=strict_decoder(), total=len(items))
    few = [items[start : start + FEW_AT_ONCE] for start in range(0, len(items), FEW_AT_ONCE)]
    for examined in ordered_map(look, few, config.workers or os.cpu_count() or 1):
        yield from examined


def ordered_map(function: Callable[[In], Out], items: Iterable[In], workers: int) -> Iterator[Out]:
    """`map` on threads: results in the order of the items, only a few of them ahead."""
    ahead: deque[Future[Out]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for item in items:
                ahead.append(pool.submit(function, item))
                if len(ahead) > 2 * workers:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()


def _look(
    items: Sequence[Item], *, config: DatasetConfig, strict: Decode | None, total: int
) -> list[Examined]:
    """What became of a few items.

    All are decoded first and then all are measured: each of the two, alone, keeps within the
    processor's nearest caches, which makes a sixth of the time.
    """
    decoded = [_decoded(item, config, strict, total) for item in items]
    return [_measured(one, config) for one in decoded]


def _decoded(item: Item, config: DatasetConfig, strict: Decode | None, total: int) -> Examined:
    outcome = partial(Examined, item=item, total=total)
    if item.reason:
        return outcome(sha256=item.sha256, reason=item.reason, detail=item.detail)
    if not item.label:
        return outcome(sha256=item.sha256, reason="no-label", detail="nothing says what it shows")
    if isinstance(item.source, Path):
        return _decoded_file(item.source, item, config, strict, outcome)
    image = rgb(np.asarray(item.source))
    digest = pixel_digest(image)
    picture = Image.fromarray(image)
    width, height = picture.size
    grey = small_grey(picture)
    return outcome(sha256=digest, pixels=digest, image=image, width=width, height=height, grey=grey)


def _decoded_file(
    file: Path,
    item: Item,
    config: DatasetConfig,
    strict: Decode | None,
    outcome: Callable[..., Examined],
) -> Examined:
    try:
        body = _body(file)
    except FileNotFoundError:
        return outcome(sha256=item.sha256, reason="missing", detail="the file is not there")
    except OSError:
        return outcome(sha256=item.sha256, reason="unreadable", detail="the file cannot be read")
    digest = sha256(body)
    if item.sha256 not in {"", digest}:
        return outcome(sha256=digest, reason="changed", detail="not the file the manifest names")
    least = wanted(config.stored_size)
    try:
        picture = read_picture(body, config.background, least=least, strict=strict)
    except ImageRejected as error:
        return outcome(sha256=digest, reason=error.word, detail=error.sentence)
    width, height = picture.size
    return outcome(
        sha256=digest,
        pixels=pixel_digest(np.asarray(picture.image)),
        image=square(picture.image, config.stored_size, config.crop, config.background),
        applied=picture.applied,
        width=width,
        height=height,
        grey=small_grey(picture.image),
    )


def _measured(one: Examined, config: DatasetConfig) -> Examined:
    """With its flags, where it is a file, and what the search for near-duplicates looks at."""
    grey, size = one.grey, (one.width, one.height)
    if grey is None:
        return one
    if isinstance(one.item.source, Path):
        one = replace(one, flags=tuple(suspicions(measure(grey, size), config)))
    if config.duplicates == "near":
        one = replace(one, thumbs=thumbnails(grey), small=min(size) < FEW)
    return replace(one, grey=None)


def _body(file: Path) -> bytes:
    """The bytes of a file; OSError for a pipe or a device, which might never end."""
    if file.exists() and not file.is_file():
        raise OSError(errno.EINVAL, "no regular file", str(file))
    return file.read_bytes()


def rgb(image: Pixels) -> Pixels:
    """Grey as RGB by repetition: (H, W), (H, W, 1) or (H, W, 3) -> (H, W, 3)."""
    planes = image.reshape(*image.shape[:2], -1)
    return np.ascontiguousarray(np.broadcast_to(planes, (*planes.shape[:2], 3)))
