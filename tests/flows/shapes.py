"""A tiny site with two classes of drawn images, one of them named in Japanese."""

import io
from urllib.parse import quote

import numpy as np
from PIL import Image, ImageDraw

from tests.server import Body

KINDS = {"丸": ImageDraw.ImageDraw.ellipse, "box": ImageDraw.ImageDraw.rectangle}
EACH = 12


def shapes() -> dict[str, Body]:
    """Paths and bodies: an index, a page a class, and images that are all different."""
    rng = np.random.default_rng(0)
    links = "".join(f'<a href="/{quote(kind)}/">{kind}</a> ' for kind in KINDS)
    site: dict[str, Body] = {"/": f"<h1>shapes</h1>{links}"}
    for kind in KINDS:
        folder = f"/{quote(kind)}/"
        site[folder] = "".join(f'<img src="{n}.png" alt="{kind} {n}">' for n in range(EACH))
        for n in range(EACH):
            site[f"{folder}{n}.png"] = png(kind, rng)
    return site


def png(kind: str, rng: np.random.Generator) -> bytes:
    """One shape, somewhere on a noisy ground."""
    ground = rng.integers(0, 90, (24, 24, 3), dtype=np.uint8)
    image = Image.fromarray(ground)
    left, top = (int(value) for value in rng.integers(0, 8, 2))
    colour = tuple(int(value) for value in rng.integers(120, 255, 3))
    KINDS[kind](ImageDraw.Draw(image), (left, top, left + 15, top + 15), fill=colour)
    body = io.BytesIO()
    image.save(body, "PNG")
    return body.getvalue()
