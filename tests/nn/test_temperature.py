import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from nn.arrays import Array
from nn.evaluation.calibration import calibration_error, reliability
from nn.evaluation.metrics import cross_entropy
from nn.evaluation.temperature import calibrated, fit_temperature

SEEDS = range(6)


def split(seed: int, n: int, true: float, k: int = 5) -> tuple[Array, Array]:
    """Labels drawn from softmax(z / true), and the logits z in float32."""
    rng = np.random.default_rng(seed)
    logits = (3 * rng.normal(size=(n, k))).astype(np.float32)
    chances = calibrated(logits, true).cumsum(axis=1)
    labels = (rng.random((n, 1)) > chances).sum(axis=1).clip(max=k - 1)
    return labels, logits


def objective(b: float, labels: Array, logits: Array) -> float:
    """As the docstring has it."""
    loss = cross_entropy(labels, b * logits.astype(np.float64))
    return float(len(labels) * loss + b - 1 - np.log(b))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [1, 10, 1000])
def test_the_temperature_is_where_an_independent_search_finds_the_minimum(
    seed: int, n: int
) -> None:
    labels, logits = split(seed, n, true=(0.4, 1.0, 2.5)[seed % 3])
    found = minimize_scalar(
        objective,
        bounds=(1e-3, 1e3),
        args=(labels, logits),
        method="bounded",
        options={"xatol": 1e-9},
    )
    assert fit_temperature(labels, logits) == pytest.approx(1 / found.x, rel=1e-4)


@pytest.mark.parametrize("true", [0.4, 1.0, 2.5])
def test_the_temperature_that_labels_were_drawn_with_is_found_again(true: float) -> None:
    assert fit_temperature(*split(0, 20_000, true)) == pytest.approx(true, rel=0.05)


@pytest.mark.parametrize("seed", range(20))
def test_the_loss_of_the_split_is_never_above_what_it_was(seed: int) -> None:
    labels, logits = split(seed, n=1 + seed**2, true=(0.3, 1.0, 4.0)[seed % 3])
    after = cross_entropy(labels, logits.astype(np.float64) / fit_temperature(labels, logits))
    assert after <= cross_entropy(labels, logits) + 1e-12


def test_a_split_without_mistakes_does_not_lead_to_certainty() -> None:
    labels = np.arange(3).repeat(10)
    sure = fit_temperature(labels, np.eye(3, dtype=np.float32)[labels] * 4)
    assert 0.2 < sure < 1


def test_logits_that_say_nothing_and_splits_without_samples_leave_it_at_one() -> None:
    assert fit_temperature(np.array([0, 1]), np.zeros((2, 3))) == pytest.approx(1, abs=1e-12)
    assert fit_temperature(np.empty(0, np.int64), np.empty((0, 3))) == 1


def test_logits_beyond_measure_are_no_trouble() -> None:
    labels, logits = split(0, 100, 1.0)
    assert 1 < fit_temperature(labels, logits * 1e6) <= 1000
    assert fit_temperature(1 - labels.clip(max=1), np.eye(5)[labels] * 1e4) <= 1000


@pytest.mark.parametrize("true", [0.4, 2.5])
def test_what_is_claimed_of_other_samples_comes_closer_to_what_is_right(true: float) -> None:
    temperature = fit_temperature(*split(1, 500, true))
    labels, logits = split(2, 2000, true)

    def error(t: float) -> float:
        p = calibrated(logits, t)
        return calibration_error(reliability(p.max(axis=1), p.argmax(axis=1) == labels))

    assert error(temperature) < error(1.0) / 2


@pytest.mark.parametrize("temperature", [0.05, 0.7, 20.0])
def test_no_prediction_changes(temperature: float) -> None:
    _, logits = split(3, 2000, 1.0)
    found = calibrated(logits, temperature)
    np.testing.assert_array_equal(found.argmax(axis=1), logits.argmax(axis=1))
    np.testing.assert_allclose(found.sum(axis=1), 1)
