"""A request on its way: what was meant with it, and when it may leave."""

from dataclasses import dataclass

from crawler.permission.permits import Quest
from crawler.visit import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A request whose intent is in the ledger."""

    number: int  # in the ledger
    host: str
    task: Task
    due: int  # when it may leave, microseconds UTC
    quest: Quest | None = None  # whose robots.txt it looks for
