import itertools

import numpy as np
import pytest

from dataset.augmentation.chance import Chance
from dataset.config import OPERATIONS
from tests.dataset.augmentation.photos import chance, distance_from_uniform

MANY = chance(4096)


@pytest.mark.parametrize("number", [0, 1, 3])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_real_numbers_are_evenly_distributed(operation: str, number: int) -> None:
    values = MANY.uniform(-2, 3, operation, number)
    assert distance_from_uniform(values, -2, 3) < 1.95


def test_numbers_of_operations_epochs_and_seeds_are_independent() -> None:
    columns = [MANY.uniform(0, 1, name, number) for name in OPERATIONS for number in range(3)]
    columns += [Chance(MANY.keys, *other).uniform(0, 1, "crop") for other in ((0, 2), (1, 1))]
    correlations = np.asarray(np.corrcoef(columns))[np.triu_indices(len(columns), 1)]
    assert np.abs(correlations).max() < 4.5 / 4096**0.5  # of 946 pairs


@pytest.mark.parametrize("limit", [1, 2, 14, 1000])
def test_whole_numbers_are_as_likely_and_below_their_limit(limit: int) -> None:
    drawn = MANY.below(limit, "mixup")
    assert drawn.min() >= 0
    assert drawn.max() < limit
    assert distance_from_uniform(drawn + MANY.uniform(0, 1, "flip"), 0, limit) < 1.95


def test_what_chance_says_of_a_sample_does_not_depend_on_the_others() -> None:
    few = MANY.of([5, 17, 3])
    for operation, number in itertools.product(OPERATIONS, range(2)):
        assert (few.bits(operation, number) == MANY.bits(operation, number)[[5, 17, 3]]).all()
