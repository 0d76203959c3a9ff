"""A patch of paint: what subjects are made of, from the bottom one up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from PIL import ImageDraw

from flows.demo.curves import Points
from flows.demo.palette import Colour


@dataclass(frozen=True, slots=True)
class Patch:
    """A closed outline filled with one colour."""

    points: Points  # (P, 2), in the units of the unit disc
    fill: Colour


def reshaped(patches: Iterable[Patch], change: Callable[[Points], Points]) -> list[Patch]:
    """The same patches with the points of each one changed."""
    return [Patch(change(patch.points), patch.fill) for patch in patches]


def paint(canvas: ImageDraw.ImageDraw, patches: Iterable[Patch], view: Points) -> None:
    """Paint patches in their order; `view` (3, 2) takes (x, y, 1) to pixels."""
    for patch in patches:
        pixels = patch.points @ view[:2] + view[2]
        canvas.polygon(np.round(pixels, 1).ravel().tolist(), fill=patch.fill)
