"""What makes a picture suspicious though it decodes: measured on small grey, told in words.

    blurry        its edges are soft: the variance of the Laplacian is below the threshold
    dark          19 of 20 pixels are darker than the threshold (0 black, 1 white)
    overexposed   19 of 20 pixels are brighter than the threshold
    flat          it holds little: the entropy of its grey levels, in bits, is below the threshold
    narrow        its longer side is more than that many times the shorter one
    tiny          its shorter side has fewer pixels than the threshold

Each word is the name of its threshold in DatasetConfig.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dataset.config import DatasetConfig

Grey = NDArray[np.uint8]  # (H, W)

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


def measure(grey: Image.Image, size: tuple[int, int]) -> Quality:
    """Measure a picture by its small grey copy; `size` is the width and height of the whole."""
    levels = np.array(grey.histogram(), np.int64)
    shadow, bright = quantiles(levels, (1 - MOST, MOST))
    shorter, longer = sorted(size)
    return Quality(
        sharpness=sharpness(np.asarray(grey)),
        bright=bright,
        shadow=shadow,
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


def sharpness(grey: Grey) -> float:
    """The variance of the Laplacian (4 neighbours) within the border; 0 where nothing is.

    Whole numbers that float64 holds exactly, so that no order of summing changes it.
    """
    height, width = grey.shape
    if height < 3 or width < 3:
        return 0.0
    x = grey.astype(np.int16).ravel()  # neighbours above and below are `width` pixels away
    edges = 4 * x[width:-width]
    for neighbour in (x[: -2 * width], x[2 * width :], x[width - 1 : -width - 1]):
        edges -= neighbour
    edges -= x[width + 1 : len(x) - width + 1]
    values = edges.reshape(-1, width)[:, 1:-1].astype(np.float64).ravel()
    n, squares = len(values), float(np.square(values).sum())  # not by BLAS: its threads would spin
    return (n * squares - float(values.sum()) ** 2) / n**2


def quantiles(levels: NDArray[np.int64], shares: Sequence[float]) -> list[float]:
    """The lowest levels, 0 to 1, up to which at least these shares of the pixels lie: (256,)."""
    total = np.cumsum(levels)
    return [level / 255 for level in total.searchsorted(np.multiply(shares, total[-1])).tolist()]


def entropy(levels: NDArray[np.int64]) -> float:
    """Shannon's, in bits, of how often each level occurs: (256,)."""
    shares = levels[levels > 0] / levels.sum()
    return float(-(shares * np.log2(shares)).sum())
