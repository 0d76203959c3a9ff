"""First weights: the spread that each name promises, by its formula."""

import math

import numpy as np
import pytest

from nn.errors import ArchitectureError
from nn.initialization import INITIALISERS, initialiser
from nn.layers import Linear, ReLU, Tanh
from nn.model import Sequential

KERNEL = (3, 3, 40, 50)
INPUTS, OUTPUTS = 3 * 3 * 40, 3 * 3 * 50


def weights(name: str, shape: tuple[int, ...] = KERNEL) -> np.ndarray:
    return initialiser(name)(shape, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("zeros", 0),
        ("normal(0.01)", 0.01**2),
        ("normal(1)", 1),
        ("normal(2e-3)", 0.002**2),
        ("xavier_uniform", 2 / (INPUTS + OUTPUTS)),
        ("xavier_normal", 2 / (INPUTS + OUTPUTS)),
        ("xavier_fan_in", 1 / INPUTS),
        ("he_uniform", 2 / INPUTS),
        ("he_normal", 2 / INPUTS),
        ("orthogonal", 1 / INPUTS),
    ],
)
def test_the_variance_is_that_of_the_formula(name: str, variance: float) -> None:
    found = weights(name)
    assert found.shape == KERNEL
    assert found.var() == pytest.approx(variance, rel=0.03)
    assert abs(found.mean()) <= 4 * math.sqrt(variance / found.size)


@pytest.mark.parametrize(
    ("name", "edge"),
    [
        ("xavier_uniform", math.sqrt(6 / (INPUTS + OUTPUTS))),
        ("he_uniform", math.sqrt(6 / INPUTS)),
    ],
)
def test_a_uniform_spread_ends_at_its_edge(name: str, edge: float) -> None:
    assert 0.999 * edge < np.abs(weights(name)).max() <= edge


@pytest.mark.parametrize("name", ["normal(1)", "xavier_normal", "xavier_fan_in", "he_normal"])
def test_a_normal_spread_has_the_tails_of_one(name: str) -> None:
    found = weights(name)
    assert (np.abs(found) > 2 * found.std()).mean() == pytest.approx(0.0455, rel=0.05)


@pytest.mark.parametrize("shape", [(30, 20), (20, 30), (3, 3, 2, 7), (3, 3, 2, 30)])
def test_orthogonal_weights_keep_lengths(shape: tuple[int, ...]) -> None:
    matrix = weights("orthogonal", shape).reshape(-1, shape[-1])
    product = matrix.T @ matrix if len(matrix) >= shape[-1] else matrix @ matrix.T
    np.testing.assert_allclose(product, np.eye(len(product)), atol=1e-12)


def test_orthogonal_weights_have_no_preferred_sign() -> None:
    rng = np.random.default_rng(0)
    traces = [np.trace(initialiser("orthogonal")((4, 4), rng)) for _ in range(2000)]
    assert abs(np.mean(traces)) < 0.1  # of QR alone it is about -1


@pytest.mark.parametrize("activation", [(Tanh, "xavier_fan_in"), (ReLU, "he_normal")])
def test_a_fitting_spread_keeps_a_deep_signal_alive_and_a_small_one_does_not(
    activation: tuple[type[Tanh | ReLU], str],
) -> None:
    layer, fitting = activation

    def spread(init: str) -> float:
        model = Sequential(*(each for _ in range(8) for each in (Linear(200, init=init), layer())))
        model.build((200,), np.random.default_rng(0))
        x = np.random.default_rng(1).normal(size=(100, 200)).astype(np.float32)
        return float(model.forward(x).std())

    assert spread(fitting) > 0.2
    assert spread("normal(0.01)") < 1e-5


def test_units_that_start_at_zero_learn_the_same() -> None:
    layer = Linear(3, init="zeros")
    layer.build((4,), np.random.default_rng(0), np.float64)
    layer.forward(np.random.default_rng(1).normal(size=(5, 4)))
    layer.backward(np.ones((5, 3)))
    np.testing.assert_array_equal(layer.grads["weight"][:, 0], layer.grads["weight"][:, 1])


@pytest.mark.parametrize(
    "name", ["he_norma", "normal", "normal()", "normal(-1)", "normal(1e9)", ""]
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str) -> None:
    with pytest.raises(ArchitectureError, match=r"no initialiser is called .* did you mean"):
        initialiser(name)


def test_names_are_those_of_the_functions() -> None:
    assert all(function.__name__ == name for name, function in INITIALISERS.items())
