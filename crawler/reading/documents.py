"""Documents that are read as pages though they are no HTML: sitemaps, and manifests of IIIF."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache

from crawler.reading.beside import Beside
from crawler.reading.iiif import Canvas, read_manifest
from crawler.reading.page import Link, Page, Reference
from crawler.reading.resolve import MOST, Enough, Resolver
from crawler.reading.sitemap import Pictured, read_sitemap
from crawler.url import canonical

NAMED = "image:loc"  # the attribute of a reference in a sitemap, after the element it stands in
PAINTED = "iiif"

MOST_OF_SITEMAP = 3 * MOST  # characters: what the most pages and images take at usual lengths

Address = Callable[[str], str | None]


def parse_sitemap(body: bytes, url: str) -> tuple[Page | None, bool]:
    """A sitemap found at `url` as a page, None where it is none; and whether there was more."""
    sitemap = read_sitemap(body)
    if sitemap is None:
        return None, False
    address = cache(Resolver(url, "utf-8", MOST_OF_SITEMAP))  # a page is named by each image, too
    links: list[Link] = []
    references: list[Reference] = []
    beside: dict[int, Beside] = {}
    is_cut = True
    with suppress(Enough):
        for kind, addresses in (("sitemap", sitemap.maps), ("page", sitemap.pages)):
            for written in addresses:
                links += _link(address(written), len(links), kind)
        for position, image in enumerate(sitemap.images, len(links)):
            references += _named(image, position, address, beside)
        is_cut = sitemap.is_cut
    return Page(url, tuple(links), tuple(references), beside), is_cut


def parse_manifest(body: bytes, url: str, want: int) -> Page | None:
    """A manifest of IIIF found at `url` as a page, None where it is none.

    Its pictures are those of the page that it calls its home, if it names one. `want` is the width
    in pixels at which an image is large enough.
    """
    manifest = read_manifest(body, want)
    if manifest is None:
        return None
    address = Resolver(url, "utf-8")
    home = (manifest.page and canonical(manifest.page, url)) or ""
    said = Beside(manifest.label, manifest.licence, "", manifest.credit, home)
    links: list[Link] = []
    references: list[Reference] = []
    with suppress(Enough):
        for written in manifest.manifests:
            links += _link(address(written), len(links), "page")
        for position, canvas in enumerate(manifest.canvases, len(links)):
            references += _offered(canvas, position, address)
    beside = dict.fromkeys((each.position for each in references), said)
    return Page(url, tuple(links), tuple(references), beside)


def _link(url: str | None, position: int, kind: str) -> Iterator[Link]:
    if url:
        yield Link(url, position, inside=False, kind=kind)


def _named(
    image: Pictured, position: int, address: Address, beside: dict[int, Beside]
) -> Iterator[Reference]:
    """An image that a sitemap names; its page goes into `beside`."""
    url = address(image.url)
    if url:
        page = address(image.page) or ""
        beside[position] = Beside(image.caption, image.licence, "", "", page)
        yield Reference(url, position, NAMED, "", chosen=True)


def _offered(canvas: Canvas, position: int, address: Resolver) -> Iterator[Reference]:
    """What is offered of a canvas, the first of it to be fetched."""
    urls = dict.fromkeys(filter(None, map(address, canvas.urls)))
    for at, url in enumerate(urls):
        yield Reference(url, position, PAINTED, canvas.label, chosen=at == 0)
