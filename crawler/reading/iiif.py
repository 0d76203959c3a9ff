"""A IIIF Presentation manifest (2.x and 3.0): the pictures of a record, and their rights."""

import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, NamedTuple

from crawler.reading.iiif_image import sized
from crawler.reading.line import one_line
from crawler.reading.linked import Node, address, is_text, kind, listed, nodes, told, written
from crawler.reading.markup import Tag, Token, balanced

MOST_BYTES = 16 << 20  # of a manifest; its objects take up to sixteen times as much memory
MOST_NODES = 500_000  # lists counted with them
MOST_CANVASES = 10_000
MOST_MANIFESTS = 50_000  # of a collection
MOST_TOKENS = 1_000  # tags and texts of a credit

MARK = b"\xef\xbb\xbf"
CONTEXT = re.compile(r"iiif\.io/api/presentation/|shared-canvas\.org/ns/")  # the latter of old ones
KINDS = {"Manifest", "Collection"}
BREAKS = {"p", "br", "div", "li", "tr", "td"}  # elements that part words


class Canvas(NamedTuple):
    """A view of what a record describes."""

    label: str  # one line
    urls: tuple[
        str, ...
    ]  # of its picture, as written or as its service wants it; the first is best


class Manifest(NamedTuple):
    """A record with its pictures, or a collection of records. Texts are in one language, one line.

    It is English if there, else the one that is not said, else the first.
    """

    label: str
    page: str  # the page about it, as written; "" where none
    licence: str  # as written; "" where none
    credit: str  # what must be said where it is shown
    canvases: list[Canvas]  # those with a picture, at most MOST_CANVASES
    manifests: list[str]  # of a collection: manifests and further collections, MOST_MANIFESTS


def read_manifest(body: bytes, want: int) -> Manifest | None:
    """Read a manifest or a collection; None where it is neither, or too large.

    `want` is the width in pixels at which a picture is large enough.
    """
    root = _parsed(body)
    if root is None or not _is_manifest(root):
        return None
    is_one = kind(root) == "Manifest"
    return Manifest(
        label=one_line(told(root.get("label"))),
        page=_page(root),
        licence=_licence(root),
        credit=_credit(root),
        canvases=list(islice(_canvases(root, want), MOST_CANVASES)) if is_one else [],
        manifests=[] if is_one else list(islice(dict.fromkeys(_members(root)), MOST_MANIFESTS)),
    )


def may_be_manifest(content_type: str, head: bytes) -> bool:
    """Whether an answer that begins with these bytes, a few KB, may be a manifest."""
    text = head.removeprefix(MARK).lstrip().decode("latin-1")
    return text.startswith("{") and bool(CONTEXT.search(text.replace("\\/", "/") + content_type))


def _parsed(body: bytes) -> Node | None:
    if len(body) > MOST_BYTES or body.count(b"{") + body.count(b"[") > MOST_NODES:
        return None
    try:
        root = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    return root if isinstance(root, dict) else None


def _is_manifest(root: Node) -> bool:
    contexts = filter(is_text, listed(root.get("@context")))
    return kind(root) in KINDS and any(map(CONTEXT.search, contexts))


def _page(root: Node) -> str:
    """`homepage` of version 3, `related` of version 2, where it is no video or the like."""
    for each in chain(listed(root.get("homepage")), listed(root.get("related"))):
        form = each.get("format", "html") if isinstance(each, dict) else "html"
        if address(each) and is_text(form) and "html" in form:
            return address(each)
    return ""


def _licence(root: Node) -> str:
    """`rights` of version 3, `license` of version 2."""
    named = chain(listed(root.get("rights")), listed(root.get("license")))
    return next(filter(None, map(written, named)), "")


def _credit(root: Node) -> str:
    """`requiredStatement` of version 3, `attribution` of version 2, without tags."""
    statement = next(iter(nodes(root.get("requiredStatement"))), {})
    html = told(statement.get("value", root.get("attribution")))
    return one_line("".join(map(_plain, islice(balanced(html), MOST_TOKENS))))


def _plain(token: Token) -> str:
    if isinstance(token, str):
        return token
    return " " if isinstance(token, Tag) and token.name in BREAKS else ""


def _members(root: Node) -> Iterator[str]:
    """The addresses in a collection, and of its further pages."""
    parts = root.get("items") or root.get("members")
    if not parts:  # else these repeat it, for readers of version 2.0
        parts = [*listed(root.get("collections")), *listed(root.get("manifests"))]
    further = [root.get("first"), root.get("next")]
    return filter(None, map(address, chain(listed(parts), further)))


def _canvases(root: Node, want: int) -> Iterator[Canvas]:
    """The canvases that have a picture: those of version 3, and of the first sequence in 2."""
    sequence = next(iter(nodes(root.get("sequences"))), {})
    for canvas in chain(nodes(root.get("items")), nodes(sequence.get("canvases"))):
        urls = next(filter(None, (_urls(each, canvas, want) for each in _painted(canvas))), ())
        if urls:
            yield Canvas(one_line(told(canvas.get("label"))), urls)


def _urls(image: Node, canvas: Node, want: int) -> tuple[str, ...]:
    """The addresses of an image: as its service gives it, and its own."""
    return tuple(dict.fromkeys(filter(None, (sized(image, canvas, want), address(image)))))


def _painted(canvas: Node) -> Iterator[Node]:
    """The images that are painted on a canvas; of a choice the default comes first."""
    annotations = chain.from_iterable(
        nodes(page.get("items")) for page in nodes(canvas.get("items"))
    )
    for annotation in chain(annotations, nodes(canvas.get("images"))):
        motives = list(filter(is_text, listed(annotation.get("motivation"))))
        if not motives or any(each.endswith("painting") for each in motives):
            yield from _images(annotation.get("body", annotation.get("resource")))


def _images(body: Any) -> Iterator[Node]:
    agenda = [body]
    while agenda:
        each = agenda.pop()
        if isinstance(each, list):
            agenda += reversed(each)
        elif isinstance(each, dict) and kind(each) == "Choice":
            agenda += [each.get("items"), each.get("item"), each.get("default")]
        elif isinstance(each, dict) and kind(each) == "SpecificResource":
            agenda += [each.get("source"), each.get("full")]
        elif isinstance(each, dict) and _is_image(each):
            yield each


def _is_image(node: Node) -> bool:
    form = node.get("format", "image/")
    return kind(node) == "Image" or (not kind(node) and is_text(form) and form.startswith("image/"))
