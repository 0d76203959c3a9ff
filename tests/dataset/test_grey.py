import numpy as np
import pytest
from PIL import Image

from dataset.pictures.grey import small_grey
from tests.dataset.pictures import pixels


@pytest.mark.parametrize(
    ("size", "small"),
    [
        ((40, 30), (40, 30)),
        ((191, 191), (191, 191)),
        ((192, 300), (96, 150)),
        ((1000, 300), (334, 100)),
        ((9000, 1), (1125, 1)),
        ((2, 5000), (2, 1250)),
    ],
)
def test_grey_is_made_small_and_never_larger(size: tuple[int, int], small: tuple[int, int]) -> None:
    assert small_grey(Image.new("RGB", size)).size == small


def test_small_grey_is_the_mean_of_whole_boxes() -> None:
    image = Image.fromarray(pixels(0, 192, 192))
    boxes = np.asarray(image.convert("L")).reshape(96, 2, 96, 2).astype(int).sum(axis=(1, 3))
    assert (np.asarray(small_grey(image)) == (boxes + 2) // 4).all()
