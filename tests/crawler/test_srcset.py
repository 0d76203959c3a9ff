import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.srcset import Candidate, choose, parse_srcset


@pytest.mark.parametrize(
    ("srcset", "expected"),
    [
        ("a.jpg", [Candidate("a.jpg")]),
        ("a.jpg 1x, b.jpg 2.5x", [Candidate("a.jpg"), Candidate("b.jpg", density=2.5)]),
        ("a 320w,b 640w", [Candidate("a", width=320), Candidate("b", width=640)]),
        ("a 640w 480h", [Candidate("a", width=640)]),
        ("/w_400,c_fill/a.jpg 400w, /b.jpg 800w", ["/w_400,c_fill/a.jpg", "/b.jpg"]),
        ("data:image/png;base64,AA== 1x, b 2x", ["data:image/png;base64,AA==", "b"]),
        ("a,b 1x", ["a,b"]),
        ("a, b", ["a", "b"]),
        ("a,, , b,", ["a", "b"]),
        ("\n\ta\f 1x\r,\n b", ["a", "b"]),
        ("a (future, function), b", ["b"]),
        ("a (never closed, b", []),
        ("", []),
        (" , ,, ", []),
    ],
)
def test_candidates_are_read_as_browsers_read_them(
    srcset: str, expected: list[Candidate | str]
) -> None:
    found = list(parse_srcset(srcset))
    assert found == [
        item if isinstance(item, Candidate) else candidate
        for item, candidate in zip(expected, found, strict=True)
        if isinstance(item, Candidate) or item == candidate.url
    ]


@pytest.mark.parametrize(
    "descriptors",
    [
        *("0w", "-1w", "+1w", "1.0w", "1W", "１w", "w", "1w 1w", "1h", "1w 0h", "1x 1h"),
        *("-1x", "+1x", "1.x", "1e999x", "Infinityx", "NaNx", "0x1x", "x", "1x 1x", "1x 1w"),
        *("1", "1q", "1wx"),
    ],
)
def test_a_wrong_descriptor_loses_its_candidate_and_no_other(descriptors: str) -> None:
    found = [candidate.url for candidate in parse_srcset(f"a, b {descriptors}, c 2x")]
    assert found == ["a", "c"]


@given(st.text(alphabet="ab,() \t\n.-+019exwh\u00a0"))
def test_no_text_raises_and_no_candidate_has_white_space_or_is_empty(text: str) -> None:
    for candidate in parse_srcset(text):
        assert candidate.url
        assert not set(candidate.url) & set("\t\n\f\r ")
        assert not candidate.url.endswith(",")


@given(
    st.lists(
        st.tuples(
            st.text(alphabet="abc/,.=()", min_size=1).filter(lambda url: url.strip(",") == url),
            st.integers(1, 5000),
        )
    )
)
def test_what_is_written_as_a_srcset_is_read_again(pairs: list[tuple[str, int]]) -> None:
    written = ", ".join(f"{url} {width}w" for url, width in pairs)
    assert list(parse_srcset(written)) == [Candidate(url, width) for url, width in pairs]


@pytest.mark.parametrize(
    ("srcset", "want", "chosen"),
    [
        ("a 320w, b 640w, c 1280w", 512, "b"),
        ("a 320w, b 640w, c 1280w", 640, "b"),
        ("a 320w, b 640w, c 1280w", 641, "c"),
        ("a 320w, c 1280w, b 640w", 5000, "c"),
        ("a 1x, b 3x, c 2x", 512, "b"),
        ("a, b", 512, "a"),
        ("a 100w, b 9x", 512, "a"),  # a width says more than a density
        ("", 512, None),
    ],
)
def test_the_smallest_that_is_large_enough_is_chosen_else_the_largest(
    srcset: str, want: int, chosen: str | None
) -> None:
    candidate = choose(parse_srcset(srcset), want)
    assert (candidate.url if candidate else None) == chosen
