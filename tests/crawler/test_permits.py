"""Whose robots.txt is asked when, without a network."""

from collections.abc import Iterator

import pytest

from crawler.clock import SECOND
from crawler.ledger import Ledger
from crawler.permission.permits import Permits, Quest, task_of
from crawler.visit import Visit

HOUR = 3600 * SECOND
ROSE = "http://a.example/rose.png"


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger(":memory:") as ledger:
        ledger.begin_generation(HOUR)
        ledger.database.execute("INSERT INTO hosts (name, streak) VALUES ('a.example:80', 0)")
        yield ledger


def permits_of(ledger: Ledger) -> Permits:
    return Permits(ledger, "flowers-study/1.0")


def answer(quest: Quest, status: int = 0, text: str = "", word: str = "", to: str = "") -> Visit:
    return Visit(
        task=task_of(quest),
        started=2 * HOUR,
        ended=2 * HOUR,
        status=status,
        word=word,
        location=to,
        body=text.encode(),
    )


def refused(permits: Permits, url: str = ROSE) -> str:
    snapshot = permits.in_force("a.example:80", 3 * HOUR)
    assert snapshot
    refusal = permits.refusal(snapshot, "page", url)
    return refusal.word if refusal else ""


def test_a_robots_txt_is_in_force_for_a_day(ledger: Ledger) -> None:
    permits = permits_of(ledger)
    quest = permits.seek(ROSE)
    assert quest.url == "http://a.example/robots.txt"
    assert permits.is_sought("a.example:80")
    assert (
        permits.found(quest, answer(quest, 200, "User-agent: *\nCrawl-delay: 2")) == "a.example:80"
    )
    assert not permits.is_sought("a.example:80")
    assert permits.crawl_delay("a.example:80") == 2.0
    assert permits.in_force("a.example:80", 2 * HOUR + 23 * HOUR)
    assert permits.in_force("a.example:80", 2 * HOUR + 24 * HOUR) is None
    assert permits_of(ledger).in_force("a.example:80", 3 * HOUR)  # another run knows it, too


@pytest.mark.parametrize(
    ("status", "word", "refusal"),
    [
        (404, "", ""),
        (200, "", ""),
        (204, "", ""),
        (500, "", "robots"),
        (503, "", "robots"),
        (429, "", "robots"),
        (0, "timeout", "timeout"),
        (0, "dns", "dns"),
        (0, "tls", "tls"),
        (0, "connect", "connect"),
        (0, "truncated", "connect"),
        (0, "private-address", "private-address"),
        (0, "redirect", "robots"),
    ],
)
def test_what_an_answer_means_for_the_images_of_the_host(
    ledger: Ledger, status: int, word: str, refusal: str
) -> None:
    permits = permits_of(ledger)
    quest = permits.seek(ROSE)
    permits.found(quest, answer(quest, status, word=word))
    assert refused(permits) == refusal


def test_a_quest_that_goes_on_is_an_errand_for_its_host(ledger: Ledger) -> None:
    permits = permits_of(ledger)
    quest = permits.seek(ROSE)
    assert not permits.has_errand("a.example:80")
    assert permits.go_on(quest) == "a.example:80"
    again = permits.errand("a.example:80")
    assert again == quest
    permits.found(again, answer(again, 200, "User-agent: *\nDisallow: /"))
    assert refused(permits) == "robots"


def test_tries_count_from_the_robots_txt_before(ledger: Ledger) -> None:
    permits = permits_of(ledger)
    quest = permits.seek(ROSE)
    assert permits.asked_since(quest) == 0
    permits.found(quest, answer(quest, 503))
    assert permits.asked_since(quest) == 2 * HOUR + 1


def test_five_redirects_are_followed_and_six_are_not(ledger: Ledger) -> None:
    permits = permits_of(ledger)
    quest = permits.seek(ROSE)
    for hop in range(5):
        target = f"http://h{hop}.example/r"
        assert permits.found(quest, answer(quest, 301, to=target)) == f"h{hop}.example:80"
        errand = permits.errand(f"h{hop}.example:80")
        assert errand is not None
        quest = errand
    assert permits.found(quest, answer(quest, 301, to="http://h9.example/")) == "a.example:80"
    assert refused(permits) == "robots"


def test_one_that_could_not_be_read_is_asked_anew_in_the_next_generation(ledger: Ledger) -> None:
    permits = permits_of(ledger)
    quest = permits.seek(ROSE)
    permits.found(quest, answer(quest, 503))
    assert permits.in_force("a.example:80", 3 * HOUR)
    ledger.begin_generation(3 * HOUR)
    assert permits.in_force("a.example:80", 3 * HOUR) is None
