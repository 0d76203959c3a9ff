"""What makes a picture suspicious though it decodes: measured on small grey, told in words.

    blurry        its edges are soft: the variance of the Laplacian is below the threshold
    dark          19 of 20 pixels are darker than the threshold (0 black, 1 white)
    overexposed   19 of 20 pixels are brighter than the threshold
    flat          it holds little: the entropy of its grey levels, in bits, is below the threshold
    narrow        its longer side is more than that many times the shorter one
    tiny          its shorter side has fewer pixels than the threshold

Each word is the name of its threshold in DatasetConfig.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling

from dataset.config import DatasetConfig

Grey = NDArray[np.uint8]  # (H, W)

SIDE = 192  # pixels: no picture is measured with a longer side
MOST = 0.95  # of the pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The measures of one picture."""

    sharpness: float  # variance of the Laplacian, in squared grey levels
    bright: float  # 0 to 1: the level below which most pixels lie
    shadow: float  # 0 to 1: the level above which most pixels lie
    entropy: float  # bits, 0 to 8
    aspect: float  # longer side / shorter side
    side: int  # pixels of the shorter side


def measure(image: Image.Image) -> Quality:
    """Measure an RGB image."""
    grey = small_grey(image)
    levels = np.bincount(grey.ravel(), minlength=256)
    shorter, longer = sorted(image.size)
    return Quality(
        sharpness=sharpness(grey),
        bright=quantile(levels, MOST),
        shadow=quantile(levels, 1 - MOST),
        entropy=entropy(levels),
        aspect=longer / shorter,
        side=shorter,
    )


def suspicions(quality: Quality, config: DatasetConfig) -> Iterator[str]:
    """The words of the table above that are true by the thresholds of a config."""
    if quality.sharpness < config.blurry:
        yield "blurry"
    if quality.bright < config.dark:
        yield "dark"
    if quality.shadow > config.overexposed:
        yield "overexposed"
    if quality.entropy < config.flat:
        yield "flat"
    if quality.aspect > config.narrow:
        yield "narrow"
    if quality.side < config.tiny:
        yield "tiny"


def small_grey(image: Image.Image) -> Grey:
    """The image in grey, made smaller where its longer side is above SIDE, never larger."""
    grey, longer = image.convert("L"), max(image.size)
    if longer > SIDE:
        width, height = (max(n * SIDE // longer, 1) for n in image.size)
        grey = grey.resize((width, height), Resampling.BILINEAR)
    return np.asarray(grey)


def sharpness(grey: Grey) -> float:
    """The variance of the Laplacian (4 neighbours) within the border; 0 where nothing is.

    Whole numbers that float64 holds exactly, so that no order of summing changes it.
    """
    x = grey.astype(np.int16)
    edges = 4 * x[1:-1, 1:-1]
    for neighbour in (x[:-2, 1:-1], x[2:, 1:-1], x[1:-1, :-2], x[1:-1, 2:]):
        edges -= neighbour
    n, values = edges.size, edges.ravel().astype(np.float64)
    squares = float(np.square(values).sum())
    return (n * squares - float(values.sum()) ** 2) / n**2 if n else 0.0


def quantile(levels: NDArray[np.int64], share: float) -> float:
    """The lowest level, 0 to 1, up to which at least this share of the pixels lies: (256,)."""
    total = np.cumsum(levels)
    return int(np.searchsorted(total, share * total[-1])) / 255


def entropy(levels: NDArray[np.int64]) -> float:
    """Shannon's, in bits, of how often each level occurs: (256,)."""
    shares = levels[levels > 0] / levels.sum()
    return float(-(shares * np.log2(shares)).sum())
