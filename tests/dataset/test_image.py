import numpy as np
import pytest
from PIL import Image

from crawler.image import ImageRejected
from dataset.image import load_image, pixel_digest
from tests.dataset.pictures import encode, pixels


def test_load_image_gives_the_stored_size_and_the_same_bytes_again() -> None:
    body = encode(Image.fromarray(pixels(1, 40, 50)), "JPEG")
    first, second = load_image(body, 36), load_image(body, 36)
    assert first.shape == (36, 36, 3)
    assert first.dtype == np.uint8
    assert (first == second).all()


@pytest.mark.parametrize(
    "body", [b"", b"<html>not found</html>", encode(Image.new("L", (9, 9)))[:-9]]
)
def test_what_is_no_whole_image_is_rejected(body: bytes) -> None:
    with pytest.raises(ImageRejected):
        load_image(body, 8)


def test_the_digest_of_pixels_knows_their_shape() -> None:
    black = np.zeros((10, 20, 3), np.uint8)
    assert pixel_digest(black) != pixel_digest(black.transpose(1, 0, 2))
    assert pixel_digest(black) == pixel_digest(black.copy())
