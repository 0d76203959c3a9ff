"""Images made to break decoders: each is rejected with a word, or is whole."""

import warnings
from collections import Counter
from pathlib import Path

import pytest

from crawler.image import EXTENSIONS, ImageRejected, decode, examine, perceptual_hash

pytestmark = pytest.mark.real


def test_no_file_raises_anything_but_a_rejection(fuzz: Path) -> None:
    outcomes: Counter[str] = Counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for file in (path for path in fuzz.rglob("*") if path.is_file()):
            try:
                facts = examine(file.read_bytes(), max_pixels=100_000_000, min_side=1)
            except ImageRejected as error:
                outcomes[error.word] += 1
            else:
                outcomes[facts.format] += 1
    assert set(outcomes) == {*EXTENSIONS, "not-an-image", "truncated", "bomb"}
    assert sum(outcomes[kind] for kind in EXTENSIONS) > 1000
    assert outcomes["truncated"] > 500


def test_no_photo_passes_without_its_last_byte(caltech12: Path) -> None:
    for file in sorted(caltech12.rglob("*.jpg"))[::50]:
        body = file.read_bytes()
        examine(body, max_pixels=10_000_000, min_side=1)
        for length in (len(body) - 1, len(body) - 2, len(body) // 2, len(body) // 50):
            with pytest.raises(ImageRejected) as caught:
                decode(body[:length])
            assert caught.value.word == "truncated", length


def test_photos_that_differ_have_hashes_that_differ(caltech12: Path) -> None:
    """Pairs of a class lie about 32 bits apart, as independent bits would; few lie near."""
    hashes = [
        int(perceptual_hash(decode(file.read_bytes())), 16)
        for file in sorted((caltech12 / "butterfly").glob("*.jpg"))
    ]
    apart = [
        (one ^ other).bit_count() for at, one in enumerate(hashes) for other in hashes[at + 1 :]
    ]
    assert 28 < sum(apart) / len(apart) < 34
    assert sum(bits <= 6 for bits in apart) / len(apart) < 0.001
