"""A team of threads: the caller and its helpers take one item after the other until none is left.

A step of training has some twenty short jobs one after the other, and a pool that hands every item
through a locked queue spends as long on it as the smaller jobs take. Here a job is announced once
to each helper, items are claimed from one iterator, and the caller works too: where a job is done
before a helper has woken up, nobody waits for that helper.
"""

import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, TypeAlias, TypeVar

import numpy as np

SWITCH = 1e-4  # seconds; Python's own 5e-3 is longer than many a job

T = TypeVar("T")
R = TypeVar("R")


class Team:
    """The calling thread and so many helpers, which end when the team is forgotten."""

    def __init__(self, helpers: int) -> None:
        self._inboxes = [_helper() for _ in range(helpers)]
        weakref.finalize(self, _dismiss, self._inboxes)

    def map(self, work: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """Do the work of every item; return the results in their order.

        Raises the error of the first item, in their order, that failed.
        """
        if not self._inboxes or len(items) < 2:
            return [work(item) for item in items]
        job = _Job(work, items)
        with _quick_switches():
            for inbox in self._inboxes[: len(items) - 1]:
                inbox.put(job)
            job.help()
            return job.results()


class _Job:
    """Items to be worked on, each claimed by one thread."""

    def __init__(self, work: Callable[[Any], Any], items: Sequence[Any]) -> None:
        self._work = work
        self._items = items
        self._claims: Iterator[int] = iter(range(len(items)))  # `next` on it is atomic
        self._results: list[Any] = [None] * len(items)
        self._errors: dict[int, BaseException] = {}
        self._done: SimpleQueue[int] = SimpleQueue()

    def help(self) -> None:
        """Work on items until all are claimed."""
        for i in self._claims:
            try:
                self._results[i] = self._work(self._items[i])
            except BaseException as error:  # noqa: BLE001  # raised again where it is waited for
                self._errors[i] = error
            self._done.put(i)

    def results(self) -> list[Any]:
        """Wait until every item is done."""
        for _ in self._items:
            self._done.get()
        for i in sorted(self._errors):
            raise self._errors[i]
        return self._results


@contextmanager
def _quick_switches() -> Iterator[None]:
    """Within this context a thread waits SWITCH for Python's lock, and then is handed it.

    A thread that lets go of the lock for a short call has it again before another one has woken
    up to take it, over and over. Who shortened the wait restores it: other teams may be at work.
    """
    before = sys.getswitchinterval()
    if before <= SWITCH:
        yield
        return
    sys.setswitchinterval(SWITCH)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


_Inbox: TypeAlias = "SimpleQueue[_Job | None]"


def _helper() -> _Inbox:
    """Start a helper; return where it looks for jobs, or for None, which ends it."""
    inbox: _Inbox = SimpleQueue()
    threading.Thread(target=_serve, args=(inbox,), name="shard", daemon=True).start()
    return inbox


def _serve(inbox: _Inbox) -> None:
    """A diverging run is reported once, by its loss, not by warnings from deep inside."""
    np.seterr(over="ignore", invalid="ignore")
    while (job := inbox.get()) is not None:
        job.help()
        del job  # its items may be large


def _dismiss(inboxes: Sequence[_Inbox]) -> None:
    for inbox in inboxes:
        inbox.put(None)
