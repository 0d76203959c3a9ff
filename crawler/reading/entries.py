"""The entries of a sitemap or a feed in XML: what they say of pages and of images, as written.

The elements of sitemaps.org, of Google's image extension, RSS, Atom and Media RSS are known by
their names alone: files give and declare prefixes and namespaces as they like.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from crawler.reading.unpack import Cut

MOST_ELEMENTS = 700_000  # each costs time; 50,000 pages with 100,000 images need no more
MOST_PICTURES = 1_000  # of one page (Google)
MOST_NAMES = 10_000  # of elements and attributes, each of which the parser keeps
TEXT = 4_096  # characters of one element; what follows is passed over
DEEPEST = 256  # elements within each other
TOKEN = 1 << 20  # bytes of one tag or comment; with each piece of it the parser begins it anew

ROOTS = {"urlset", "sitemapindex", "rss", "rdf", "feed"}
ENTRIES = {"url", "sitemap", "item", "entry"}
PLACES = ("loc", "link", "guid")  # where an entry has its address, the best first
PICTURES = {"image", "content"}  # the latter is of Media RSS
DETAILS = {"loc", "caption", "title", "description", "license"}  # of a picture


@dataclass(slots=True)
class Entry:
    """A page or a further sitemap. Texts are by the names of their elements, without prefixes."""

    is_map: bool
    depth: int  # of its element
    places: dict[str, str] = field(default_factory=dict)
    pictures: list[dict[str, str]] = field(default_factory=list)
    is_cut: bool = False  # there were more pictures

    @property
    def address(self) -> str:
        """Where it is, "" where that is not said."""
        return next((self.places[name] for name in PLACES if name in self.places), "")


class Entries:
    """Follows the elements of a file and hands over each entry when it ends."""

    def __init__(self, take: Callable[[Entry], None]) -> None:
        self.is_one = False  # a sitemap or a feed; known from its first element
        self._take = take
        self._count = 0  # of elements
        self._open: list[str] = []
        self._entry: Entry | None = None
        self._picture: dict[str, str] | None = None
        self._said: dict[str, str] | None = None  # where the text of an element goes that is read
        self._depth = 0  # of that element
        self._text = ""

    def read(self, texts: Iterable[str]) -> None:
        """Read a file. Raises Cut where it is more than is read, and expat.ExpatError where it is
        no XML; the entry that was open then is handed over as far as it was known.
        """
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._gather
        parser.StartDoctypeDeclHandler = _refuse_definitions
        fed = 0
        try:
            for text in texts:
                piece = text.encode("utf-8", "replace")
                parser.Parse(piece)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > TOKEN or len(parser.intern) > MOST_NAMES:
                    raise Cut
            parser.Parse(b"", True)  # noqa: FBT003  # it takes no keywords
        finally:
            self._hand_over()

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        self._open.append(name)
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) > DEEPEST:
            raise Cut
        if self._count == 1:
            self._enter(name)
        elif self._said is None and self._entry is not None:
            self._begin_within(self._entry, name, attributes)
        elif self._said is None and name in ENTRIES:
            self._entry = Entry(name == "sitemap", len(self._open))

    def _enter(self, name: str) -> None:
        self.is_one = name in ROOTS
        if not self.is_one:
            raise Cut

    def _begin_within(self, entry: Entry, name: str, attributes: dict[str, str]) -> None:
        parent = self._open[-2]
        if name == "image":
            self._show(entry, {})
        elif name in {"content", "enclosure"} and "url" in attributes and _is_image(attributes):
            self._show(entry, {"loc": attributes["url"].strip()})
        elif name == "link" and parent == "entry":
            self._follow(entry, attributes)
        elif name in PLACES and len(self._open) == entry.depth + 1:
            if attributes.get("isPermaLink") != "false":
                self._listen(entry.places)
        elif name in DETAILS and parent in PICTURES and self._picture is not None:
            self._listen(self._picture)

    def _follow(self, entry: Entry, attributes: dict[str, str]) -> None:
        """A link of Atom: to the page, or to an image."""
        url, relation = attributes.get("href", "").strip(), attributes.get("rel", "alternate")
        if relation == "alternate" and url:
            entry.places.setdefault("link", url)
        elif relation == "enclosure" and _is_image(attributes):
            self._show(entry, {"loc": url})

    def _show(self, entry: Entry, picture: dict[str, str]) -> None:
        self._picture = picture
        if len(entry.pictures) < MOST_PICTURES:
            entry.pictures.append(picture)
        else:
            entry.is_cut = True

    def _listen(self, said: dict[str, str]) -> None:
        self._said, self._depth, self._text = said, len(self._open), ""

    def _gather(self, text: str) -> None:
        if self._said is not None and len(self._text) < TEXT:
            self._text += text if self._text else text.lstrip()

    def _end(self, name: str) -> None:
        depth, name = len(self._open), self._open.pop()
        if self._said is not None:
            if depth == self._depth:
                self._hear(name, self._said)
        elif self._entry is not None and depth == self._entry.depth:
            self._hand_over()
        elif name in PICTURES:
            self._picture = None

    def _hear(self, name: str, said: dict[str, str]) -> None:
        text = self._text.strip()
        if text:
            said.setdefault(name, text)
        self._said = None

    def _hand_over(self) -> None:
        entry, self._entry, self._picture = self._entry, None, None
        if entry is not None:
            self._take(entry)


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _is_image(attributes: dict[str, str]) -> bool:
    kind = attributes.get("type", "").strip().lower()
    return kind.startswith("image/") or (not kind and attributes.get("medium") == "image")


def _refuse_definitions(_name: str, _system: object, _public: object, has_any: object) -> None:
    """Where a file defines its own entities, few bytes may become many; no sitemap needs them."""
    if has_any:
        raise Cut
