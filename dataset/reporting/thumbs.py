"""Pictures in a page: small, each of bounded size, with what is said of them below."""

import base64
import io
from collections.abc import Iterable

from PIL import Image
from PIL.Image import Resampling

from dataset.reporting.html import Html, picture, tag
from dataset.reporting.parts import shortened
from dataset.store import Images

SIDE = 96  # pixels
MOST_BYTES = 4000  # of one picture, before it is written as text
QUALITIES = (85, 60, 30)  # of JPEG: the first that is small enough; even noise is by the last


def thumb(image: Images, alt: str) -> Html:
    """A picture (H, W, 3) as it stands in a page, described by `alt`."""
    small = Image.fromarray(image)
    if max(small.size) > SIDE:
        small = small.resize((SIDE, SIDE), Resampling.BICUBIC)
    source = "data:image/jpeg;base64," + base64.b64encode(encoded(small)).decode("ascii")
    return picture(source, shortened(alt), width=small.width, height=small.height)


def encoded(image: Image.Image) -> bytes:
    """A picture of at most SIDE pixels as a JPEG of at most MOST_BYTES."""
    body = b""
    for quality in QUALITIES:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality, optimize=True)
        body = buffer.getvalue()
        if len(body) <= MOST_BYTES:
            break
    return body


def card(pictures: Iterable[Html], *lines: Html) -> Html:
    """Pictures side by side, and lines of words below them."""
    words = (tag("span", line) for line in lines if line)
    return tag("figure", tag("div", *pictures, cls="side"), tag("figcaption", *words))


def gallery(cards: Iterable[Html], kind: str = "") -> Html:
    """Cards beside and below each other; nothing where there is none."""
    shown = list(cards)
    return tag("div", *shown, cls=f"gallery {kind}".strip()) if shown else Html("")
