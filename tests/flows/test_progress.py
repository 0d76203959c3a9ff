"""Rows pass through unchanged; now and then a line says how many there were."""

import logging
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from crawler import Status
from crawler.events import ImageKnown, PageRead, RequestEnded, Waiting
from flows.progress import logged
from nn import EpochRow

PAGE = PageRead(url="u", links=1, references=2)
OK = ImageKnown(url="u", status=Status.OK, error="")
FAILED = ImageKnown(url="u", status=Status.FAILED, error="dns: nobody has this name")
REQUEST = RequestEnded(host="h", url="u", kind="page", http_status=200, seconds=1.0, size=9)
WAITING = Waiting(hosts=(("a.example", 61.0, "retry-after"),), count=1)

EPOCH = EpochRow(
    epoch=1,
    lr=0.1,
    loss=1.0,
    penalty=0.0,
    accuracy=0.5,
    val_loss=0.5,
    val_accuracy=0.5,
    val_balanced_accuracy=0.25,
    val_macro_f1=0.5,
    seconds=1.0,
    images_per_second=9.0,
)


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO, "flows"):
        yield caplog


def watched(rows: Iterable[Any], *times: float) -> list[Any]:
    now = iter(times)
    return list(logged("crawl", clock=lambda: next(now))(iter(rows)))


def test_rows_are_counted_at_most_once_a_period(told: pytest.LogCaptureFixture) -> None:
    rows = [PAGE, OK, REQUEST, FAILED]
    assert watched(rows, 0, 4, 8, 9, 12, 12) == rows
    assert told.messages == [
        "crawl: 1 failed, 1 ok, 1 pages",
        "crawl: 1 failed, 1 ok, 1 pages, done",
    ]


def test_a_host_that_is_waited_for_is_named(told: pytest.LogCaptureFixture) -> None:
    watched([WAITING], 0, 11, 11)
    assert told.messages == ["crawl: nothing yet; a.example may be asked in 61 s (retry-after)"]


def test_without_validation_an_epoch_claims_no_score(told: pytest.LogCaptureFixture) -> None:
    watched([EPOCH, replace(EPOCH, val_loss=math.nan, val_balanced_accuracy=math.nan)], 0)
    assert told.messages == [
        "crawl: epoch 1, loss 1.000, validation loss 0.500, balanced accuracy 0.250",
        "crawl: epoch 1, loss 1.000",
    ]


def test_a_stage_that_does_nothing_says_nothing(told: pytest.LogCaptureFixture) -> None:
    assert watched([], 0) == []
    assert told.messages == []
