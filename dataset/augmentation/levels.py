"""Operations on the levels of a channel, equal to Pillow's ImageOps: a table for each image."""

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Reals = NDArray[np.float64]

RAMP = np.arange(256)


def solarize(images: Images, thresholds: Reals) -> Images:
    """Invert levels from a threshold on: (N, H, W, 3), (N,)."""
    tables = np.where(thresholds[:, None] > RAMP, RAMP, 255 - RAMP)
    return _looked_up(images, tables[:, None])


def posterize(images: Images, bits: NDArray[np.intp]) -> Images:
    """Keep the upper bits of each level: (N, H, W, 3), (N,)."""
    masks = (0xFF00 >> bits & 0xFF).astype(np.uint8)
    return images & masks[:, None, None, None]


def autocontrast(images: Images) -> Images:
    """Stretch each channel of each image to all levels: (N, H, W, 3)."""
    low = images.min(axis=(1, 2)).astype(float)[..., None]
    high = images.max(axis=(1, 2)).astype(float)[..., None]
    scale = 255 / np.maximum(high - low, 1)
    tables = np.clip(np.trunc(RAMP * scale - low * scale), 0, 255)
    return _looked_up(images, np.where(high > low, tables, RAMP))


def equalize(images: Images) -> Images:
    """Flatten the histogram of each channel of each image: (N, H, W, 3)."""
    counts = _histograms(images)
    highest = 255 - np.argmax(counts[..., ::-1] > 0, axis=-1)[..., None]
    rest = counts.sum(axis=-1, keepdims=True) - np.take_along_axis(counts, highest, axis=-1)
    step = rest // 255
    below = np.cumsum(counts, axis=-1) - counts
    tables = np.minimum((step // 2 + below) // np.maximum(step, 1), 255)
    return _looked_up(images, np.where(step > 0, tables, RAMP))


def _histograms(images: Images) -> NDArray[np.intp]:
    """How often each level occurs in each channel of each image: (N, H, W, 3) -> (N, 3, 256)."""
    n = len(images)
    counts = np.bincount(_cells(images).ravel(), minlength=n * 3 * 256)
    return counts.reshape(n, 3, 256)


def _looked_up(images: Images, tables: NDArray[np.generic]) -> Images:
    """Each level replaced by its entry: (N, H, W, 3), (N, 3 or 1, 256)."""
    whole = np.broadcast_to(tables, (len(images), 3, 256)).astype(np.uint8)
    return whole.ravel().take(_cells(images))


def _cells(images: Images) -> NDArray[np.intp]:
    """Where the entry of each level is in tables (N, 3, 256) laid end to end: (N, H, W, 3)."""
    first = np.arange(len(images) * 3).reshape(-1, 1, 1, 3) * 256
    return first + images
