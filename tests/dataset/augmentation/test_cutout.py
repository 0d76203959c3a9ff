import numpy as np

from dataset.augmentation.cutout import cut_out
from tests.dataset.augmentation.photos import chance, distance_from_uniform


def test_a_square_of_a_quarter_of_the_side_is_covered_wherever_its_middle_is() -> None:
    dice = chance(2048)
    x = np.ones((2048, 32, 32, 3), np.float32)
    cut_out(x, dice)
    gone = (x == 0).all(axis=3)
    assert ((x == 0).any(axis=3) == gone).all()
    rows, columns = gone.any(axis=2), gone.any(axis=1)
    assert (gone == rows[:, :, None] & columns[:, None]).all()
    for edges in rows.sum(axis=1), columns.sum(axis=1):
        assert edges.max() == 8
        assert edges.min() == 4
        assert (edges == 8).mean() > 0.7
    whole = rows.sum(axis=1) == 8
    assert set(rows[whole].argmax(axis=1)) == set(range(25))


def test_every_pixel_may_be_the_middle() -> None:
    middle = chance(4096).below(32, "cutout")
    assert distance_from_uniform(middle + np.random.default_rng(0).random(4096), 0, 32) < 1.95


def test_an_image_too_small_for_a_square_is_left_alone() -> None:
    x = np.ones((9, 3, 3, 3), np.float32)
    cut_out(x, chance(9))
    assert (x == 1).all()
