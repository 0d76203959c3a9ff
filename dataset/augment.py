"""Augmentation and normalisation of whole batches, in pure NumPy.

Every random choice is a hash of (seed, epoch, sample, operation), so an image is augmented the same
whatever the batch it is in, the order of the batches or the number of threads.

Shape letters: N batch, S stored size, H = W = size.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from dataset.config import OPERATIONS

Images = NDArray[np.uint8]
Keys = NDArray[np.uint64]

GOLDEN = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio, the increment of SplitMix64


def sample_keys(ids: Sequence[str]) -> Keys:
    """The first 64 bits of each sample id, the part of it that choices depend on: (N,)."""
    leading = bytes.fromhex("".join(name[:16] for name in ids))
    return np.frombuffer(leading, ">u8").astype(np.uint64)


def augment(
    images: Images,
    keys: Keys,
    *,
    size: int,
    seed: int,
    epoch: int,
    operations: Sequence[str],
) -> Images:
    """Apply the operations to each image: (N, S, S, 3), (N,) -> (N, size, size, 3).

    crop takes a window at random, from the stored margin or, where there is none, from the image
    reflected by an eighth at its borders; without it the centre is taken. flip mirrors every
    second image, left to right.
    """
    if "crop" in operations:
        out = random_crop(images, _draw(keys, seed, epoch, "crop"), size)
    else:
        out = centre_crop(images, size).copy()
    if "flip" in operations:
        mirror(out, _draw(keys, seed, epoch, "flip") >> np.uint64(63) == 1)
    return out


def random_crop(images: Images, draws: NDArray[np.uint64], size: int) -> Images:
    """The window of each image that its draw picks: (N, S, S, 3), (N,) -> (N, size, size, 3)."""
    if images.shape[1] == size:
        images = reflect(images, size // 8)
    n, stored = images.shape[:2]
    offsets = np.uint64(stored - size + 1)
    top = (draws >> np.uint64(32)) * offsets >> np.uint64(32)
    left = (draws & np.uint64(0xFFFFFFFF)) * offsets >> np.uint64(32)
    # Windows over rows of bytes: one run of size * 3 bytes is copied at a time, not three.
    rows = images.reshape(n, stored, stored * 3)
    windows = sliding_window_view(rows, (size, size * 3), axis=(1, 2))
    cut: Images = windows[np.arange(n), top.astype(np.intp), 3 * left.astype(np.intp)]
    return cut.reshape(n, size, size, 3)


def centre_crop(images: Images, size: int) -> Images:
    """The middle of each image, as a view: (N, S, S, 3) -> (N, size, size, 3)."""
    start = (images.shape[1] - size) // 2
    return images[:, start : start + size, start : start + size]


def mirror(images: Images, chosen: NDArray[np.bool_]) -> None:
    """Flip the chosen images left to right, in place: (N, H, W, 3), (N,)."""
    before = images[chosen]
    after = np.empty_like(before)
    for channel in range(3):  # four times as fast as turning pixels of three bytes around
        after[..., channel] = before[:, :, ::-1, channel]
    images[chosen] = after


def reflect(images: Images, pad: int) -> Images:
    """Continue each image by mirrored pixels: (N, S, S, 3) -> (N, S + 2 pad, S + 2 pad, 3).

    The edge itself is not repeated; `pad` is below half of S.
    """
    n, s = images.shape[:2]
    out = np.empty((n, s + 2 * pad, s + 2 * pad, 3), np.uint8)
    middle = out[:, pad : pad + s]
    middle[:, :, pad : pad + s] = images
    for channel in range(3):
        middle[:, :, :pad, channel] = images[:, :, pad:0:-1, channel]
        middle[:, :, pad + s :, channel] = images[:, :, s - 2 : s - 2 - pad : -1, channel]
    out[:, :pad] = out[:, 2 * pad : pad : -1]
    out[:, pad + s :] = out[:, pad + s - 2 : s - 2 : -1]
    return out


def normalize(
    images: Images,
    mean: Sequence[float],
    std: Sequence[float],
    *,
    out: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """(images / 255 - mean) / std, in float32: (N, H, W, 3) -> (N, H, W, 3).

    A channel without any spread is only centred.
    """
    n, h, w = images.shape[:3]
    result = np.empty((n, h, w, 3), np.float32) if out is None else out
    spread = np.where(np.asarray(std) > 0, std, 1.0)
    # Broadcasting over a last axis of 3 is slow: scale and shift are tiled to a whole row.
    scale = np.tile(1 / (255 * spread), w).astype(np.float32)
    shift = np.tile(-np.asarray(mean) / spread, w).astype(np.float32)
    rows = result.reshape(n, h, w * 3)
    np.copyto(rows, images.reshape(n, h, w * 3))
    rows *= scale
    rows += shift
    return result


def _draw(keys: Keys, seed: int, epoch: int, operation: str) -> NDArray[np.uint64]:
    """64 random bits for each sample: (N,) -> (N,)."""
    state = np.uint64(0)
    for word in (seed, epoch, OPERATIONS.index(operation)):
        state = split_mix(state ^ np.uint64(word % 2**64))
    draws: Keys = split_mix(keys ^ state)
    return draws


def split_mix(state: Any) -> Any:
    """The output function of SplitMix64 on each word (Steele, Lea, Flood, OOPSLA 2014)."""
    with np.errstate(over="ignore"):  # multiplication modulo 2^64 is what is meant
        z = state + np.uint64(GOLDEN)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))
