"""A model: layers one after the other, over one flat vector of parameters and one of gradients."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from nn.architecture import Spec, layers_of
from nn.arrays import Array, Shape
from nn.errors import StateError
from nn.fusion.peephole import for_inference, for_training
from nn.layers import Layer, chain
from nn.shards import Shards, one_blas_thread

BLOCK = 2_250_000  # numbers in the outputs of all layers that inference computes at once,
FEWEST, MOST = 32, 128  # images, whatever they take


def at_once(numbers: int) -> int:
    """How many images inference computes at once, at most, where each takes so many numbers.

    The more the better, since threads wait for each other after every layer.
    """
    return min(max(BLOCK // max(numbers, 1), FEWEST), MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """One layer of a model."""

    name: str
    layer: str  # the class
    shape: Shape  # of the output, without N
    parameters: int  # learned numbers
    multiply_adds: int  # of one image, forward, by its weights; other arithmetic is not counted


class Sequential:
    """A chain of layers, named by kind and number: conv1, norm1, relu1, pool1, conv2.

    A layer within another has the names of both: residual1.conv1.

    After `build` all parameters are views of `theta` (P,) and all gradients views of `grad` (P,):
    write into them, never rebind them.
    """

    def __init__(self, *layers: Layer) -> None:
        self.layers = chain.numbered(layers)

    @classmethod
    def from_spec(cls, spec: Spec) -> "Sequential":
        """The model that a list of layers describes. Raises ArchitectureError."""
        return cls(*layers_of(spec))

    def build(
        self,
        input_shape: Shape,
        rng: np.random.Generator | None = None,
        dtype: npt.DTypeLike = np.float32,
    ) -> Shape:
        """Create the parameters for images (H, W, C); return the shape of the output, (K,).

        Without `rng` the weights stay zero, to be loaded. Raises ArchitectureError where a layer
        does not fit the one before.
        """
        self.input_shape, self.dtype = input_shape, np.dtype(dtype)
        self.output_shape = chain.build(self.layers, input_shape, rng, dtype)
        self.assemble()
        return self.output_shape

    def assemble(self) -> None:
        """Take the layers as they are built: their parameters and gradients as two vectors."""
        self._flatten()
        self._first = self._first_learner()
        self._plans: dict[bool, chain.Chain] = {}  # for training or not, made when first needed
        self._layer_by_layer = False
        self.use(Shards(threads=0))

    def _flatten(self) -> None:
        """Move all parameters and gradients into one vector each."""
        size = sum(p.size for _, p in self.named_params())
        self.theta: Array = np.empty(size, self.dtype)
        self.grad: Array = np.zeros(size, self.dtype)
        start = 0
        for _, layer in self.named_layers():
            for name, p in layer.params.items():
                part = slice(start, start + p.size)
                self.theta[part] = p.ravel()
                layer.params[name] = self.theta[part].reshape(p.shape)
                layer.grads[name] = self.grad[part].reshape(p.shape)
                start += p.size

    def _first_learner(self) -> int:
        """Which layer learns first; it needs no dx, since below it is only data."""
        learning = {name.split(".")[0] for name, layer in self.named_layers() if layer.params}
        first = next((i for i, name in enumerate(self.layers) if name in learning), 0)
        for i, layer in enumerate(self.layers.values()):
            layer.needs_dx = i > first
        return first

    def use(self, shards: Shards) -> None:
        """Compute with these shards and their threads from now on."""
        self.shards = shards
        for layers in self.layers, *self._plans.values():
            chain.use(layers, shards)

    def computed(self, step: int | None) -> chain.Chain:
        """The layers as they are computed, some in blocks (nn.fusion), `step` as in `forward`."""
        if self._layer_by_layer:
            return self.layers
        training = step is not None
        if training not in self._plans:
            fused = for_training if training else for_inference
            self._plans[training] = fused(self.layers)
            chain.use(self._plans[training], self.shards)
        return self._plans[training]

    @contextmanager
    def layer_by_layer(self) -> Iterator[None]:
        """Within this context every layer is computed for itself, as its watchers need it."""
        self._layer_by_layer = True
        try:
            yield
        finally:
            self._layer_by_layer = False

    def forward(self, x: Array, step: int | None = None) -> Array:
        """(N, H, W, C) -> (N, K); `step` is the number of the training step, else None."""
        return chain.forward(self.computed(step), x, step)

    def backward(self, dy: Array) -> None:
        """Fill `grad`, given dloss/doutput (N, K) of a training step, which may be overwritten."""
        # Layers below the first that learns are in no block, and stand where they stand.
        chain.backward(dict(islice(self.computed(0).items(), self._first, None)), dy)

    def logits(self, x: Array) -> Array:
        """Inference: (N, H, W, C) -> (N, K).

        An image has the same alone and among others, within rounding.
        """
        parts, count = [np.empty((0, *self.output_shape), self.dtype)], self.block
        with one_blas_thread():
            for start in range(0, len(x), count):
                part = np.ascontiguousarray(x[start : start + count], self.dtype)
                parts.append(self.forward(part).copy())
        return np.concatenate(parts)

    @property
    def block(self) -> int:
        """How many images inference computes at once, at most."""
        layers = chain.walk(self.computed(None))
        return at_once(sum(math.prod(layer.output_shape) for _, layer in layers))

    def named_layers(self) -> Iterator[tuple[str, Layer]]:
        """Every layer by name, those within others too."""
        return chain.walk(self.layers)

    def named_params(self) -> Iterator[tuple[str, Array]]:
        """Every parameter by name, such as conv1.weight."""
        for name, layer in self.named_layers():
            for key, p in layer.params.items():
                yield f"{name}.{key}", p

    def decay_mask(self) -> Array:
        """(P,): 1 for weights, 0 for biases and normalisations, which no decay should touch."""
        kinds = [np.full(p.size, p.ndim > 1, self.dtype) for _, p in self.named_params()]
        return np.concatenate(kinds) if kinds else np.zeros(0, self.dtype)

    def state(self) -> dict[str, Array]:
        """Parameters and running statistics by name, as they are (not copied)."""
        return dict(self.named_params()) | self.running()

    def running(self) -> dict[str, Array]:
        """Running statistics by name, as they are (not copied)."""
        return {
            f"{name}.running_{key}": array
            for name, layer in self.named_layers()
            for key, array in layer.running.items()
        }

    def load_state(self, state: Mapping[str, Array]) -> None:
        """Write saved arrays into the model. Raises StateError unless names and shapes agree."""
        own = self.state()
        for name in sorted(own.keys() ^ state.keys()):
            raise StateError(f"{name} is not both in the saved state and in the model")
        for name, array in own.items():
            if state[name].shape != array.shape:
                raise StateError(
                    f"{name} has shape {state[name].shape} in the saved state, "
                    f"{array.shape} in the model"
                )
        for name, array in own.items():
            array[...] = state[name]

    def summary(self) -> list[SummaryRow]:
        """A row a layer, after `build`; a layer within another has a row of its own."""
        return [_row(name, layer) for name, layer in self.named_layers()]


def _row(name: str, layer: Layer) -> SummaryRow:
    """Each number of a weight is used once at every place of the output."""
    places = math.prod(layer.output_shape[:-1])
    return SummaryRow(
        name=name,
        layer=type(layer).__name__,
        shape=layer.output_shape,
        parameters=sum(p.size for p in layer.params.values()),
        multiply_adds=places * sum(p.size for p in layer.params.values() if p.ndim > 1),
    )
