"""Which layers of a chain are computed as one block: a peephole that moves over a list of layers.

The model keeps its layers; what is found here is another way to compute them, with the same
weights, gradients and running statistics.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from nn.fusion.inference import InferenceBlock
from nn.fusion.training import TrainingBlock
from nn.layers import BatchNorm, Conv2d, Layer, MaxPool2d, ReLU, Residual
from nn.layers.chain import Chain
from nn.ops.planes import NO_POOL, Pool

Run: TypeAlias = dict[type[Layer], Any]  # layers one after the other, by their kind

ORDER = (Conv2d, BatchNorm, ReLU, MaxPool2d)  # of what a block stands for


def for_training(chain: Chain) -> Chain:
    """The chain, a convolution with its normalisation in a block; neighbours know each other."""
    found = _fused(chain, _training_block, for_training)
    layers = list(found.values())
    for layer, after in pairwise(layers):
        if isinstance(layer, TrainingBlock) and isinstance(after, TrainingBlock):
            layer.after, after.before = after, layer
    return found


def for_inference(chain: Chain) -> Chain:
    """The chain, a convolution in a block with what follows it."""
    return _fused(chain, _inference_block, for_inference)


def _fused(
    chain: Chain, block_of: Callable[[Run], Layer | None], within: Callable[[Chain], Chain]
) -> Chain:
    """Blocks by the names of their convolutions; other layers as they are, or fused within."""
    names, layers = list(chain), list(chain.values())
    found: Chain = {}
    while layers:
        run = _run(layers)
        layer, taken = block_of(run), len(run)
        if layer is None:
            layer, taken = _within(layers, within)
        found[names[0]] = layer
        names, layers = names[taken:], layers[taken:]
    return found


def _run(layers: Sequence[Layer]) -> Run:
    """What a block could stand for at the start of these layers."""
    run: Run = {}
    if isinstance(layers[0], Conv2d) and layers[0].groups == 1:
        for kind in ORDER:
            layer = next(iter(layers[len(run) :]), None)
            if type(layer) is kind and _fits(layer, layers[0]):
                run[kind] = layer
    return run


def _fits(layer: Layer, conv: Conv2d) -> bool:
    """Whether a pooling, if it is one, cuts all places of the convolution into windows."""
    return not isinstance(layer, MaxPool2d) or layer.window.divides(*conv.output_shape[:2])


def _training_block(run: Run) -> TrainingBlock | None:
    if BatchNorm not in run:
        return None
    return TrainingBlock(run[Conv2d], run[BatchNorm], relu=ReLU in run, pool=_pool(run))


def _inference_block(run: Run) -> InferenceBlock | None:
    if len(run) < 2:
        return None
    return InferenceBlock(run[Conv2d], run.get(BatchNorm), relu=ReLU in run, pool=_pool(run))


def _pool(run: Run) -> Pool:
    if MaxPool2d not in run:
        return NO_POOL
    rows, columns = run[MaxPool2d].window
    return rows.kernel, columns.kernel


def _within(layers: Sequence[Layer], within: Callable[[Chain], Chain]) -> tuple[Layer, int]:
    """The first of these layers, and how many it stands for.

    A residual block has the layers it is made of fused, and takes the ReLU after it.
    """
    layer, after = layers[0], next(iter(layers[1:]), None)
    if not isinstance(layer, Residual):
        return layer, 1
    relu = type(after) is ReLU
    return layer.made_of(within(layer.block), within(layer.shortcut), relu=relu), 1 + relu
