"""A line chart draws what is known, within its frame."""

import math
import re
import xml.etree.ElementTree as ET

from flows.chart import HEIGHT, WIDTH, lines


def points(drawn: str) -> list[list[tuple[float, float]]]:
    return [
        [(float(x), float(y)) for x, y in (pair.split(",") for pair in line.split())]
        for line in re.findall(r'points="([^"]*)"', drawn)
    ]


def test_every_value_is_a_point_inside_the_frame() -> None:
    (line,) = points(lines("Loss", {"training": [3.0, 2.0, 1.0]}))
    assert len(line) == 3
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in line)
    assert [y for _, y in line] == sorted(y for _, y in line)  # a falling loss goes down


def test_values_that_are_not_known_are_left_out() -> None:
    (line,) = points(lines("Loss", {"validation": [1.0, math.nan, 2.0]}))
    assert len(line) == 2


def test_one_epoch_is_a_dot_and_none_at_all_is_an_empty_chart() -> None:
    assert "<circle" in lines("Loss", {"training": [1.0]})
    assert points(lines("Loss", {"training": []})) == [[]]


def test_it_is_well_formed() -> None:
    ET.fromstring(lines("Loss & more", {"<b>": [1.0, 2.0]}, top=1.0))
