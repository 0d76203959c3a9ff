"""Optimizers by the laws of their formulas; their numbers stand against PyTorch in test_golden."""

import numpy as np
import pytest

from nn.errors import StateError
from nn.optim import Adam, AdamW


@pytest.mark.parametrize("kind", [Adam, AdamW])
def test_the_first_step_moves_every_parameter_by_the_rate(kind: type[Adam]) -> None:
    p, g = np.zeros(4), np.array([1e-3, -5.0, 200.0, -1.0])
    kind(np.zeros(4)).step(p, g.copy(), lr=0.1)
    np.testing.assert_allclose(p, -0.1 * np.sign(g), rtol=1e-4)


def test_adamw_takes_the_decay_from_the_weights_and_not_through_the_moments() -> None:
    p = np.ones(2)
    optimizer = AdamW(np.array([0.5, 0.0]))
    optimizer.step(p, np.zeros(2), lr=0.1)
    np.testing.assert_allclose(p, [1 - 0.1 * 0.5, 1])
    assert not optimizer.m.any()


def test_adam_adds_the_decay_to_the_gradient() -> None:
    p = np.ones(2)
    optimizer = Adam(np.array([0.5, 0.0]))
    optimizer.step(p, np.zeros(2), lr=0.1)
    np.testing.assert_allclose(optimizer.m, [0.05, 0])


@pytest.mark.parametrize("kind", [Adam, AdamW])
def test_going_on_from_a_saved_state_gives_the_same_bits(kind: type[Adam]) -> None:
    rng = np.random.default_rng(0)
    gradients, decay = rng.normal(size=(6, 5)), np.full(5, 0.01)
    p, straight = np.ones(5), kind(decay)
    for g in gradients:
        straight.step(p, g.copy(), lr=0.1)
    q, first, second = np.ones(5), kind(decay), kind(decay)
    for g in gradients[:3]:
        first.step(q, g.copy(), lr=0.1)
    second.load_state({name: array.copy() for name, array in first.state().items()})
    for g in gradients[3:]:
        second.step(q, g.copy(), lr=0.1)
    np.testing.assert_array_equal(p, q)


def test_the_state_of_another_model_is_refused() -> None:
    with pytest.raises(StateError, match="does not fit"):
        Adam(np.zeros(3)).load_state(Adam(np.zeros(4)).state())
