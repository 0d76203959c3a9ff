"""What stands beside the images of a page: captions and headings, licences and creators.

A statement speaks for the images of the smallest element that holds both it and an image: within a
figure for that figure, at the foot of a page for all that nothing nearer speaks for. The images
within the statement itself, such as the badge of a licence, are none of those, nor are any in a
footer.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.reading.line import LONGEST, one_line
from crawler.reading.markup import VOID, Tag, Token

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
KINDS = ("caption", "licence", "creator")

BADGED = {"licence", "creator"}  # statements whose images are badges and portraits
STATING = HEADINGS | {"figcaption"}
CREATORS = {"author", "creator"}


class Beside(NamedTuple):
    """What is said of an image where it stands; "" for what is not."""

    caption: str = ""  # of its figure, else the nearest heading before it
    licence: str = ""  # an address, or a text where there is none
    creator: str = ""
    credit: str = ""  # the line that is to stand under it
    page: str = ""  # the address of the page that shows it, where that is another one


NOTHING = Beside()


class Claims:
    """Statements of one kind, and the images that wait for one, by the depth of what holds them.

    Only elements with something in them take memory, and closing any other takes no time.
    """

    def __init__(self) -> None:
        self.of: dict[int, str] = {}  # by position of the image
        self._held: list[tuple[int, list[int], str]] = []  # depth, images that wait, statement

    def image(self, depth: int, position: int) -> None:
        """An image stands directly in the element at a depth."""
        self._put(depth, [position], "")

    def state(self, depth: int, statement: str) -> None:
        """A statement stands directly in the element at a depth; of several the first counts."""
        self._put(depth, [], statement)

    def close(self, depth: int) -> None:
        """The element at a depth ends: what is left in it is left in the one that holds it."""
        if not self._held or self._held[-1][0] < depth:
            return
        _, images, statement = self._held.pop()
        if images and statement:
            self.of.update(dict.fromkeys(images, statement))
        else:
            self._put(depth - 1, images, statement)

    def _put(self, depth: int, images: list[int], statement: str) -> None:
        if not self._held or self._held[-1][0] < depth:
            self._held.append((depth, images, statement))
            return
        _, waiting, said = self._held.pop()
        more, less = (waiting, images) if len(waiting) >= len(images) else (images, waiting)
        more += less  # the fewer to the more, so that deep nesting stays cheap
        self._held.append((depth, more, said or statement))


@dataclass(slots=True)
class Statement:
    """An element that states something, while it is open."""

    kind: str
    depth: int
    said: str  # by its attributes; where that is nothing, its text says it
    texts: list[str] = field(default_factory=list)
    left: int = LONGEST  # characters of text that are still kept

    def hear(self, text: str) -> None:
        if self.left > 0:
            self.texts.append(text[: self.left])
            self.left -= len(text)

    def says(self) -> str:
        return self.said or one_line("".join(self.texts))


class Surroundings:
    """Hears a page as it comes, is told of its images, and knows at its end what is beside them."""

    def __init__(self, address: Callable[[str], str | None]) -> None:
        """`address` resolves what stands in an attribute; what it raises goes through."""
        self._address = address
        self._claims = {kind: Claims() for kind in KINDS}
        self._depth = 0  # of the innermost element that is open
        self._deepest = 0  # none that is deeper holds an image or a statement
        self._open: dict[str, Statement] = {}  # by kind: one within another of its kind says less
        self._footer = 0  # depth of the outermost that is open
        self._heading = ""
        self._headings: dict[int, str] = {}  # the one before each image

    def heard(self, page: Iterable[Token]) -> Iterator[Token]:
        """The page as it comes."""
        for token in page:
            if isinstance(token, Tag):
                if token.ends:
                    self._end()
                else:
                    self._start(token)
            elif self._open and isinstance(token, str):
                for statement in self._open.values():
                    statement.hear(token)
            yield token

    def image(self, position: int) -> None:
        """The tag that was heard last offers an image, at this position of the page."""
        self._headings[position] = self._heading
        if not (self._footer or BADGED & self._open.keys()):
            for kind in self._claims.keys() - self._open.keys():
                self._claims[kind].image(self._depth, position)
            self._deepest = self._depth

    def of_images(self) -> Mapping[int, Beside]:
        """What stands beside images, by position, of those that anything does. Ends the page."""
        while self._depth:  # the page ends, and with it what is still open
            self._end()
        for claims in self._claims.values():
            claims.close(0)
        caption, licence, creator = (self._claims[kind].of for kind in KINDS)
        return {
            at: Beside(caption.get(at) or heading, licence.get(at, ""), creator.get(at, ""))
            for at, heading in self._headings.items()
            if heading or at in caption or at in licence or at in creator
        }

    def _start(self, tag: Tag) -> None:
        is_void = tag.name in VOID
        self._depth += not is_void
        if tag.name == "footer" and not self._footer:
            self._footer = self._depth
        inside = tag.inside.lower()  # most state nothing, and reading attributes takes time
        if tag.name not in STATING and "rel" not in inside and "prop" not in inside:
            return
        for kind, said in self._stated(tag):
            if is_void:
                self._state(kind, self._depth, said)
            else:
                self._open.setdefault(kind, Statement(kind, self._depth, said))

    def _stated(self, tag: Tag) -> Iterator[tuple[str, str]]:
        """What kinds of statements an element makes, and what its attributes say of each."""
        if tag.name in HEADINGS:
            yield "heading", ""
        elif tag.name == "figcaption":
            yield "caption", ""
        attributes = tag.attributes
        href, content = attributes.get("href", ""), one_line(attributes.get("content", ""))
        relations = attributes.get("rel", "").lower().split() if href else []
        properties = attributes.get("itemprop", "").lower().split()
        if "license" in relations or "license" in properties:
            yield "licence", (self._address(href) or "") if href else content
        is_attribution = attributes.get("property", "").lower() == "cc:attributionname"
        if "author" in relations or is_attribution or not CREATORS.isdisjoint(properties):
            yield "creator", content

    def _end(self) -> None:
        depth = self._depth
        if depth <= self._deepest:
            for claims in self._claims.values():
                claims.close(depth)
            self._deepest = depth - 1
        if self._open:
            for statement in [each for each in self._open.values() if each.depth == depth]:
                del self._open[statement.kind]
                self._state(
                    statement.kind, depth - 1, statement.said or one_line("".join(statement.texts))
                )
        self._footer = 0 if self._footer == depth else self._footer
        self._depth = depth - 1

    def _state(self, kind: str, depth: int, said: str) -> None:
        if kind == "heading":
            self._heading = said
        elif said:
            self._claims[kind].state(depth, said)
            self._deepest = max(self._deepest, depth)
