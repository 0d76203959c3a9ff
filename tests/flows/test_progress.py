"""Rows pass through unchanged; now and then a line says how many there were."""

import logging
from dataclasses import dataclass

import pytest

from flows.progress import logged


@dataclass
class Row:
    status: str


def test_rows_are_counted_at_most_once_a_period(caplog: pytest.LogCaptureFixture) -> None:
    now = iter([0.0, 4.0, 8.0, 12.0, 12.0])
    rows = [Row("ok"), Row("ok"), Row("failed")]
    with caplog.at_level(logging.INFO, "flows"):
        assert list(logged("crawl", clock=lambda: next(now))(iter(rows))) == rows
    assert caplog.messages == ["crawl: 1 failed, 2 ok", "crawl: 1 failed, 2 ok, done"]
