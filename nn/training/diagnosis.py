"""A diagnosis: activations, gradients and updates of every layer in the last step of an epoch."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nn.arrays import Array
from nn.layers import Layer
from nn.model import Sequential
from nn.training.tap import Observer, tapped

Verdict = Literal["exploding", "dead", "vanishing", "fine"]

EXPLODING = 1e3  # times the gradient that comes to the last layer
VANISHING = 1e-3
DEAD = 0.5  # of the units of a layer


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """One line of diagnosis.csv. What a layer does not have is NaN; a unit is a channel."""

    epoch: int  # from 1
    layer: str
    mean: float  # of the output, over images, places and channels
    std: float
    zeros: float  # share of the output that is exactly 0
    dead: float  # share of the units that are 0 everywhere, for every image of the batch
    output_gradient: float  # |dloss/doutput|
    weight_gradient: float  # |dloss/dparameters|, before clipping and penalties
    update_ratio: float  # |change of the parameters| / |parameters|, of the step
    verdict: Verdict


@dataclass(slots=True)
class _Seen:
    """What was measured of a layer so far."""

    mean: float = np.nan
    std: float = np.nan
    zeros: float = np.nan
    dead: float = np.nan
    output_gradient: float = np.nan
    weight_gradient: float = np.nan


class _Probe(Observer):
    """Measures the layers of one step."""

    def __init__(self) -> None:
        self.seen: dict[str, _Seen] = {}

    def output(self, name: str, y: Array) -> None:
        zero = y == 0
        self.seen[name] = _Seen(
            mean=float(y.mean(dtype=np.float64)),
            std=float(y.std(dtype=np.float64)),
            zeros=float(zero.mean()),
            dead=float(zero.all(axis=tuple(range(y.ndim - 1))).mean()),
        )

    def slope(self, name: str, dy: Array) -> None:
        self.seen[name].output_gradient = _norm([dy])

    def learned(self, name: str, layer: Layer) -> None:
        if layer.grads:
            self.seen[name].weight_gradient = _norm(layer.grads.values())


@contextmanager
def diagnosed(
    model: Sequential, epoch: int, rows: list[LayerRow], again: Callable[[], object]
) -> Iterator[None]:
    """Measure the one step that is done in this context; add a row a layer, in their order.

    `again` goes forward and backward on the batch of that step. It is called before the step and
    watched, layer by layer; the step itself is left alone, so that it ends in the same bits.
    """
    before = {name: _copies(layer) for name, layer in model.named_layers()}
    probe = _Probe()
    with tapped(model, probe), _running_kept(model):
        again()
    yield
    last = probe.seen[next(reversed(model.layers))].output_gradient
    for name, layer in model.named_layers():
        seen = probe.seen[name]
        rows.append(
            LayerRow(
                epoch=epoch,
                layer=name,
                mean=seen.mean,
                std=seen.std,
                zeros=seen.zeros,
                dead=seen.dead,
                output_gradient=seen.output_gradient,
                weight_gradient=seen.weight_gradient,
                update_ratio=_ratio(before[name], layer),
                verdict=verdict(seen.output_gradient, last, seen.dead),
            )
        )


@contextmanager
def _running_kept(model: Sequential) -> Iterator[None]:
    """After this context running statistics are what they were before it."""
    before = [(array, array.copy()) for array in model.running().values()]
    try:
        yield
    finally:
        for array, value in before:
            array[...] = value


def verdict(gradient: float, last: float, dead: float) -> Verdict:
    """What ails a layer, by the gradient norm at its output, that at the last layer's, and `dead`.

    >>> verdict(1e-5, 0.1, 0.0), verdict(0.05, 0.1, 0.75), verdict(0.05, 0.1, 0.2)
    ('vanishing', 'dead', 'fine')
    """
    if gradient > EXPLODING * last:
        return "exploding"
    if dead > DEAD:
        return "dead"
    return "vanishing" if gradient < VANISHING * last else "fine"


def _copies(layer: Layer) -> list[Array]:
    return [p.copy() for p in layer.params.values()]


def _ratio(before: list[Array], layer: Layer) -> float:
    """How far the parameters moved, as a share of their length; NaN where that is 0."""
    size = _norm(before)
    moved = [p - old for p, old in zip(layer.params.values(), before, strict=True)]
    return _norm(moved) / size if size else np.nan


def _norm(arrays: Iterable[Array]) -> float:
    """The length of the vector of all numbers, summed in float64."""
    return float(np.sqrt(sum(float(np.square(a, dtype=np.float64).sum()) for a in arrays)))
