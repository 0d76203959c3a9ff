import numpy as np
import pytest
from PIL import Image
from PIL.Image import Transpose

from crawler.image import ImageRejected
from dataset.image import fit, load_image, pixel_digest, upright_rgb
from tests.dataset.pictures import encode, pixels

# How a camera held each way lays down the upright picture, by EXIF orientation.
LAID_DOWN = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_90,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_270,
}


def rgb_of(image: Image.Image, form: str = "PNG", **options: object) -> np.ndarray:
    return np.asarray(upright_rgb(encode(image, form, **options)))


@pytest.mark.parametrize("orientation", LAID_DOWN)
def test_a_picture_is_turned_upright(orientation: int) -> None:
    upright = Image.fromarray(pixels(0, 6, 9))
    exif = Image.Exif()
    exif[0x0112] = orientation
    laid = upright.transpose(LAID_DOWN[orientation])
    assert (rgb_of(laid, exif=exif) == np.asarray(upright)).all()


def test_broken_exif_leaves_the_picture_as_it_is() -> None:
    upright = Image.fromarray(pixels(0))
    assert (rgb_of(upright, exif=b"Exif\0\0II*\0broken") == pixels(0)).all()


def test_transparent_parts_lie_over_white() -> None:
    image = Image.new("RGBA", (4, 4), (200, 0, 0, 0))
    assert (rgb_of(image) == 255).all()
    image.putalpha(128)
    assert rgb_of(image)[0, 0].tolist() == [227, 127, 127]


def test_a_transparent_palette_colour_and_a_transparent_grey_lie_over_white_too() -> None:
    palette = Image.new("P", (4, 4), 1)
    palette.putpalette([0, 0, 0, 10, 20, 30])
    assert rgb_of(palette)[0, 0].tolist() == [10, 20, 30]
    assert rgb_of(palette, "GIF", transparency=1)[0, 0].tolist() == [255, 255, 255]
    assert rgb_of(Image.new("LA", (4, 4), (9, 0)))[0, 0].tolist() == [255, 255, 255]
    assert rgb_of(Image.new("L", (4, 4), 9), transparency=9)[0, 0].tolist() == [255, 255, 255]


@pytest.mark.parametrize(
    ("value", "grey"), [(0, 0), (128, 0), (129, 1), (257, 1), (32768, 128), (65535, 255)]
)
def test_sixteen_bits_are_scaled_to_the_nearest_of_eight(value: int, grey: int) -> None:
    image = Image.fromarray(np.full((4, 4), value, np.uint16))
    assert rgb_of(image)[0, 0].tolist() == [grey, grey, grey]


def test_black_and_white_and_grey_become_rgb() -> None:
    assert rgb_of(Image.new("1", (4, 4), 1))[0, 0].tolist() == [255, 255, 255]
    assert rgb_of(Image.new("L", (4, 4), 77))[0, 0].tolist() == [77, 77, 77]


def test_cmyk_is_read_by_the_standard_unless_adobe_wrote_it() -> None:
    """Pillow writes inverted values and an Adobe marker; without it they mean what they say."""
    adobe = encode(Image.new("CMYK", (16, 16), (0, 255, 255, 255)), "JPEG", quality=100)
    assert np.asarray(upright_rgb(adobe))[8, 8].max() < 15  # black
    at = adobe.index(b"\xff\xee")
    length = 2 + int.from_bytes(adobe[at + 2 : at + 4])
    plain = adobe[:at] + adobe[at + length :]
    cyan = np.asarray(upright_rgb(plain))[8, 8]
    assert cyan[0] < 15
    assert cyan[1:].min() > 240


def test_of_an_animation_the_first_frame_counts() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    body = encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert np.asarray(upright_rgb(body))[0, 0].tolist() == [255, 0, 0]


def test_the_centred_square_is_cut_out() -> None:
    image = np.zeros((10, 30, 3), np.uint8)
    image[:, 10:20] = 255
    assert (fit(Image.fromarray(image), 10) == 255).all()
    assert (fit(Image.fromarray(image), 5) == 255).all()  # nothing shines in from beyond


def test_resizing_down_averages_rather_than_picks() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255
    small = fit(Image.fromarray(stripes), 8)[:, 2:-2]
    assert np.abs(small.astype(int) - 127).max() <= 2


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
