"""Buffers: one memory for all calls, and planes that do not share their places in the cache."""

import numpy as np

from nn.arrays import Buffers


def test_a_buffer_is_the_same_memory_until_it_is_too_small() -> None:
    scratch = Buffers()
    first = scratch("a", (4, 6), np.float32)
    assert scratch("a", (4, 6), np.float32) is first
    assert np.shares_memory(scratch("a", (3, 2), np.float32), first)
    assert not np.shares_memory(scratch("a", (5, 6), np.float32), first)
    assert not np.shares_memory(scratch("b", (4, 6), np.float32), scratch("a", (4, 6), np.float32))


def test_planes_lie_apart_and_each_is_in_one_piece() -> None:
    scratch = Buffers()
    planes = scratch.planes("a", (4, 4, 2, 8, 8, 32), np.float32)  # of 2^14 bytes
    assert planes.shape == (4, 4, 2, 8, 8, 32)
    assert planes.strides[1] == planes[0, 0].nbytes + 64
    assert planes.strides[0] == 4 * planes.strides[1]
    assert planes[1, 2].flags.c_contiguous
    assert scratch.planes("a", (4, 4, 2, 8, 8, 32), np.float32) is planes
    assert np.shares_memory(scratch.planes("a", (2, 2, 8, 8), np.float32), planes)
    larger = scratch.planes("a", (4, 4, 3, 8, 8, 32), np.float32)
    assert np.shares_memory(scratch.planes("a", (4, 4, 2, 8, 8, 32), np.float32), larger)
