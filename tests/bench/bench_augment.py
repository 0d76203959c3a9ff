"""Recipes of augmentation at 32 x 32 over a shuffled epoch, beside a training step of `small`.

Recipes take turns, a pass each over the same images, so that all see the same machine; the figure
is the best pass. One thread. The last column is what a batch costs against a whole training step.
"""

import platform
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dataset.augment import Augmentation, sample_keys
from nn.architecture import expand
from nn.losses import softmax_cross_entropy
from nn.model import Sequential
from nn.optim import AdamW
from nn.shards import Shards, one_blas_thread

IMAGES, SIZE, BATCH, ROUNDS, CLASSES = 20_000, 32, 128, 5, 10
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)

PLAIN, JITTER = ("crop", "flip"), ("brightness", "contrast", "saturation")
RECIPES: tuple[tuple[str, ...], ...] = (
    (),
    ("crop",),
    PLAIN,
    (*PLAIN, "cutout"),
    (*PLAIN, *JITTER),
    (*PLAIN, *JITTER, "hue", "grey"),
    (*PLAIN, "rotate"),
    ("resized_crop", "flip"),
    (*PLAIN, "trivial_augment"),
    (*PLAIN, "mixup"),
    (*PLAIN, "cutmix"),
    ("resized_crop", "flip", "rotate", *JITTER, "hue", "cutout", "mixup", "cutmix"),
)


def main() -> None:
    """Print a row for each stored size and recipe."""
    print(f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}")
    print(f"{IMAGES:,} images, batches of {BATCH}, one thread, best of {ROUNDS} rounds\n")
    print("| stored | operations | images a second | part of a step |\n|---|---|---|---|")
    for stored in (SIZE, SIZE + SIZE // 8):
        rng = np.random.default_rng(0)
        images = rng.integers(0, 256, (IMAGES, stored, stored, 3), dtype=np.uint8)
        passes = {recipe: epoch(images, recipe) for recipe in RECIPES}
        *seconds, step = best([*passes.values(), training_step()])
        for recipe, taken in zip(RECIPES, seconds, strict=True):
            names, part = ", ".join((*recipe, "normalise")), BATCH * taken / IMAGES / step
            print(f"| {stored} | {names} | {IMAGES / taken:,.0f} | {part:.2%} |", flush=True)


def epoch(images: NDArray[np.uint8], operations: tuple[str, ...]) -> Callable[[], None]:
    """One pass over all images in random order, each batch gathered, augmented, normalised."""
    words = np.random.default_rng(2).integers(0, 2**64, IMAGES, dtype=np.uint64)
    seen = Augmentation(
        keys=sample_keys([f"{word:016x}" for word in words.tolist()]),
        stored=lambda chosen: images[chosen],
        size=SIZE,
        mean=MEAN,
        std=STD,
        operations=operations,
        seed=0,
    )
    order = np.random.default_rng(1).permutation(IMAGES)

    def one_pass() -> None:
        for start in range(0, IMAGES, BATCH):
            seen.images(order[start : start + BATCH], 1)

    return one_pass


def training_step() -> Callable[[], None]:
    """A step of the preset `small` on one batch, on one thread."""
    model = Sequential.from_spec(expand("small", classes=CLASSES))
    model.build((SIZE, SIZE, 3), np.random.default_rng(0))
    model.use(Shards(4, 1))
    optimizer = AdamW(0.05 * model.decay_mask())
    rng = np.random.default_rng(0)
    x = rng.normal(size=(BATCH, SIZE, SIZE, 3)).astype(np.float32)
    labels, dlogits = rng.integers(0, CLASSES, BATCH), np.empty((BATCH, CLASSES), np.float32)

    def step() -> None:
        with one_blas_thread():
            softmax_cross_entropy(model.forward(x, 0), labels, out=dlogits)
            model.backward(dlogits)
            optimizer.step(model.theta, model.grad, 1e-3)

    return step


def best(works: list[Callable[[], None]]) -> list[float]:
    """Seconds of processor time of the quickest round of each; they take turns."""
    seconds = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for number, work in enumerate(works):
            started = time.process_time()
            work()
            seconds[number] = min(seconds[number], time.process_time() - started)
    return seconds


if __name__ == "__main__":
    main()
