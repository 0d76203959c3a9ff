"""Shards: the fixed parts a batch is computed in, by whichever thread is free.

The number of shards and their borders follow from the batch size alone. What is summed over a
batch (statistics, gradients) is summed in one partial a shard, and the partials are added in the
order of the shards. So threads decide who computes, never what: the bits are the same for any
number of them.
"""

import os
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


@dataclass(frozen=True, slots=True)
class Shard:
    """One part of a batch: which rows, and buffers that no other shard writes to."""

    index: int
    rows: slice
    scratch: Buffers


class Shards:
    """Cuts batches into `count` shards and computes them on `threads` threads (0: one a core)."""

    def __init__(self, count: int = 4, threads: int = 1) -> None:
        self.count = count
        self.threads = min(count, threads or os.cpu_count() or 1)
        self._scratch = [Buffers() for _ in range(count)]
        self._partials = Buffers()
        self._cuts: dict[int, list[Shard]] = {}  # by the rows of a batch
        self._team = Team(self.threads - 1)

    def cut(self, n: int) -> list[Shard]:
        """The shards of a batch of n rows; their sizes differ by at most one, none is empty."""
        if n not in self._cuts:
            count = min(self.count, n)
            self._cuts[n] = [
                Shard(i, slice(i * n // count, (i + 1) * n // count), self._scratch[i])
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


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Within this context a matrix product runs on the thread that asked for it."""
    with _pools().limit(limits=1, user_api="blas"):
        yield


@cache
def _pools() -> ThreadpoolController:
    """The thread pools of the libraries loaded; finding them takes a while."""
    return ThreadpoolController()
