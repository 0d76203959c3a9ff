from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from crawler.image import ImageRejected, decode
from dataset.pictures.colour import read_picture
from dataset.pictures.strict import Decode, strict_decoder
from dataset.reading.inputs import Item
from tests.dataset.pictures import encode, look, pixels

BODY = encode(Image.fromarray(pixels(0, 64, 96)), "JPEG", quality=90)


@pytest.fixture
def strict() -> Decode | None:
    pytest.importorskip("simplejpeg", reason="the extra [strict] is not installed")
    return strict_decoder()


def holed(body: bytes) -> bytes:
    """The JPEG with bytes in the middle of its scan zeroed: whole in form, wrong in pixels."""
    middle = len(body) // 2
    return body[:middle] + bytes(600) + body[middle + 600 :]


def seen(body: bytes, strict: Decode | None, least: int | None = None) -> np.ndarray:
    return np.asarray(read_picture(body, "#ffffff", least=least, strict=strict).image)


def is_damaged(body: bytes, strict: Decode | None) -> bool:
    try:
        seen(body, strict)
    except ImageRejected as error:
        return error.word == "damaged"
    return False


def test_pillow_passes_a_hole_without_a_word() -> None:
    assert decode(holed(BODY)).size == (96, 64)


def test_a_hole_is_damage(strict: Decode) -> None:
    assert is_damaged(holed(BODY), strict)
    assert not is_damaged(BODY, strict)


def test_a_file_cut_short_is_truncated_rather_than_damaged(strict: Decode) -> None:
    for end in -2, len(BODY) // 2:
        with pytest.raises(ImageRejected, match="truncated"):
            seen(BODY[:end], strict)


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (16, 9), (33, 17), (200, 131), (521, 640)])
@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}])
def test_whole_jpegs_are_what_pillow_decodes(
    strict: Decode, size: tuple[int, int], mode: str, options: dict[str, object]
) -> None:
    """In every kind and size, as they are and smaller."""
    image = Image.fromarray(pixels(0, size[1], size[0])).convert(mode)
    body = encode(image, "JPEG", **options)
    for least in None, 8, 9, 64:
        expected = seen(body, None, least)
        assert (seen(body, strict, least) == expected).all()
        assert min(expected.shape[:2]) >= min(*size, least or max(size))


@pytest.mark.parametrize(
    ("warning", "lost"),
    [
        ("Corrupt JPEG data: bad Huffman code", True),
        ("Corrupt JPEG data: premature end of data segment", True),
        ("Corrupt JPEG data: 12 extraneous bytes before marker 0xd9", True),
        ("Premature end of JPEG file", True),
        ("Corrupt JPEG data: 12 extraneous bytes before marker 0xe1", False),
        ("Corrupt JPEG data: 1 extraneous bytes before marker 0xdb", False),
        ("Corrupt JPEG data: bad ICC marker", False),
        ("tjDecompressHeader3(): Could not determine subsampling level of JPEG image", False),
        ("Unknown Adobe color transform code 76", False),
    ],
)
def test_only_warnings_of_lost_pixels_are_damage(warning: str, *, lost: bool) -> None:
    def decoder(body: bytes, **_: object) -> np.ndarray:
        raise ValueError(warning)

    assert is_damaged(BODY, decoder) is lost


def test_without_the_strict_decoder_nothing_is_damaged() -> None:
    assert not is_damaged(holed(BODY), None)


def test_a_damaged_file_is_set_aside(strict: Decode, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(holed(BODY))
    one = look(Item(source=tmp_path / "a.jpg", label="rose"))
    assert (one.reason, one.image) == ("damaged", None)
