import numpy as np

from dataset.writing.statistics import BLOCK, Sums


def test_mean_and_std_are_those_of_all_pixels() -> None:
    x = np.random.default_rng(0).integers(0, 256, (BLOCK + 9, 5, 5, 3), dtype=np.uint8)
    sums = Sums()
    sums.add(x)
    found = sums.summary()
    scaled = x.reshape(-1, 3) / 255
    np.testing.assert_allclose(found["mean"], scaled.mean(0), rtol=1e-13)
    np.testing.assert_allclose(found["std"], scaled.std(0), rtol=1e-12)
    assert found["pixels"] == (BLOCK + 9) * 25
    assert found["sums"] == x.reshape(-1, 3).sum(0, dtype=int).tolist()


def test_no_order_and_no_blocks_change_a_bit_of_them() -> None:
    x = np.random.default_rng(1).integers(0, 256, (40, 3, 3, 3), dtype=np.uint8)
    whole, parts = Sums(), Sums()
    whole.add(x)
    for part in (x[25:], x[:7], x[7:25]):
        parts.add(part)
    assert whole.summary() == parts.summary()


def test_a_channel_of_one_value_has_no_spread() -> None:
    sums = Sums()
    sums.add(np.full((3, 4, 4, 3), 200, np.uint8))
    assert sums.summary()["std"] == [0.0, 0.0, 0.0]
