import threading
import warnings
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from crawler.ending import reaches_its_end
from crawler.image import (
    EXTENSIONS,
    QUIET,
    ImageRejected,
    decode,
    examine,
    perceptual_hash,
    sniff,
)


def photo(width: int = 37, height: int = 23) -> Image.Image:
    """A smooth picture with some noise, the same every time."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:height, :width]
    waves = 120 + 60 * np.sin(x / 5) + 40 * np.cos(y / 7 + x / 11)
    noisy = waves[..., None] + rng.normal(0, 8, (height, width, 3)) + [0, 15, -20]
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def scene() -> Image.Image:
    """Something at every scale, as in a photo taken outdoors; 300 x 200, the same every time."""
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 256, (12, 18, 3), dtype=np.uint8))
    return coarse.resize((300, 200), Image.Resampling.BICUBIC)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def animation(kind: str) -> bytes:
    return saved(photo(), kind, save_all=True, append_images=[photo().rotate(90)])


def note(text: str) -> PngInfo:
    info = PngInfo()
    info.add_text("note", text)
    return info


WHOLE = {
    "jpeg": saved(photo(), "jpeg"),
    "jpeg progressive": saved(photo(), "jpeg", progressive=True),
    "jpeg grey": saved(photo().convert("L"), "jpeg"),
    "jpeg cmyk": saved(photo().convert("CMYK"), "jpeg"),
    "png": saved(photo(), "png"),
    "png palette": saved(photo().convert("P"), "png"),
    "png 16 bits": saved(Image.fromarray(np.arange(851, dtype=np.uint16).reshape(23, 37)), "png"),
    "png alpha": saved(photo().convert("RGBA"), "png"),
    "png with text": saved(photo(), "png", pnginfo=note("\0\0\0\0IEND")),
    "png animated": animation("png"),
    "gif": saved(photo(), "gif"),
    "gif animated": animation("gif"),
    "webp": saved(photo(), "webp"),
    "webp lossless": saved(photo(), "webp", lossless=True),
    "webp animated": animation("webp"),
    "bmp": saved(photo(36, 23), "bmp"),  # rows of a multiple of 4 bytes, so without filling
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_image_tells_its_format_and_size(name: str) -> None:
    facts = examine(WHOLE[name], max_pixels=37 * 23, min_side=23)
    assert facts.format == name.split(maxsplit=1)[0]
    assert (facts.width, facts.height) == decode(WHOLE[name]).size


@pytest.mark.parametrize("name", WHOLE)
def test_no_truncated_image_passes_wherever_it_was_cut(name: str) -> None:
    body = WHOLE[name]
    for length in range(len(body)):
        with pytest.raises(ImageRejected) as caught:
            decode(body[:length])
        assert caught.value.word in {"truncated", "not-an-image"}
    assert caught.value.word == "truncated"


def test_a_jpeg_is_truncated_without_its_end_though_its_pixels_are_there() -> None:
    """By chance the bits of the last pixels end a byte; then Pillow does not ask for more."""
    rng = np.random.default_rng(0)
    pictures = (rng.integers(0, 256, (side, side), dtype=np.uint8) for side in range(8, 40))
    for picture in pictures:  # the comment has the mark of an end in it, like a thumbnail would
        body = saved(Image.fromarray(picture), "jpeg", quality=60, comment=b"\xff\xd9")
        with pytest.raises(ImageRejected, match="truncated"):
            decode(body[:-1])


@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 2000), st.binary(max_size=40))
def test_damage_is_rejected_or_harmless_but_never_another_exception(
    name: str, place: int, damage: bytes
) -> None:
    body = WHOLE[name]
    damaged = body[:place] + damage + body[place + len(damage) :]
    try:
        facts = examine(damaged, max_pixels=10_000, min_side=1)
    except ImageRejected as error:
        assert error.word in {"not-an-image", "truncated", "bomb"}
    else:
        assert facts.width * facts.height <= 10_000


@pytest.mark.parametrize(
    "body", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<!doctype html>", b"BM", b"II*\0"]
)
def test_anything_else_is_not_an_image(body: bytes) -> None:
    with pytest.raises(ImageRejected, match="not-an-image"):
        decode(body)


def test_the_format_is_told_by_the_bytes_alone() -> None:
    assert {name.split()[0]: sniff(body) for name, body in WHOLE.items()} == {
        kind: kind for kind in EXTENSIONS
    }
    assert sniff(b"RIFF\0\0\0\0WAVEfmt ") == ""


def test_bytes_after_the_end_do_no_harm() -> None:
    for body in WHOLE.values():
        assert decode(body + b"\0\xff\xd8\xff appended").size == decode(body).size


def test_a_bomb_is_refused_before_its_pixels_are_decoded() -> None:
    header = saved(Image.new("1", (13_000, 13_000)), "png")[:60]  # there are no pixels to decode
    with pytest.raises(ImageRejected, match="bomb: 13000 x 13000 pixels are more than max_pixels"):
        decode(header)
    small = saved(photo(), "png")
    with pytest.raises(ImageRejected, match="bomb"):
        decode(small, max_pixels=37 * 23 - 1)


def test_the_cap_on_pixels_is_ours_and_not_one_of_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    assert decode(WHOLE["png"]).size == (37, 23)


def test_an_image_smaller_than_min_side_is_too_small() -> None:
    with pytest.raises(ImageRejected, match="too-small: 37 x 23 pixels, where min_side is 24"):
        examine(WHOLE["png"], max_pixels=1000, min_side=24)


def test_damaged_exif_is_passed_over_in_silence() -> None:
    exif = b"\xff\xe1\0\x16Exif\0\0II*\0\x08\0\0\0\xff\xff\0\0\0\0"
    body = WHOLE["jpeg"][:2] + exif + WHOLE["jpeg"][20:]  # in place of JFIF, which tells the dpi
    assert decode(body).size == (37, 23)


def test_warnings_of_others_are_as_before_when_all_threads_have_left() -> None:
    before = list(warnings.filters)
    first, second = threading.Event(), threading.Event()

    def stay() -> None:
        with QUIET:
            first.set()
            second.wait(5)

    thread = threading.Thread(target=stay)
    with QUIET:
        thread.start()
        first.wait(5)
    assert list(warnings.filters) != before
    second.set()
    thread.join()
    assert list(warnings.filters) == before


def distance(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_images_that_look_alike_have_near_hashes_and_others_do_not() -> None:
    image = scene()
    original = perceptual_hash(image)
    again = decode(saved(image.resize((150, 100)), "jpeg", quality=60))
    assert distance(original, perceptual_hash(again)) <= 3
    assert distance(original, perceptual_hash(image.convert("L"))) <= 3
    assert distance(original, perceptual_hash(image.rotate(180))) > 20


def test_the_hash_is_that_of_the_formula_written_in_floating_point() -> None:
    """As Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010."""
    image = scene().convert("L")
    small = image.resize((32, 32), Image.Resampling.LANCZOS, reducing_gap=2.0)
    pixels = np.asarray(small, float)
    k, x = np.ogrid[:8, :32]
    basis = np.cos(np.pi * k * (2 * x + 1) / 64)
    low = np.einsum("kx,xy,ly->kl", basis, pixels, basis)
    bits = int("".join(str(int(bit)) for bit in (low > np.median(low)).ravel()), 2)
    assert perceptual_hash(image) == f"{bits:016x}"


@pytest.mark.parametrize("kind", ["RGB", "RGBA", "LA", "P", "CMYK", "I;16", "1"])
def test_a_large_image_is_hashed_band_by_band_to_the_same_bits(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = scene().convert("I" if kind == "I;16" else kind)
    if kind == "I;16":
        image = Image.fromarray((np.asarray(image) * 256).astype(np.uint16))
    if kind in {"RGBA", "LA"}:
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    at_once = perceptual_hash(image)
    monkeypatch.setattr("crawler.image.BAND", 7 * image.width)
    assert perceptual_hash(image) == at_once


def test_an_image_of_one_colour_has_no_noise_in_its_hash() -> None:
    assert perceptual_hash(Image.new("RGB", (50, 40), (9, 80, 200))) == "8000000000000000"


def test_sixteen_bits_and_transparency_are_seen_as_on_a_white_page() -> None:
    grey = photo().convert("L")
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    assert perceptual_hash(deep) == perceptual_hash(grey)
    clear = Image.new("RGBA", (37, 23), (0, 0, 0, 0))
    assert perceptual_hash(clear) == perceptual_hash(Image.new("L", (37, 23), 255))


def test_the_end_of_an_animation_is_the_end_of_its_last_frame() -> None:
    body = WHOLE["gif animated"]
    assert reaches_its_end("gif", body)
    assert not reaches_its_end("gif", body[:-1])
    assert not reaches_its_end("png", WHOLE["png"][:-1])
