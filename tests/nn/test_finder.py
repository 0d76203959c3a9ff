"""The learning-rate finder: rates rise by one factor, the search ends in time, its rate trains."""

from dataclasses import replace

import numpy as np
import pytest

from nn.reporting.plots import rates_picture
from nn.training.finder import HIGHEST, LOWEST, MEMORY, NoRateError, RateRow, search, suggestion
from tests.nn.test_training import CONFIG, make


def rows(*losses: float) -> list[RateRow]:
    rates = np.geomspace(1e-3, 1.0, len(losses)).tolist()
    return [
        RateRow(lr=lr, loss=loss, smoothed=loss) for lr, loss in zip(rates, losses, strict=True)
    ]


def test_rates_rise_by_one_factor_from_the_lowest_to_the_highest() -> None:
    rates = [row.lr for row in search(make(), steps=15)]
    assert rates[0] == LOWEST
    np.testing.assert_allclose(np.diff(np.log(rates)), np.log(HIGHEST / LOWEST) / 14)


def test_losses_are_smoothed_without_bias() -> None:
    found = list(search(make(), steps=15))
    for number in range(1, len(found) + 1):
        weights = MEMORY ** np.arange(number)[::-1]
        expected = np.average([row.loss for row in found[:number]], weights=weights)
        assert found[number - 1].smoothed == pytest.approx(expected)


def test_the_search_ends_where_the_loss_explodes() -> None:
    config = replace(CONFIG, optimizer="momentum", weight_decay=0.0)
    found = list(search(make(config), steps=100))
    assert len(found) < 100
    assert all(np.isfinite(row.loss) for row in found)


@pytest.mark.parametrize("optimizer", ["adamw", "nesterov"])
def test_the_suggested_rate_trains(optimizer: str) -> None:
    config = replace(CONFIG, optimizer=optimizer)  # type: ignore[arg-type]  # one of the names
    rate = suggestion(list(search(make(config), steps=100)))
    *_, last = make(replace(config, lr=rate, epochs=10)).epochs()
    assert last.val_accuracy > 0.9


def test_the_same_search_gives_the_same_rows() -> None:
    assert list(search(make(), steps=20)) == list(search(make(), steps=20))


def test_the_suggestion_is_a_third_of_the_rate_of_the_least_loss() -> None:
    assert suggestion(rows(2.0, 1.5, 1.0, 3.0)) == pytest.approx(0.033)  # of 0.1


def test_where_the_loss_never_fell_no_rate_is_suggested() -> None:
    for found in ([], rows(2.0), rows(2.0, 2.1, 9.0)):
        with pytest.raises(NoRateError, match="fell at no rate from 1e-06 to 10"):
            suggestion(found)


def test_the_picture_shows_the_suggestion_and_is_equal_for_equal_rows() -> None:
    found = rows(2.0, 1.5, 1.0, 3.0)
    assert "suggested: 0.01" in rates_picture(found, 0.01)
    assert rates_picture(found, 0.01) == rates_picture(found, 0.01)
    assert rates_picture(found, 0.01) != rates_picture(found, 0.02)
