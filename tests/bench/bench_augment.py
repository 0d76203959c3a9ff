"""The 32 x 32 recipe over a shuffled epoch: crop from a reflected border, flip, normalise."""

import platform
import time
from collections.abc import Callable

import numpy as np

from dataset.augment import augment, normalize, sample_keys

IMAGES, SIZE, BATCH, ROUNDS = 50_000, 32, 128, 5
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)


def main() -> None:
    rng = np.random.default_rng(0)
    ids = [f"{word:016x}" for word in rng.integers(0, 2**64, IMAGES, dtype=np.uint64)]
    keys = sample_keys(ids)
    print(f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}")
    print(f"{IMAGES:,} images, batches of {BATCH}, one thread, best of {ROUNDS} epochs\n")
    print("| stored | operations | images a second |\n|---|---|---|")
    for stored in (SIZE, SIZE + SIZE // 8):
        images = rng.integers(0, 256, (IMAGES, stored, stored, 3), dtype=np.uint8)
        for operations in (("crop", "flip"), ("crop",), ()):
            rate = IMAGES / best(lambda x=images, o=operations: epoch(x, keys, o))  # type: ignore[misc]  # bound at once
            print(f"| {stored} | {', '.join((*operations, 'normalise'))} | {rate:,.0f} |")


def epoch(images: np.ndarray, keys: np.ndarray, operations: tuple[str, ...]) -> None:
    """One pass over all images in random order, each batch gathered, augmented, normalised."""
    out = np.empty((BATCH, SIZE, SIZE, 3), np.float32)
    order = np.random.default_rng(1).permutation(len(images))
    for start in range(0, len(order) - BATCH + 1, BATCH):
        chosen = order[start : start + BATCH]
        batch = augment(
            images[chosen], keys[chosen], size=SIZE, seed=0, epoch=0, operations=operations
        )
        normalize(batch, MEAN, STD, out=out)


def best(work: Callable[[], None]) -> float:
    """Seconds of processor time of the quickest round."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return min(seconds)


if __name__ == "__main__":
    main()
