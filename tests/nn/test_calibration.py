import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from nn.arrays import Array
from nn.evaluation.calibration import BINS, brier, calibration_error, reliability

SEEDS = range(5)


def sample(seed: int, n: int = 300) -> tuple[Array, Array]:
    """Confidences, and whether each prediction is right."""
    rng = np.random.default_rng(seed)
    confidences = rng.uniform(0.2, 1, n)
    return confidences, rng.random(n) < confidences**2


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bins_are_those_of_scikit_learn(seed: int) -> None:
    confidences, right = sample(seed)
    shares, means = calibration_curve(right, confidences, n_bins=BINS)
    held = [row for row in reliability(confidences, right) if row.samples]
    np.testing.assert_allclose([row.accuracy for row in held], shares)
    np.testing.assert_allclose([row.confidence for row in held], means)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_sample_is_in_one_bin_and_the_error_is_the_mean_gap(seed: int) -> None:
    confidences, right = sample(seed)
    rows = reliability(confidences, right)
    assert len(rows) == BINS
    assert sum(row.samples for row in rows) == len(right)
    total = 0.0
    for row in rows:
        inside = (confidences > row.above) & (confidences <= row.to)
        assert inside.sum() == row.samples
        total += abs(right[inside].sum() - confidences[inside].sum())
    assert calibration_error(rows) == pytest.approx(total / len(right))


def test_the_ends_belong_to_the_outer_bins() -> None:
    rows = reliability(np.array([0.0, 1.0, 1.0]), np.array([False, True, True]))
    assert (rows[0].samples, rows[-1].samples) == (1, 2)
    assert calibration_error(rows) == 0


def test_a_boast_costs_what_it_claims_too_much() -> None:
    right = np.arange(10) < 6
    assert calibration_error(reliability(np.full(10, 0.9), right)) == pytest.approx(0.3)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_brier_score_is_that_of_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, labels = rng.dirichlet(np.ones(4), 50), rng.integers(0, 4, 50)
    expected = brier_score_loss(np.eye(4)[labels], p, scale_by_half=False)
    assert brier(labels, p) == pytest.approx(expected)


def test_of_nothing_nothing_is_known() -> None:
    rows = reliability(np.empty(0), np.empty(0, bool))
    assert np.isnan(calibration_error(rows))
    assert np.isnan(brier(np.empty(0, int), np.empty((0, 3))))
