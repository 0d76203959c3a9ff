"""Memory that a model takes, predicted from what its layers ask for when they see no image.

A batch of 0 images passes through the real layers, and every buffer they ask for is noted by the
bytes that one image adds to it. What does not grow with the batch is counted beside it: vectors
as long as the parameters, and the scratch of the tiles that a thread works through.
"""

import math

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Buffers, Shape
from nn.config import TrainConfig
from nn.layers import Layer, chain
from nn.model import Sequential
from nn.ops.window import TILE_BYTES
from nn.optim import OPTIMIZERS
from nn.shards import at_work
from nn.training.train import VAL_BATCH

TRAINING_TILES, INFERENCE_TILES = 5, 3  # kinds of scratch that a thread has, a tile each


class _Asked(Buffers):
    """Buffers that note how many bytes one image takes in them."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: dict[str, int] = {}

    def __call__(self, name: str, shape: Shape, dtype: npt.DTypeLike) -> Array:
        size = math.prod(shape[1:]) * np.dtype(dtype).itemsize
        self.sizes[name] = max(size, self.sizes.get(name, 0))
        return np.empty(shape, dtype)


def to_train(model: Sequential, config: TrainConfig) -> int:
    """Bytes that a training with these settings takes at its peak; the model is spent.

    Weights, gradients, what the optimizer and the best epoch keep, and the checkpoint, which is
    there twice when it is written; a batch and the images that are fetched at once to
    validate, and all buffers for the first or for a block of the second; scratch of the threads.
    """
    slots = len(OPTIMIZERS[config.optimizer](np.zeros(0)).state()) - 1  # without its count
    saved = 1 + slots + 1  # weights, slots, the best weights
    vectors = saved + 3 + 2 * saved  # gradients, decay and turned kernels are not saved
    seen = (config.batch_size + VAL_BATCH) * _bytes_seen(model)
    learned, inferred = (_asked(model, step) for step in (0, None))
    block = model.block
    buffers = sum(
        max(config.batch_size * learned.get(layer, 0), block * inferred.get(layer, 0))
        for layer in {**learned, **inferred}
    )
    scratch = at_work(config.shards, config.threads) * _scratch(model, tiles=TRAINING_TILES)
    return vectors * model.theta.nbytes + seen + buffers + scratch


def to_predict(model: Sequential) -> int:
    """Bytes that inference takes: weights and the file's, a block of images; the model is spent."""
    block = model.block * bytes_an_image(model, step=None)
    scratch = model.shards.threads * _scratch(model, tiles=INFERENCE_TILES)
    return 2 * model.theta.nbytes + block + scratch


def bytes_an_image(model: Sequential, *, step: int | None) -> int:
    """What an image takes in a pass of a batch, backward too where `step` says training."""
    return sum(_asked(model, step).values()) + _bytes_seen(model)


def _asked(model: Sequential, step: int | None) -> dict[Layer, int]:
    """What the buffers of each layer take for an image in such a pass."""
    layers = [layer for _, layer in chain.walk(model.computed(step))]
    asked = [_Asked() for _ in layers]
    for layer, buffer in zip(layers, asked, strict=True):
        layer.buffer = buffer
    x = np.empty((0, *model.input_shape), model.dtype)
    with np.errstate(all="ignore"):  # means over nothing
        y = model.forward(x, step)
        if step is not None:
            model.backward(np.empty_like(y))
    found = zip(layers, asked, strict=True)
    return {layer: sum(buffer.sizes.values()) for layer, buffer in found}


def _bytes_seen(model: Sequential) -> int:
    """Of one image, as it comes to the model."""
    return math.prod(model.input_shape) * model.dtype.itemsize


def _scratch(model: Sequential, *, tiles: int) -> int:
    """Of a thread: its tiles, what a convolution gathers, and its part of a kernel's gradient.

    A tile is of TILE_BYTES; one image is gathered whole even where that is more.
    """
    gathered, partial = 0, 0
    for _, layer in model.named_layers():
        for p in layer.params.values():
            if p.ndim == 4:  # the kernel of a convolution
                places = math.prod(layer.output_shape[:-1])
                gathered = max(gathered, places * p[..., 0].nbytes)
                partial = max(partial, p.nbytes)
    return tiles * TILE_BYTES + gathered + partial if gathered else 0
