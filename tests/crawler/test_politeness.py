"""The schedule, without network and with time as a number."""

import pytest

from crawler.clock import SECOND
from crawler.politeness import Gap, Host, Schedule, backoff, gap, is_trouble, retry_after

NOON = 1_700_000_000 * SECOND  # 2023-11-14 22:13:20 UTC


def test_the_longest_rule_counts() -> None:
    host = Host("a:80", crawl_delay=2.5)
    assert gap(host, 1.0) == Gap(2_500_000, "crawl-delay")
    assert gap(host, 3.0) == Gap(3_000_000, "config")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("Tue, 14 Nov 2023 22:14:20 GMT", 60.0),
        ("Tue, 14 Nov 2023 22:13:00 GMT", 0.0),  # passed
        ("Tue, 14 Nov 2023 23:14:20 +0100", 60.0),
        ("Tue Nov 14 22:14:20 2023", 60.0),  # without a zone: UTC
        ("Tue, 14 Nov 2023 22:14:20 -0000", 60.0),
        ("3600.0", 3600.0),
        ("60, 3600", 3600.0),
        ("3600s", 3600.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("１２", None),  # digits, but not of ASCII
        ("Tue, 99 Nov 2023 22:14:20 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(header: str, seconds: float | None) -> None:
    assert retry_after(header, NOON) == seconds


def test_an_endless_retry_after_still_is_a_number_of_microseconds() -> None:
    host = Host("a:80")
    host.note(NOON, 503, "", retry_after("9" * 400, NOON))
    assert gap(host, 1.0).length == 10 * 365 * 86400 * SECOND


def test_a_retry_after_is_obeyed_in_full_and_replaces_our_own_back_off() -> None:
    host = Host("a:80")
    host.note(NOON, 503, "", 3600.0)
    assert gap(host, 1.0) == Gap(3600 * SECOND, "retry-after")
    host.note(NOON, 429, "", 1.5)
    assert gap(host, 1.0) == Gap(1_500_000, "retry-after")


def test_troubles_in_a_row_double_the_pause_and_an_answer_ends_it() -> None:
    host, pauses = Host("a:80"), []
    for _ in range(4):
        host.note(NOON, 503, "", None)
        pauses.append(gap(host, 1.0))
    assert pauses == [Gap(2**n * SECOND, "backoff") for n in (1, 2, 3, 4)]
    host.note(NOON, 200, "", None)
    assert gap(host, 1.0) == Gap(SECOND, "config")


def test_a_back_off_is_at_least_a_second_and_at_most_a_minute_or_the_delay() -> None:
    assert backoff(1, 0.0) == 1.0
    assert backoff(1000, 0.0) == 60.0
    assert backoff(1000, 90.0) == 90.0
    assert backoff(0, 5.0) == 0.0


@pytest.mark.parametrize(
    ("status", "word", "trouble"),
    [
        (200, "", False),
        (404, "", False),
        (429, "", True),
        (500, "", True),
        (503, "", True),
        (0, "timeout", True),
        (0, "connect", True),
        (0, "dns", True),
        (0, "tls", False),
        (0, "private-address", False),
    ],
)
def test_trouble_is_what_may_pass(status: int, word: str, trouble: bool) -> None:  # noqa: FBT001  # a table
    assert is_trouble(status, word) is trouble


def test_a_host_is_due_a_gap_after_the_end_of_its_last_request() -> None:
    schedule = Schedule(1.0)
    schedule.host("a:80").note(NOON, 200, "", None)
    schedule.add(["a:80", "b:80"])
    assert schedule.take(NOON) == "b:80"  # never asked: due at once
    assert schedule.take(NOON + SECOND - 1) is None
    assert schedule.next_due() == NOON + SECOND
    assert schedule.take(NOON + SECOND) == "a:80"
    assert schedule.next_due() is None


def test_a_crawl_delay_learnt_while_a_host_waits_counts() -> None:
    schedule = Schedule(1.0)
    schedule.host("a:80").note(NOON, 200, "", None)
    schedule.add(["a:80"])
    schedule.host("a:80").crawl_delay = 5.0
    assert schedule.take(NOON + 2 * SECOND) is None
    assert schedule.next_due() == NOON + 5 * SECOND
    assert schedule.take(NOON + 5 * SECOND) == "a:80"


def test_what_an_earlier_run_knew_of_a_host_counts() -> None:
    schedule = Schedule(1.0, lambda name: Host(name, ended=NOON, retry_after=60.0))
    schedule.add(["a:80"])
    assert schedule.waiting() == {"a:80": NOON + 60 * SECOND}


def test_a_host_stands_in_the_schedule_once() -> None:
    schedule = Schedule(0.0)
    schedule.add(["a:80", "a:80"])
    schedule.add(["a:80"])
    assert schedule.take(NOON) == "a:80"
    assert schedule.take(NOON) is None
