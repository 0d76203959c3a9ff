import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest

from nn.evaluation.calibration import reliability
from nn.reporting import lettering
from nn.reporting.confusion import confusion_picture
from nn.reporting.lettering import drawn, legend
from nn.reporting.plots import curves
from nn.reporting.reliability import reliability_picture
from nn.reporting.words import percent
from tests.nn.outcome import CLASSES, HISTORY, TEST

SVG = "{http://www.w3.org/2000/svg}"
SCRIPTS = {
    "Japanese": ["薔薇", "チューリップ", "ｶﾀｶﾅ", "々〆ヶ"],
    "Arabic": ["وردة", "زنبق", "a وردة"],
    "Hebrew": ["ורד"],
    "emoji": ["😀", "🌹", "👩‍🔬", "🏳️‍🌈"],
    "others": ["한국어", "ไทย", "हिन्दी", "Ünïcödé", "$x_1$", "<b>&amp;</b>", "a\x07b", "𓀀"],
}


@pytest.fixture
def strict() -> Iterator[None]:
    """Any warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def picture_of(names: Sequence[str]) -> str:
    return confusion_picture(np.eye(len(names), dtype=int), names)


def texts(picture: str) -> list[str]:
    """The text of a picture that the viewer's fonts set."""
    return ["".join(element.itertext()) for element in ET.fromstring(picture).iter(f"{SVG}text")]


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("names", SCRIPTS.values(), ids=SCRIPTS)
def test_names_in_any_script_are_drawn_without_a_warning(names: list[str]) -> None:
    assert ET.fromstring(picture_of(names)).tag == f"{SVG}svg"


def test_what_cannot_be_drawn_is_a_number_and_its_name_stands_in_the_legend() -> None:
    shown = texts(picture_of(["薔薇", "وردة", "rose", "한국어 <&>"]))
    assert shown == ["class 1: \u2068وردة\u2069", "class 3: \u2068한국어 <&>\u2069"]


def test_the_legend_lies_within_the_picture() -> None:
    picture = picture_of([f"وردة {number}" for number in range(40)])
    root = ET.fromstring(picture)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    assert root.attrib["height"] == f"{height:g}pt"
    places = [(float(t.attrib["x"]), float(t.attrib["y"])) for t in root.iter(f"{SVG}text")]
    assert len(set(places)) == 40
    assert all(0 < x < width - 100 and 0 < y < height for x, y in places)


def test_names_that_can_be_drawn_need_no_legend() -> None:
    assert legend(["薔薇", "チューリップ", "Ünïcödé Привет"]) == []
    assert texts(picture_of(["薔薇", "rose"])) == []


def test_without_a_japanese_font_japanese_names_are_numbers_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lettering, "find_spec", lambda name: None)
    caches = (lettering.fonts, lettering._letters)
    for cached in caches:
        cached.cache_clear()
    try:
        assert texts(picture_of(["薔薇", "rose"])) == ["class 0: \u2068薔薇\u2069"]
    finally:
        for cached in caches:
            cached.cache_clear()


def test_a_name_is_drawn_as_itself_or_shortened_or_as_its_number() -> None:
    assert drawn("薔薇", 1) == "薔薇"
    assert drawn("Ünïcödé Привет", 1) == "Ünïcödé Привет"
    assert drawn("한국어", 2) == drawn("ไทย", 2) == drawn("וرد", 2) == "class 2"
    assert drawn("a" * 60, 3) == "a" * 23 + "…"


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("count", [100, 120, 400])
def test_names_of_many_classes_do_not_touch(count: int) -> None:
    """Names on the left are drawn at a size, and at a distance, at which they can be read."""
    text = picture_of([f"薔薇 {number}" for number in range(count)])
    assert len(text) < 3_000_000
    groups = list(ET.fromstring(text).iter(f"{SVG}g"))
    axis = next(group for group in groups if group.get("id") == "matplotlib.axis_2")
    moves = [g.get("transform", "") for g in axis.iter(f"{SVG}g")]
    found = [re.match(r"translate\(\S+ (\S+)\) scale\((\S+) ", move) for move in moves]
    places = sorted(float(one[1]) for one in found if one)
    sizes = {100 * float(one[2]) for one in found if one}
    assert len(places) == {100: 100, 120: 120, 400: 134}[count]  # of 400 every third
    assert min(sizes) >= 5  # points
    assert np.diff(places).min() >= min(sizes)


DRAWINGS: dict[str, Callable[[], str]] = {
    "curves": lambda: curves(HISTORY),
    "confusion": lambda: confusion_picture(TEST.matrix, CLASSES),
    "reliability": lambda: reliability_picture(TEST.reliability, TEST.reliability),
}


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_equal_values_give_equal_pictures_without_a_date(draw: Callable[[], str]) -> None:
    text = draw()
    assert draw() == text
    assert ET.fromstring(text).tag == f"{SVG}svg"
    assert not re.search(r"dc:date|20\d\d-\d\d-\d\d", text)


@pytest.mark.usefixtures("strict")
def test_the_reliability_of_nothing_is_an_empty_diagram() -> None:
    nothing = reliability(np.empty(0), np.empty(0, bool))
    assert "svg" in reliability_picture(nothing, nothing)


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    before = dict(mpl.rcParams)
    curves(HISTORY)
    assert dict(mpl.rcParams) == before


def test_a_share_is_told_with_one_decimal() -> None:
    assert percent(0.96129) == "96.1\u00a0%"
    assert percent(float("nan")) == "–"
