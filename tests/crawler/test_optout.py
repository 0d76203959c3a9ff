"""X-Robots-Tag as sites write it."""

import pytest

from crawler.optout import refusal


@pytest.mark.parametrize(
    ("header", "directive"),
    [
        ("noai", "noai"),
        ("NoAI", "noai"),
        ("noindex, noai", "noai"),
        ("none", "none"),
        ("unavailable_after: 25 Jun 2027 15:00:00 GMT, noai", "noai"),
        ("max-image-preview:large, noai", "noai"),
        ("otherbot: nofollow, noimageai", "noimageai"),
        ("googlebot: noindex, noai", "noai"),  # said to another: the stricter reading
        ("flowers-study: noimageai", "noimageai"),
        ("noai;", "noai"),
        ("noml", "noml"),
        ("", ""),
        ("noindex, nofollow", ""),
        ("max-image-preview: none", ""),  # no preview, which is another matter
        ("all", ""),
    ],
)
def test_a_header_keeps_us_out_or_not(header: str, directive: str) -> None:
    assert refusal(header) == directive
