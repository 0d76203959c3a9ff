"""How far quicker ways to a small picture move its pixels, and how much quicker they are.

Pillow's draft mode lets libjpeg decode at a half, a quarter or an eighth: the smallest that holds
enough pixels is what the stage and predictions take. Its reducing gap averages in boxes before it
resizes, which is not taken: little is left to gain.
"""

import io
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.Image import Resampling

from dataset.image import load_image

pytestmark = [pytest.mark.real, pytest.mark.accept]

STORED = 72  # pixels: of the default size 64
LEVELS = 3  # of 255, that the way of the stage may differ in the mean


def resized(image: Image.Image, gap: float | None = None) -> np.ndarray:
    small = image.resize((STORED, STORED), Resampling.BILINEAR, reducing_gap=gap)
    return np.asarray(small).astype(int)


def full(body: bytes) -> np.ndarray:
    return resized(Image.open(io.BytesIO(body)).convert("RGB"))


def reducing(gap: float) -> Callable[[bytes], np.ndarray]:
    return lambda body: resized(Image.open(io.BytesIO(body)).convert("RGB"), gap)


def drafted(times: int) -> Callable[[bytes], np.ndarray]:
    """Decode at the smallest scale with at least so many times the pixels of a side."""

    def way(body: bytes) -> np.ndarray:
        image = Image.open(io.BytesIO(body))
        image.draft(None, (times * STORED, times * STORED))
        return resized(image.convert("RGB"))

    return way


WAYS = {
    "full": full,
    "draft x1": drafted(1),
    "draft x2": drafted(2),
    "draft x3": drafted(3),
    "gap 2": reducing(2.0),
    "gap 3": reducing(3.0),
}


@pytest.mark.parametrize("enlarged", [1, 4])
def test_the_way_of_the_stage_is_quicker_and_moves_pixels_little(
    caltech12: Path, enlarged: int
) -> None:
    seconds, furthest = dict.fromkeys(WAYS, 0.0), dict.fromkeys(WAYS, 0)
    mean = defaultdict[str, list[float]](list)
    for file in sorted(caltech12.rglob("*.jpg"))[::20]:
        body = larger(file, enlarged)
        exact = full(body)
        assert (load_image(body, STORED, crop="fit") == drafted(1)(body)).all()
        for name, way in WAYS.items():
            start = time.process_time()
            found = way(body)
            seconds[name] += time.process_time() - start
            off = np.abs(found - exact)
            furthest[name] = max(furthest[name], int(off.max()))
            mean[name].append(off.mean())
    for name in WAYS:
        rate = seconds["full"] / seconds[name]
        print(f"\n{enlarged}x {name:9} {rate:5.2f} times as fast,", end=" ")
        print(f"at most {furthest[name]} levels, {np.mean(mean[name]):.2f} in the mean", end="")
    assert furthest["full"] == 0
    assert seconds["draft x1"] < seconds["full"]
    assert np.mean(mean["draft x1"]) < LEVELS


def larger(file: Path, factor: int) -> bytes:
    """The photo, as many times as large."""
    if factor == 1:
        return file.read_bytes()
    buffer = io.BytesIO()
    with Image.open(file) as image:
        size = image.width * factor, image.height * factor
        image.convert("RGB").resize(size, Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
