"""The colours of one picture, drawn at random and from the same range for every class."""

import colorsys
from dataclasses import dataclass

import numpy as np

Colour = tuple[int, int, int]  # red, green, blue from 0 to 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Hues from 0 to 1 around the colour circle, and how strong and bright all of them are."""

    first: float  # hue of most of the subject
    second: float  # hue of its other parts
    behind: float  # hue of the background, never near `first`
    saturation: float  # of the subject, as the next
    value: float
    value_behind: float  # of the background: dark behind a bright subject, or the reverse

    def main(self, light: float = 0.0) -> Colour:
        """The subject's colour, darker for light below 0 and lighter above, from -1 to 1."""
        return colour(self.first, self.saturation, self.value, light)

    def other(self, light: float = 0.0) -> Colour:
        """The colour of the subject's other parts."""
        return colour(self.second, self.saturation, self.value, light)


def random_palette(rng: np.random.Generator) -> Palette:
    """Any hue is as likely as any other, so that a colour says nothing about a class."""
    first = rng.random()
    bright, dark = rng.uniform(0.75, 0.98), rng.uniform(0.3, 0.5)
    value, value_behind = (bright, dark) if rng.random() < 0.6 else (dark + 0.15, bright)
    return Palette(
        first=first,
        second=(first + rng.choice([0.08, 0.3, 0.5, 0.7, 0.92])) % 1,
        behind=(first + rng.uniform(0.2, 0.8)) % 1,
        saturation=rng.uniform(0.4, 0.9),
        value=value,
        value_behind=value_behind,
    )


def colour(hue: float, saturation: float, value: float, light: float = 0.0) -> Colour:
    """A colour by hue, saturation and value (0 to 1); light from -1 (black) over 0 to 1 (white)."""
    if light < 0:
        value *= 1 + light
    else:
        saturation, value = saturation * (1 - light), value + (1 - value) * light
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, min(value, 1))
    return round(255 * red), round(255 * green), round(255 * blue)
