"""Which addresses are asked again in a generation that has their answers already.

Those that failed, where the user says so; and those that a setting of an earlier run decided,
where the present one may decide otherwise. Their answers are to be set aside.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from crawler.ledger import Ledger
from crawler.manifest import Status
from crawler.outcome import FAILED, MOST_HOPS, Outcome
from crawler.permission.permits import UNREADABLE
from crawler.politeness import is_trouble
from crawler.scope import Scope
from crawler.survey import Survey

Address = tuple[str, str]  # page, sitemap or image, and the URL


def failed(ledger: Ledger, scopes: Sequence[Scope], cause: str) -> set[Address]:
    """What failed for this cause in the present generation, and the redirects that led there.

    For the cause `failed` any of them, and what a robots.txt that could not be read denied.
    """
    causes = {*FAILED, UNREADABLE["robots"]} if cause == Status.FAILED else {cause}
    images = [("image", row.url, row.error) for row in Survey(ledger, scopes).images()]
    return {
        (kind, hop.url)
        for kind, url, error in (*images, *_pages(ledger))
        if not causes.isdisjoint(error.split(": ", 1))  # by its word, or by its sentence
        for hop in _hops(ledger, kind, url)
    }


def outdated(ledger: Ledger, before: Mapping[str, Any], now: Mapping[str, Any]) -> set[Address]:
    """What was decided in the present generation by settings that have changed since."""
    rules = [
        rule
        for rule in RULES
        if rule.key in before and rule.counts(before[rule.key], now[rule.key])
    ]
    return {
        (outcome.kind, outcome.url)
        for outcome in (ledger.web.outcomes(ledger.generation) if rules else ())
        if any(rule.decided(outcome) for rule in rules)
    }


class Rule(NamedTuple):
    """A setting, which change of it counts, and which answers it decided."""

    key: str
    counts: Callable[[Any, Any], bool]  # given the values before and now
    decided: Callable[[Outcome], bool]


def _with(*words: str) -> Callable[[Outcome], bool]:
    return lambda outcome: outcome.word in words


def _after_trouble(outcome: Outcome) -> bool:
    """Whether it was asked as often as `tries` allowed."""
    return is_trouble(outcome.status, "" if outcome.status else outcome.word)


RAISED, LOWERED, CHANGED = operator.lt, operator.gt, operator.ne

RULES = (
    Rule("user_agent", CHANGED, _with("robots", "optout")),
    Rule("allow_private", CHANGED, _with("private-address")),
    Rule("ca_file", CHANGED, _with("tls")),
    Rule("deadline", RAISED, _with("timeout")),
    Rule("tries", RAISED, _after_trouble),
    Rule("max_bytes", RAISED, _with("too-large")),
    Rule("max_pixels", RAISED, _with("bomb")),
    Rule("min_side", LOWERED, _with("too-small")),
)


def _pages(ledger: Ledger) -> Iterator[tuple[str, str, str]]:
    """Each page that was not read at once: what is wrong where its redirects end, or ""."""
    for outcome in ledger.web.outcomes(ledger.generation):
        if outcome.kind != "image" and (outcome.word or outcome.location):
            hops = _hops(ledger, outcome.kind, outcome.url)
            goes_on = hops[-1].location and len(hops) > MOST_HOPS
            yield outcome.kind, outcome.url, "redirect" if goes_on else hops[-1].error


def _hops(ledger: Ledger, kind: str, url: str) -> list[Outcome]:
    """The answers along the redirects from an address, its own the first."""
    hops: list[Outcome] = []
    while url and len(hops) <= MOST_HOPS:
        outcome = ledger.web.outcome(kind, url, ledger.generation)
        if outcome is None:
            break
        hops.append(outcome)
        url = outcome.location
    return hops
