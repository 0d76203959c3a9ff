"""What the golden training of `small` starts from: the same for PyTorch and for our network."""

from dataclasses import dataclass

import numpy as np

from nn.arrays import Array, Shape

STEPS, BATCH, SIZE, CLASSES = 20, 8, 16, 5
FEATURES = 256  # numbers of an image before the last layer
WEIGHT_DECAY, SMOOTHING, LR = 0.05, 0.1, 0.003
SHAPES: dict[str, Shape] = {
    "conv1.weight": (3, 3, 3, 32),
    "conv2.weight": (3, 3, 32, 64),
    "conv3.weight": (3, 3, 64, 128),
    "conv4.weight": (3, 3, 128, 256),
    "linear1.weight": (FEATURES, CLASSES),
    "linear1.bias": (CLASSES,),
}


@dataclass(frozen=True, slots=True)
class Material:
    """First weights by name, and what each step sees."""

    first: dict[str, Array]
    images: Array  # (STEPS, BATCH, SIZE, SIZE, 3)
    labels: Array  # (STEPS, BATCH)
    masks: Array  # (STEPS, BATCH, FEATURES): 0 or 2, as dropout of a half has them


def material() -> Material:
    """Equal on every machine and for every version of NumPy."""
    bits = np.random.PCG64(0)

    def uniform(*shape: int) -> Array:  # from -1 to 1
        raw = bits.random_raw(int(np.prod(shape))) >> np.uint64(11)
        return (raw / 2.0**52 - 1).reshape(shape)

    first = {
        name: uniform(*shape) * np.sqrt(6 / np.prod(shape[:-1])) for name, shape in SHAPES.items()
    }
    labels = ((uniform(STEPS, BATCH) + 1) / 2 * CLASSES).astype(np.int64)
    # Images have something to learn: the more, the brighter.
    images = uniform(STEPS, BATCH, SIZE, SIZE, 3) + 0.2 * labels[..., None, None, None]
    masks = 2.0 * (uniform(STEPS, BATCH, FEATURES) > 0)
    return Material(first, images, labels, masks)


def kept(name: str, array: Array) -> Array:
    """The part of an array of the model that is compared: running statistics whole."""
    return np.ascontiguousarray(array if "running" in name else array.ravel()[::97])
