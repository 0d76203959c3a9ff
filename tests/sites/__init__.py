"""Small sites on loopback that behave as real ones do, each a function for tests/server.py.

Here is what they share: their hosts, pages, and pictures that are the same in every run.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from io import BytesIO

from PIL import Image

from tests.server import Answer

SITE = "127.0.0.1"  # the pages
MEDIA = "127.0.0.2"  # the images
ELSEWHERE = "127.0.0.3"  # what others put into the pages, which nobody wants
HOSTS = (SITE, MEDIA, ELSEWHERE)


def origin(host: str, headers: Mapping[str, str]) -> str:
    """Scheme, host and port of one of the hosts, from the headers of a request to any of them."""
    return f"http://{host}:{headers['host'].rpartition(':')[2]}"


def document(title: str, *body: str, head: str = "", lang: str = "en") -> str:
    """A whole page around these pieces of HTML."""
    lines = "\n".join(body)
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head><meta charset="utf-8">\n'
        f"<title>{title}</title>\n{head}</head>\n<body>\n{lines}\n</body>\n</html>\n"
    )


def page(text: str | bytes) -> Answer:
    """An answer that is a page, whatever its address ends like."""
    return Answer(text, headers={"Content-Type": "text/html"})


@cache
def photo(name: str, width: int, height: int) -> Answer:
    """A JPEG of so many pixels in two colours that its name decides."""
    colours = sha256(name.encode()).digest()
    image = Image.new("RGB", (width, height), tuple(colours[:3]))
    image.paste(tuple(colours[3:6]), (0, height // 2, width, height))
    file = BytesIO()
    image.save(file, "JPEG")
    return Answer(file.getvalue(), headers={"Content-Type": "image/jpeg"})
