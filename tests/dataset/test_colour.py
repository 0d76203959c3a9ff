"""Colours as they must come out, and the words for what was done to them."""

import numpy as np
import pytest
from PIL import Image, ImageCms
from PIL.Image import Transpose

from dataset.config import BACKGROUND
from dataset.pictures.colour import read_picture
from tests.dataset.pictures import encode, pixels
from tests.dataset.profiles import ADOBE_RGB, GAMMA, grey_profile, press_profile, rgb_profile

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


TO_SRGB = np.array(  # from XYZ at D50 to linear sRGB (Lindbloom, adapted as Bradford does)
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)


def rgb(body: bytes, background: str = BACKGROUND) -> np.ndarray:
    return np.asarray(read_picture(body, background).image)


def applied(image: Image.Image, form: str = "PNG", **options: object) -> str:
    return " ".join(read_picture(encode(image, form, **options), BACKGROUND).applied)


def rgb_of(image: Image.Image, form: str = "PNG", **options: object) -> np.ndarray:
    return rgb(encode(image, form, **options))


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
    assert rgb(adobe)[8, 8].max() < 15  # black
    at = adobe.index(b"\xff\xee")
    length = 2 + int.from_bytes(adobe[at + 2 : at + 4])
    plain = adobe[:at] + adobe[at + length :]
    cyan = rgb(plain)[8, 8]
    assert cyan[0] < 15
    assert cyan[1:].min() > 240


def test_of_an_animation_the_first_frame_counts() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    body = encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert rgb(body)[0, 0].tolist() == [255, 0, 0]


def test_transparent_parts_lie_over_the_background_that_is_asked_for() -> None:
    body = encode(Image.new("RGBA", (4, 4), (200, 0, 0, 0)))
    assert rgb(body, "#102030")[0, 0].tolist() == [16, 32, 48]


def test_a_transparent_grey_of_sixteen_bits_is_that_value_alone() -> None:
    image = Image.fromarray(np.array([[0, 255, 40_000, 65_535]], np.uint16))
    assert rgb_of(image, transparency=40_000)[0, :, 0].tolist() == [0, 1, 255, 255]
    assert applied(image, transparency=40_000) == "16-bit grey alpha"
    assert applied(image, transparency=7) == "16-bit grey"


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("RGB", ""),
        ("L", "grey"),
        ("1", "grey"),
        ("P", "palette"),
        ("LA", "grey alpha"),
        ("RGBA", "alpha"),
    ],
)
def test_what_was_done_to_the_colours_is_told(mode: str, words: str) -> None:
    assert applied(Image.new(mode, (4, 4))) == words


def test_an_alpha_that_hides_nothing_is_not_told() -> None:
    assert applied(Image.new("RGBA", (4, 4), (1, 2, 3, 255))) == ""


def test_frames_inks_and_orientation_are_told() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    assert applied(frames[0], "GIF", save_all=True, append_images=frames[1:]) == (
        "first-frame palette"
    )
    assert applied(Image.new("CMYK", (8, 8)), "JPEG") == "cmyk"
    exif = Image.Exif()
    exif[0x0112] = 6
    assert applied(frames[0], exif=exif) == "orientation-6"


def test_a_profile_is_applied_as_arithmetic_says() -> None:
    """What Adobe RGB says is shown as sRGB, where it has that colour at all."""
    colours = np.random.default_rng(0).integers(60, 200, (1, 500, 3), dtype=np.uint8)
    linear = (colours / 255) ** GAMMA @ np.array(ADOBE_RGB) @ TO_SRGB.T
    inside = ((linear > 0.01) & (linear < 1)).all(axis=-1)
    expected = 255 * (1.055 * linear.clip(0, 1) ** (1 / 2.4) - 0.055)
    shown = rgb_of(Image.fromarray(colours), icc_profile=rgb_profile(ADOBE_RGB))
    assert inside.mean() > 0.8
    assert np.abs(shown - expected)[inside].max() < 1.5
    assert np.abs(shown - colours.astype(int))[inside].max() > 20
    assert applied(Image.fromarray(colours), icc_profile=rgb_profile(ADOBE_RGB)) == "icc"


def test_a_profile_that_says_srgb_in_other_words_changes_no_bit() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert (rgb_of(Image.fromarray(pixels(0)), icc_profile=profile) == pixels(0)).all()
    assert applied(Image.fromarray(pixels(0)), icc_profile=profile) == ""


def test_grey_has_profiles_of_its_own() -> None:
    image = Image.new("L", (4, 4), 128)
    assert rgb_of(image, icc_profile=grey_profile(1.0))[0, 0].tolist() == [188, 188, 188]
    assert applied(image, icc_profile=grey_profile(1.0)) == "grey icc"


def test_the_inks_of_a_press_are_what_its_profile_says() -> None:
    for inks, grey in ((255, 0, 0, 0), 0), ((0, 255, 255, 255), 255):
        image = Image.new("CMYK", (16, 16), inks)
        shown = rgb_of(image, "JPEG", quality=100, icc_profile=press_profile())
        assert np.abs(shown[8, 8].astype(int) - grey).max() < 6
    assert applied(image, "JPEG", icc_profile=press_profile()) == "cmyk icc"


def test_transparency_outlives_a_profile() -> None:
    image = Image.new("RGBA", (4, 4), (100, 150, 200, 0))
    image.putpixel((0, 0), (100, 150, 200, 255))
    shown = rgb_of(image, icc_profile=rgb_profile(ADOBE_RGB))
    assert shown[1, 1].tolist() == [255, 255, 255]
    opaque = rgb_of(image.convert("RGB"), icc_profile=rgb_profile(ADOBE_RGB))
    assert (shown[0, 0] == opaque[0, 0]).all()


@pytest.mark.parametrize(
    "profile", [b"broken", rgb_profile(ADOBE_RGB)[:200], press_profile(), grey_profile(1.0)]
)
def test_a_profile_that_is_broken_or_for_others_is_left_out_and_told(profile: bytes) -> None:
    image = Image.fromarray(pixels(0))
    assert (rgb_of(image, icc_profile=profile) == pixels(0)).all()
    assert applied(image, icc_profile=profile) == "icc-ignored"
