"""What is shown of a running crawl."""

import logging
from collections.abc import Iterator

import pytest

from crawler.events import Event, ImageKnown, PageRead, RequestEnded, Waiting
from crawler.manifest import Status
from crawler.progress import Tally, shown

REQUEST = RequestEnded(host="a:80", url="u", kind="image", http_status=200, seconds=0.1, size=9)


def test_events_are_counted() -> None:
    now = iter([0.0, 4.0])
    tally = Tally(lambda: next(now))
    for status in Status.OK, Status.OK, Status.FAILED:
        tally.add(REQUEST)
        tally.add(ImageKnown(url="u", status=status, error=""))
    tally.add(PageRead(url="u", links=1, references=2))
    assert tally.line() == "1 pages; images: 1 failed, 2 ok; 0.8 requests/s"


def test_hosts_that_are_waited_for_are_named_with_the_reason() -> None:
    tally = Tally()
    assert tally.patience() == ""
    tally.add(Waiting(count=3, hosts=(("a:80", 30.2, "retry-after"),)))
    assert tally.patience() == "waiting for a:80 30 s (retry-after) and 2 more"
    tally.add(REQUEST)
    assert tally.patience() == ""


def test_without_a_terminal_events_pass_and_a_line_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def events() -> Iterator[Event]:
        yield REQUEST

    caplog.set_level(logging.INFO)
    assert list(shown(events())) == [REQUEST]
    assert "0 pages; images: none yet" in caplog.text
