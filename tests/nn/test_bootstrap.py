from dataclasses import asdict

import numpy as np
import pytest
from scipy.stats import binom, bootstrap

from nn.arrays import Array
from nn.evaluation.bootstrap import Interval, intervals, rule_of_three
from nn.evaluation.metrics import counted, rates

TABLE = np.array([[0.40, 0.06, 0.04], [0.05, 0.22, 0.03], [0.02, 0.03, 0.15]])  # of a population
TRUE = {
    "accuracy": TABLE.trace(),
    "balanced_accuracy": (TABLE.diagonal() / TABLE.sum(axis=1)).mean(),
    "macro_f1": (2 * TABLE.diagonal() / (TABLE.sum(axis=0) + TABLE.sum(axis=1))).mean(),
}
SPLITS = 200  # drawn from it


def drawn(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Labels and predictions of n independent samples."""
    cells = rng.choice(9, n, p=TABLE.ravel())
    return cells // 3, cells % 3


def coverage(copies: int, *, clusters: bool) -> dict[str, float]:
    """How often the interval of 200 samples, each with so many copies, holds the truth."""
    rng = np.random.default_rng(0)
    held = dict.fromkeys(TRUE, 0)
    for _ in range(SPLITS):
        labels, predicted = (part.repeat(copies) for part in drawn(rng, 200))
        numbers = np.arange(200).repeat(copies) if clusters else np.arange(200 * copies)
        found = intervals(labels, predicted, numbers, classes=3, rng=rng, resamples=200)
        for name, truth in TRUE.items():
            held[name] += found[name].low <= truth <= found[name].high
    return {name: count / SPLITS for name, count in held.items()}


@pytest.mark.parametrize("copies", [1, 4])
def test_nineteen_of_twenty_intervals_hold_the_truth(copies: int) -> None:
    """Within what chance allows 200 trials at 0.93, which is what 200 resamples may come to."""
    fewest = binom.ppf(0.001, SPLITS, 0.93) / SPLITS
    assert all(fewest <= share <= 0.99 for share in coverage(copies, clusters=True).values())


def test_near_duplicates_drawn_one_by_one_would_make_intervals_too_narrow() -> None:
    assert max(coverage(4, clusters=False).values()) < 0.8


def test_the_interval_of_accuracy_is_that_of_scipy() -> None:
    labels, predicted = drawn(np.random.default_rng(1), 150)
    found = intervals(
        labels, predicted, np.arange(150), classes=3, rng=np.random.default_rng(2), resamples=20_000
    )
    expected = bootstrap(
        ((labels == predicted).astype(float),),
        np.mean,
        method="percentile",
        n_resamples=20_000,
        rng=np.random.default_rng(3),
    ).confidence_interval
    assert found["accuracy"].low == pytest.approx(expected.low, abs=0.008)
    assert found["accuracy"].high == pytest.approx(expected.high, abs=0.008)


def test_the_same_generator_gives_the_same_intervals() -> None:
    labels, predicted = drawn(np.random.default_rng(4), 60)

    def found(seed: int) -> list[float]:
        rng = np.random.default_rng(seed)
        made = intervals(labels, predicted, np.arange(60), classes=3, rng=rng, resamples=50)
        return [end for one in made.values() for end in asdict(one).values()]

    assert found(0) == found(0) != found(1)


def test_an_interval_holds_the_score_it_belongs_to() -> None:
    labels, predicted = drawn(np.random.default_rng(5), 100)
    found = intervals(
        labels, predicted, np.arange(100), classes=3, rng=np.random.default_rng(0), resamples=500
    )
    for name, score in asdict(rates(counted(labels, predicted, classes=3))).items():
        assert found[name].low < score < found[name].high


def test_where_nothing_is_wrong_the_interval_is_a_point() -> None:
    labels = np.array([0, 1, 1])
    found = intervals(labels, labels, labels, classes=2, rng=np.random.default_rng(0), resamples=9)
    assert set(found.values()) == {Interval(low=1.0, high=1.0)}


@pytest.mark.parametrize("n", [30, 300, 3000])
def test_a_split_without_mistakes_would_be_rare_with_more_of_them_than_the_rule_of_three(
    n: int,
) -> None:
    assert binom.pmf(0, n, rule_of_three(n)) == pytest.approx(0.05, abs=0.01)
    assert rule_of_three(1) == 1


@pytest.mark.parametrize("n", [0, 5])
def test_fewer_than_two_clusters_tell_nothing(n: int) -> None:
    one = np.zeros(n, np.int64)
    found = intervals(one, one, one, classes=2, rng=np.random.default_rng(0))
    assert all(np.isnan([ends.low, ends.high]).all() for ends in found.values())
    assert set(found) == set(TRUE)
