"""Shards: the fixed parts a batch is computed in, by whichever thread is free.

The number of shards and their borders follow from the batch size alone. What is summed over a
batch (statistics, gradients) is summed in one partial a shard, and the partials are added in the
order of the shards. So threads decide who computes, never what: the bits are the same for any
number of them.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
from threadpoolctl import ThreadpoolController

from nn.arrays import Array, Buffers
from nn.team import Team

T = TypeVar("T")


class Scratch(threading.local):
    """Buffers of each thread's own, still in its cache from the shard it worked on before."""

    def __init__(self) -> None:
        self.buffers = Buffers()


@dataclass(frozen=True, slots=True)
class Shard:
    """One part of a batch: which rows, and scratch that no other thread writes to."""

    index: int
    rows: slice
    _local: Scratch

    @property
    def scratch(self) -> Buffers:
        """Of the thread that asks, for as long as it works on this shard in this job."""
        return self._local.buffers


class Shards:
    """Cuts batches into `count` shards and computes them on `threads` threads (0: one a core)."""

    def __init__(self, count: int = 4, threads: int = 1) -> None:
        self.count = count
        self.threads = at_work(count, threads)
        self._scratch = Scratch()
        self._partials = Buffers()
        self._cuts: dict[int, list[Shard]] = {}  # by the rows of a batch
        self._team = Team(self.threads - 1)

    def cut(self, n: int) -> list[Shard]:
        """The shards of a batch of n rows; their sizes differ by at most one, none is empty."""
        if n not in self._cuts:
            count = min(self.count, n)
            self._cuts[n] = [
                Shard(i, slice(i * n // count, (i + 1) * n // count), self._scratch)
                for i in range(count)
            ]
        return self._cuts[n]

    def map(self, work: Callable[[Shard], T], n: int) -> list[T]:
        """Do the work of every shard of n rows; return the results in the order of the shards."""
        return self._team.map(work, self.cut(n))

    def sum(self, work: Callable[[Shard, Array], object], n: int, *, out: Array) -> Array:
        """Let every shard of n rows fill a partial like `out`; add them up in fixed order."""
        shape = (min(self.count, n), *out.shape)
        partials = self._partials("sum", shape, out.dtype)
        self.map(lambda shard: work(shard, partials[shard.index]), n)
        return np.sum(partials, axis=0, out=out)


def at_work(shards: int, threads: int) -> int:
    """How many threads (0: one a core) are at work on so many shards at once."""
    return min(shards, threads or os.cpu_count() or 1)


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Within this context a matrix product runs on the thread that asked for it."""
    with _pools().limit(limits=1, user_api="blas"):
        yield


@cache
def _pools() -> ThreadpoolController:
    """The thread pools of the libraries loaded; finding them takes a while."""
    return ThreadpoolController()
