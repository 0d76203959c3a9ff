"""A gallery of photos on four hosts as its addresses and pages. Knows no network and no clock.

127.0.0.1/                       links to the classes and to a page that robots.txt forbids
pages: /class/NAME/2.html        60 photos a page; the photo is the larger alternative in srcset
pages: /photo/NAME/cat.jpg.html  the page of one photo
images: /full/, /thumb/          the photos as they are, and at 96 pixels
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from crawler.command import UsageError, existing

PAGES, IMAGES = ("127.0.0.1", "127.0.0.2"), ("127.0.0.3", "127.0.0.4")
HOSTS = PAGES + IMAGES
A_PAGE = 60  # photos on a class page
FORBIDDEN = "/private/"
ROBOTS = f"User-agent: *\nDisallow: {FORBIDDEN}\n"
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"}


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo, where it lies, and which of the two hosts of each kind shows it."""

    file: Path
    label: str
    turn: int  # 0 or 1

    @property
    def name(self) -> str:
        """What its addresses have in common, percent-encoded."""
        return quote(f"{self.label}/{self.file.name}")


def photos_in(folder: Path) -> list[Photo]:
    """The images of a folder with one sub-folder a class; neighbours are on different hosts.

    Raises UsageError where there are none.
    """
    files = sorted(path for path in existing(folder).glob("*/*") if path.suffix.lower() in SUFFIXES)
    if not files:
        raise UsageError(f"{folder} has no images; give a folder with one sub-folder a class")
    return [Photo(file, file.parent.name, index % 2) for index, file in enumerate(files)]


@dataclass(frozen=True, slots=True)
class Gallery:
    """The photos as a web site at one port of the four hosts."""

    photos: list[Photo]
    port: int

    @property
    def seed(self) -> str:
        """The address of the front page."""
        return f"http://{PAGES[0]}:{self.port}/"

    def expected(self) -> set[str]:
        """The address of every photo, as the pages write it."""
        return {self._image("full", photo) for photo in self.photos}

    def pages(self) -> Iterator[tuple[str, str, str]]:
        """Host, path and HTML of each page."""
        labels = sorted({photo.label for photo in self.photos})
        yield PAGES[0], "/", _html(self._index(labels))
        yield PAGES[0], FORBIDDEN, _html("Please do not look in here.")
        for turn, label in enumerate(labels):
            shown = [photo for photo in self.photos if photo.label == label]
            for first in range(0, len(shown), A_PAGE):
                path = f"/class/{quote(label)}/{first // A_PAGE + 1}.html"
                yield PAGES[turn % 2], path, _html(self._class(shown, first))
        for photo in self.photos:
            image = f'<img src="{self._image("full", photo)}" alt="{escape(photo.label)}">'
            yield PAGES[photo.turn], f"/photo/{photo.name}.html", _html(image)

    def _index(self, labels: list[str]) -> str:
        hosts = [f"http://{PAGES[turn % 2]}:{self.port}" for turn in range(len(labels))]
        links = (
            f'<a href="{host}/class/{quote(label)}/1.html">{escape(label)}</a>'
            for host, label in zip(hosts, labels, strict=True)
        )
        return "\n".join([*links, f'<a href="{FORBIDDEN}">private</a>'])

    def _class(self, shown: list[Photo], first: int) -> str:
        """The page of a class that starts with its photo number `first`."""
        figures = (self._figure(photo) for photo in shown[first : first + A_PAGE])
        last, number = -(-len(shown) // A_PAGE), first // A_PAGE + 1
        near = (n for n in (number - 1, number + 1) if 1 <= n <= last)
        return "\n".join([*figures, *(f'<a href="{n}.html">page {n}</a>' for n in near)])

    def _figure(self, photo: Photo) -> str:
        thumb, full = self._image("thumb", photo), self._image("full", photo)
        return (
            f'<a href="http://{PAGES[photo.turn]}:{self.port}/photo/{photo.name}.html">'
            f'<img src="{thumb}" srcset="{thumb} 1x, {full} 2x" alt="{escape(photo.label)}"></a>'
        )

    def _image(self, folder: str, photo: Photo) -> str:
        return f"http://{IMAGES[photo.turn]}:{self.port}/{folder}/{photo.name}"


def _html(body: str) -> str:
    return f"<!doctype html><meta charset=utf-8><title>Gallery</title>\n{body}\n"
