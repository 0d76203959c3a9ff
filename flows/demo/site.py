"""The demo's web site: a pure function from the target of a request to its answer.

    /                       the front page: links to all others, and some of the photos
    /gallery/CLASS/?page=2  the photos of a class, 24 a page
    /favourites.html        photos that the galleries show as well
    /photos/, /thumbs/      images of 120 to 160 pixels, and the same of 64
    /private/               forbidden by robots.txt, though the front page links to it

Beside its photos every gallery shows what the real web has: a copy of a photo under a second name,
a torn file, a page where an image was, an image that is gone, and a spacer. The gallery of 薔薇
is written in Shift_JIS, as old Japanese pages are.
"""

import io
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from PIL import Image

from flows.demo.drawing import SUBJECTS, draw
from flows.demo.formats import JPEG, format_of
from flows.demo.pages import figure, gallery_title, image, link, page, pager

FORBIDDEN = "ghost"  # drawn only for /private/
CLASSES = tuple(label for label in SUBJECTS if label != FORBIDDEN)
A_PAGE = 24  # photos on a page of a gallery
FAVOURITES = 3  # photos of each class that other pages show too
COPIED = 3  # number of the photo that every gallery shows twice
COPY, TORN, MOVED, GONE = "copy.jpg", "torn.jpg", "moved.jpg", "gone.jpg"
ROBOTS = "# Everybody is welcome, only not among our ghosts.\nUser-agent: *\nDisallow: /private/\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends back."""

    body: bytes
    content_type: str
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A web site with so many photos of each class, drawn from a seed."""

    photos: int = 200
    seed: int = 0

    def answer(self, target: str) -> Answer:
        """Answer a request for a path with its query, percent-encoded as browsers send it."""
        path, query = unquote(urlsplit(target).path), parse_qs(urlsplit(target).query)
        alone = {
            "/": self._front,
            "/favourites.html": self._favourites,
            "/robots.txt": _robots,
            "/spacer.gif": _spacer,
        }
        if path in alone:
            return alone[path]()
        match path.split("/")[1:]:
            case ["gallery", label, ""] if label in CLASSES:
                return self._gallery(label, query.get("page", ["1"])[0])
            case ["photos", label, name] if label in CLASSES:
                return self._photo(label, name)
            case ["thumbs", label, name] if label in CLASSES:
                return self._thumbnail(label, name)
            case ["private", name]:
                return self._private(name)
        return _not_found()

    def names(self, label: str) -> list[str]:
        """The file names of the photos of a class, faults not counted."""
        return [_name(index) for index in range(self.photos)]

    def _front(self) -> Answer:
        body = (
            *(link(f"/gallery/{label}/", gallery_title(label)) for label in CLASSES),
            link("/favourites.html", "Our favourites"),
            link("/lost.html", "A page that was here once"),
            link("/private/", "Please do not look in here"),
            image("/private/0.jpg", alt="a ghost"),
            *(figure(label, _name(0)) for label in CLASSES),
        )
        return _html(page("The cabinet of drawn things", *body))

    def _favourites(self) -> Answer:
        figures = (figure(label, _name(i)) for label in CLASSES for i in range(FAVOURITES))
        return _html(page("Our favourites", *figures))

    def _gallery(self, label: str, number: str) -> Answer:
        """Page `number` of a gallery; the first one shows the faults."""
        names, count = self.names(label), -(-self.photos // A_PAGE)
        if not number.isdecimal() or not 1 <= int(number) <= count:
            return _not_found()
        first = A_PAGE * (int(number) - 1)
        shown = names[first : first + A_PAGE]
        if number == "1":
            shown += [COPY, TORN, MOVED, GONE]
        body = [*(figure(label, name) for name in shown), pager(label, int(number), count)]
        if label.isascii():
            return _html(page(gallery_title(label), *body))
        return _html(
            page(gallery_title(label), *body, language="ja", charset="shift_jis"), "shift_jis"
        )

    def _photo(self, label: str, name: str) -> Answer:
        if name == COPY:
            return self._encoded(label, COPIED)
        if name == TORN:
            whole = self._encoded(label, COPIED + 1)
            return Answer(whole.body[: len(whole.body) // 2], whole.content_type)
        if name == MOVED:
            return _html(page("This picture has moved"))
        index = self._index(name)
        return _not_found() if index is None else self._encoded(label, index)

    def _thumbnail(self, label: str, name: str) -> Answer:
        index = COPIED if name == COPY else self._index(name)
        if index is None:
            return _not_found()
        small = draw(label, index, self.seed)
        small.thumbnail((64, 64))
        return Answer(JPEG.encode(small, index), JPEG.content_type)

    def _private(self, name: str) -> Answer:
        """What no polite crawler ever asks for."""
        if not name:
            return _html(page("Ghosts", *(image(f"/private/{i}.jpg", "a ghost") for i in range(9))))
        number = name.removesuffix(".jpg")
        if not number.isdecimal():
            return _not_found()
        return Answer(JPEG.encode(draw(FORBIDDEN, int(number), self.seed), 0), JPEG.content_type)

    def _index(self, name: str) -> int | None:
        """The number of the photo of that name, or None."""
        number = name.partition(".")[0]
        if not number.isdecimal() or int(number) >= self.photos or name != _name(int(number)):
            return None
        return int(number)

    def _encoded(self, label: str, index: int) -> Answer:
        form = format_of(index)
        return Answer(form.encode(draw(label, index, self.seed), index), form.content_type)


def _name(index: int) -> str:
    return f"{index:04}.{format_of(index).extension}"


def _html(text: str, charset: str = "utf-8") -> Answer:
    return Answer(text.encode(charset), f"text/html; charset={charset}")


def _robots() -> Answer:
    return Answer(ROBOTS.encode(), "text/plain; charset=utf-8")


def _spacer() -> Answer:
    """A transparent GIF of one pixel, as pages used for their layout."""
    buffer = io.BytesIO()
    Image.new("P", (1, 1)).save(buffer, "GIF", transparency=0)
    return Answer(buffer.getvalue(), "image/gif")


def _not_found() -> Answer:
    text = page("Not found", "<p>Nothing is here.</p>")
    return Answer(text.encode(), "text/html; charset=utf-8", status=404)
