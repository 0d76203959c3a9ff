"""The Caltech-12 photos as a gallery on two hosts: pages on 127.0.0.1, images on 127.0.0.2.

/                               links to the classes, the wall and, forbidden, the copies
/class/NAME/2.html              60 photos a page; a thumbnail is an alternative in srcset
/photo/NAME/image_0001.jpg      the page of one photo: HTML, whatever its address says
/wall.html                      small: the thumbnails of some photos, and nothing larger
/copies/                        a thirteenth directory, of copies: robots.txt forbids it
127.0.0.2/full/, /thumb/        the photos as they are, and the same at 96 pixels
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import quote, urlsplit

from PIL import Image

from tests.server import Answer, Body

PAGES, IMAGES = "127.0.0.1", "127.0.0.2"
A_PAGE = 60  # photos on a class page
ON_THE_WALL = 5  # of each class
COPIES_SHOWN = 3  # of each class
ROBOTS = b"User-agent: *\nDisallow: /copies/\n"


@dataclass(frozen=True, slots=True)
class Gallery:
    """The site: `root` has a folder of photos for each class."""

    root: Path
    photos: dict[str, list[str]] = field(init=False)  # file names by class

    def __post_init__(self) -> None:
        classes = sorted(path.name for path in self.root.iterdir() if path.is_dir())
        names = {name: sorted(p.name for p in (self.root / name).iterdir()) for name in classes}
        object.__setattr__(self, "photos", names)

    def config(self, port: int, *, delay: float) -> str:
        """The configuration file that crawls the gallery and trains on it at 32 pixels."""
        return f"""\
[crawl]
user_agent = "gallery-study/1.0 (+mailto:me@example.org)"
delay = {delay}
max_pages = 5000
allow_private = ["{PAGES}", "{IMAGES}"]

[[crawl.sources]]
seeds = ["http://{PAGES}:{port}/"]
label_pattern = '/(?:class|photo|thumb)/(?P<label>[^/]+)/'

[dataset]
size = 32

[train]
epochs = 40
"""

    def expected(self, port: int) -> set[str]:
        """The address of every photo that may be fetched."""
        return {
            f"http://{IMAGES}:{port}/full/{quote(label)}/{quote(name)}"
            for label, names in self.photos.items()
            for name in names
        }

    def answer(self, method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        """The site as tests/server.py asks it."""
        if path == "/robots.txt":
            return Answer(ROBOTS, headers={"Content-Type": "text/plain"})
        parts = urlsplit(path).path.split("/")[1:]
        images = f"http://{IMAGES}:{headers['host'].rpartition(':')[2]}"
        if host == IMAGES:
            return self._image(parts)
        return self._page(parts, images)

    def _page(self, parts: list[str], images: str) -> Body:
        match parts:
            case [""]:
                return self._index(images)
            case ["wall.html"]:
                return self._wall(images)
            case ["class", label, page] if label in self.photos:
                return self._class(images, label, int(page.removesuffix(".html")))
            case ["photo", label, name]:
                return _html(f'<h1>{name}</h1><img src="{images}/full/{label}/{name}">')
        return None

    def _image(self, parts: list[str]) -> Body:
        if len(parts) != 3:
            return None
        kind, label, name = parts
        photo = self.root / label / name
        if kind != "thumb":
            return Answer(photo.read_bytes(), headers={"Content-Type": "image/jpeg"})
        with Image.open(photo) as image:
            image.thumbnail((96, 96))
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=85)
        return Answer(buffer.getvalue(), headers={"Content-Type": "image/jpeg"})

    def _index(self, images: str) -> Body:
        links = [f'<a href="/class/{label}/1.html">{label}</a>' for label in self.photos]
        copies = [
            f'<img src="{images}/copies/{label}/{name}">'
            for label, names in self.photos.items()
            for name in names[:COPIES_SHOWN]
        ]
        forbidden = '<a href="/copies/">copies</a> <a href="/copies/1.html">more copies</a>'
        return _html(f'{" ".join(links)} <a href="/wall.html">wall</a> {forbidden}', *copies)

    def _class(self, images: str, label: str, page: int) -> Body:
        names = self.photos[label]
        shown = names[A_PAGE * (page - 1) : A_PAGE * page]
        turns = [n for n in (page - 1, page + 1) if 0 < n <= -(-len(names) // A_PAGE)]
        links = [f'<a href="{n}.html">page {n}</a>' for n in turns]
        return _html(*(self._figure(images, label, name) for name in shown), *links)

    def _figure(self, images: str, label: str, name: str) -> str:
        with Image.open(self.root / label / name) as image:
            width = image.width
        offered = f"{images}/thumb/{label}/{name} 96w, {images}/full/{label}/{name} {width}w"
        return f'<a href="/photo/{label}/{name}"><img srcset="{offered}" alt="{escape(label)}"></a>'

    def _wall(self, images: str) -> Body:
        return _html(
            *(
                f'<img srcset="{images}/thumb/{label}/{name} 96w" alt="{escape(label)}">'
                for label, names in self.photos.items()
                for name in names[:ON_THE_WALL]
            )
        )


def _html(*parts: str) -> Body:
    return "<!doctype html><meta charset=utf-8><title>Gallery</title>" + "\n".join(parts)
