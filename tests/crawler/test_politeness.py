"""The schedule, without network and with time as a number."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clock import SECOND, microseconds
from crawler.ledger import Ledger
from crawler.politeness import (
    LONGEST_RETRY_AFTER,
    Gap,
    Host,
    Schedule,
    backoff,
    gap,
    is_trouble,
    retry_after,
)
from crawler.visit import Task, Visit

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
        ("Tuesday, 14-Nov-23 22:14:20 GMT", 60.0),  # two digits of a year
        ("Sunday, 06-Nov-94 08:49:37 GMT", 0.0),  # of the last century
        ("Tue, 14 Nov 2023 17:14:20 EST", 60.0),
        ("Wed, 15 Nov 2023 07:14:20 +0900", 60.0),
        ("Tue, 14 Nov 2023 22:14:20 XYZ", 60.0),  # a zone that nobody knows: UTC
        ("Tue, 14 Nov 2023 22:14:20 +9999999", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 -1200", LONGEST_RETRY_AFTER),
        ("Mon, 01 Jan 99999 00:00:00 GMT", None),
        ("0.25", 0.25),
        ("1.", 1.0),
        ("5 seconds", 5.0),
        ("10, 20, 5", 20.0),
        ("10, soon", 10.0),
        ("1e9", None),
        ("0x10", None),
        ("nan", None),
        ("inf", None),
        ("315360001", LONGEST_RETRY_AFTER),
        ("9" * 4000, LONGEST_RETRY_AFTER),
        ("2023-11-14T22:14:20Z", None),
        ("\x00\xff", None),
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


FORMS: list[Callable[[datetime], str]] = [  # of a date in HTTP (RFC 9110, 5.6.7), and in mail
    lambda date: format_datetime(date.astimezone(UTC), usegmt=True),
    lambda date: f"{date.astimezone(UTC):%A, %d-%b-%y %H:%M:%S} GMT",
    lambda date: f"{date.astimezone(UTC):%a %b %e %H:%M:%S %Y}",
    format_datetime,
]
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
DATES = st.datetimes(datetime(1970, 1, 2), datetime(2068, 12, 30), timezones=ZONES)  # noqa: DTZ001  # they get one
MOMENTS = st.integers(0, 4_000_000_000 * SECOND)


@given(st.sampled_from(FORMS), DATES, MOMENTS)
def test_no_date_is_waited_for_too_short_a_time_in_any_form_or_zone(
    form: Callable[[datetime], str], date: datetime, now: int
) -> None:
    date = date.replace(microsecond=0)
    asked = int(date.timestamp()) * SECOND - now  # microseconds
    seconds = retry_after(form(date), now)
    assert seconds is not None
    wait = microseconds(seconds)
    limit = microseconds(LONGEST_RETRY_AFTER)
    assert min(max(asked, 0), limit) <= wait <= min(max(asked, 0) + 1, limit)


@given(st.text() | st.text(alphabet="0123456789., :+-GMTues"), MOMENTS)
def test_no_header_raises_or_asks_for_less_than_nothing(header: str, now: int) -> None:
    seconds = retry_after(header, now)
    assert seconds is None or 0.0 <= seconds <= LONGEST_RETRY_AFTER


@given(st.lists(st.floats(0, 1e12), min_size=1), MOMENTS)
def test_of_numbers_the_largest_is_waited_for(numbers: list[float], now: int) -> None:
    header = ", ".join(f"{number:.6f}" for number in numbers)
    asked = max(float(f"{number:.6f}") for number in numbers)
    assert retry_after(header, now) == min(asked, LONGEST_RETRY_AFTER)


ANSWERS = st.tuples(
    st.integers(0, 10 * SECOND),  # how long it took, microseconds
    st.sampled_from([(200, ""), (404, ""), (429, ""), (503, ""), (0, "timeout"), (0, "connect")]),
    st.none() | st.floats(0, 1e5),  # Retry-After, seconds
    st.none() | st.floats(0, 1e3),  # Crawl-delay, seconds, that becomes known with it
)


@given(
    st.floats(0, 100), st.lists(st.tuples(st.sampled_from("abc"), ANSWERS), min_size=2, max_size=60)
)
def test_no_host_is_ever_asked_early_whatever_it_answers(
    delay: float, answers: list[tuple[str, tuple[int, tuple[int, str], float | None, float | None]]]
) -> None:
    """A run on a clock that jumps to each due time: the schedule alone decides who departs when."""
    schedule, now = Schedule(delay), NOON
    free: dict[str, int] = {}  # host -> when it may be asked again, by what was asked of us
    for name, (took, (status, word), pause, crawl_delay) in answers:
        schedule.add([name])
        now = max(now, schedule.next_due() or 0)
        assert schedule.take(now) == name
        assert now >= free.get(name, 0)
        host, ended = schedule.host(name), now + took
        host.note(ended, status, word, pause)
        host.crawl_delay = crawl_delay
        asked = max(delay, pause or 0.0, crawl_delay or 0.0)
        own = backoff(host.streak, delay) if pause is None else 0.0
        free[name] = ended + microseconds(max(asked, own))
        assert schedule.due(name) == free[name]  # neither earlier nor, but for a reason, later


@given(st.integers(1, 60), st.floats(0, 30))
def test_a_back_off_doubles_up_to_a_minute_and_never_shrinks(streak: int, delay: float) -> None:
    one, two = backoff(streak, delay), backoff(streak + 1, delay)
    assert two == min(2 * one, max(60.0, delay))
    assert two >= one >= delay


@pytest.mark.parametrize(("pause", "lengths"), [(None, [4, 8]), (7200.0, [7200, 7200])])
def test_troubles_and_patience_asked_for_are_remembered_over_a_restart(
    tmp_path: Path, pause: float | None, lengths: list[int]
) -> None:
    for troubles, expected in zip([2, 1], lengths, strict=True):
        with Ledger(tmp_path / "crawl.sqlite") as ledger:
            schedule = Schedule(1.0, ledger.traffic.host)
            for _ in range(troubles):
                _ask(ledger, schedule, pause)
        with Ledger(tmp_path / "crawl.sqlite") as ledger:
            schedule = Schedule(1.0, ledger.traffic.host)
            assert schedule.due("a:80") == NOON + expected * SECOND


def _ask(ledger: Ledger, schedule: Schedule, pause: float | None) -> None:
    """A request to the host that ends at noon with a 503."""
    task = Task(kind="page", url="http://a/")
    host = schedule.host("a:80")
    host.note(NOON, 503, "", pause)
    visit = Visit(task=task, started=NOON, ended=NOON, status=503, retry_after=pause)
    with ledger.transaction():
        gap = schedule.gap("a:80")
        number = ledger.traffic.intend(task, "a:80", run=1, now=NOON, gap=gap, robots=None)
        ledger.traffic.ended(number, visit, host)
