"""What a study is: a grid of runs, the measurement of one, and claims judged by the results."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, Protocol

from flows.studies.material import Material
from flows.studies.results import Results


class Case(NamedTuple):
    """One condition under which a claim was tested."""

    name: str
    seen: bool  # whether the claim showed, by its rule
    figure: str  # what was measured, for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence of a course, and the rule by which results decide about it."""

    text: str
    formula: str  # what stands behind it
    rule: str  # when a case counts as seen; margins are over the seeds
    cases: Callable[[Results], Sequence[Case]]


class Grid(Protocol):
    """All runs of a study; `quick` are fewer and smaller."""

    def __call__(self, *, quick: bool, seeds: int) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A question, and everything that is done to answer it.

    A run is a frozen row of settings, the last of which is its seed; the row of its result has the
    same fields and then what was measured.
    """

    name: str
    question: str
    explanation: str  # a few sentences
    formula: str
    run: type[Any]  # the settings, a frozen dataclass
    row: type[Any]  # a kind of `run`: settings and measures
    grid: Grid
    measure: Callable[[Any, Material], Any]  # run, material -> row
    tabled: tuple[str, ...]  # measures that the table of means shows
    claims: tuple[Claim, ...]
    pictures: Callable[[Results], Mapping[str, str]]  # by title, as SVG

    @property
    def settings(self) -> tuple[str, ...]:
        """The names of the settings, the seed last."""
        return tuple(field.name for field in fields(self.run))

    def key(self, row: Any) -> tuple[object, ...]:
        """What tells a run, or the row of its result, from all others."""
        return tuple(getattr(row, name) for name in self.settings)


def verdict(cases: Sequence[Case]) -> str:
    """holds, holds if (and where), not seen, or not measured.

    >>> verdict([Case("tanh", True, ""), Case("sigmoid", False, "")])
    'holds if tanh'
    >>> verdict([Case("tanh", True, "")]), verdict([Case("tanh", False, "")]), verdict([])
    ('holds', 'not seen', 'not measured')
    """
    if not cases:
        return "not measured"
    seen = [case.name for case in cases if case.seen]
    if len(seen) == len(cases):
        return "holds"
    return f"holds if {'; '.join(seen)}" if seen else "not seen"


def found(cases: Sequence[Case]) -> str:
    """What was measured in each case, in one line."""
    return "; ".join(f"{case.name}: {case.figure}" for case in cases)
