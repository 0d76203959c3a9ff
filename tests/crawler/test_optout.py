"""X-Robots-Tag as sites write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.optout import REFUSALS, WITH_VALUE, refusal


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


WORDS = st.sampled_from([*REFUSALS, *WITH_VALUE, "all", "noindex", "googlebot", "25 Jun", "0"])
HEADERS = st.text() | st.lists(WORDS | st.sampled_from(",;: ")).map("".join)


@given(HEADERS, st.sampled_from(sorted(REFUSALS)), st.booleans())
def test_whatever_else_a_header_says_a_refusal_in_it_counts(
    header: str,
    directive: str,
    in_front: bool,  # noqa: FBT001
) -> None:
    parts = [directive.upper(), header] if in_front else [header, directive]
    assert refusal(", ".join(parts)) in REFUSALS
    assert refusal(header) in {"", *REFUSALS}
