"""Backgrounds in CSS."""

import time

import pytest

from crawler.reading.css import backgrounds


@pytest.mark.parametrize(
    ("css", "shown"),
    [
        ("background:url(a.png)", ["a.png"]),
        ("color: red; background-image : url( 'b c.png' ), url(x)", ["b c.png"]),
        ('BACKGROUND: #fff URL("a;b.png") no-repeat; width: 1px', ["a;b.png"]),
        ("background:url(data:image/png;base64,AA==);background:url(z)", ["z"]),
        ("background: linear-gradient(red, blue), url(q)", ["q"]),
        (".a{background:url(p\\.png)}.b{background-image:url(\\71)}", ["p.png", "q"]),
        ("/* background:url(n) */ background: none", []),
        ("list-style:url(n); my-background:url(n); background-color: red", []),
        ("background:url(", []),
    ],
)
def test_the_image_of_each_background_is_found(css: str, shown: list[str]) -> None:
    assert [each for each in backgrounds(css) if not each.startswith("data:")] == shown


@pytest.mark.parametrize("unit", ["background:", "background:url(", "/*", "background:'", "url( "])
def test_any_css_takes_linear_time(unit: str) -> None:
    began = time.process_time()
    assert list(backgrounds(unit * 200_000)) == []
    assert time.process_time() - began < 10.0  # a square of the length would be hours
