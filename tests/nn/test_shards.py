"""Shards: fixed parts, fixed order, any number of threads."""

import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from nn.arrays import Array
from nn.shards import Shard, Shards, one_blas_thread


@pytest.mark.parametrize("n", [1, 3, 4, 5, 32, 33])
def test_shards_cover_every_row_once_and_none_is_empty(n: int) -> None:
    parts = [range(n)[shard.rows] for shard in Shards(4).cut(n)]
    assert [row for part in parts for row in part] == list(range(n))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert min(map(len, parts)) > 0


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_results_come_in_the_order_of_the_shards(threads: int) -> None:
    barrier = threading.Barrier(threads)

    def work(shard: Shard) -> int:
        barrier.wait(timeout=30)  # passes only if so many threads are at work at once
        return shard.index

    assert Shards(4, threads).map(work, 4) == [0, 1, 2, 3]


def test_partials_are_added_in_the_order_of_the_shards() -> None:
    values = np.array([1e8, 1, -1e8, 1], np.float32)

    def work(shard: Shard, out: Array) -> None:
        out[...] = values[shard.rows].sum()

    total = Shards(4, threads=4).sum(work, 4, out=np.empty(1, np.float32))
    assert total[0] == ((values[0] + values[1]) + values[2]) + values[3]


def test_an_error_in_a_shard_reaches_the_caller() -> None:
    def work(shard: Shard) -> None:
        raise ValueError(f"shard {shard.index}")

    with pytest.raises(ValueError, match="shard 0"):
        Shards(4, threads=2).map(work, 8)


def test_there_are_never_more_threads_than_shards() -> None:
    assert Shards(2, threads=8).threads == 2


def test_blas_keeps_to_one_thread_for_a_while() -> None:
    def blas() -> set[int]:
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    before = blas()
    with one_blas_thread():
        assert blas() == {1}
    assert blas() == before
