"""An image with a IIIF service (Image API 1.1 to 3.0): its address in the size that is wanted."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple, TypeGuard

from crawler.reading.linked import Node, address, is_text, listed, nodes
from crawler.reading.srcset import Candidate, choose

LARGEST = 1_000_000  # pixels of a side; what says more is not believed

ABOUT = ("type", "@type", "@context", "profile")  # what says that a service is one, the best first
VERSION = re.compile(r"ImageService([1-3])|/api/image/([1-3])/|/image-api/([1-3])?")
LEVEL = re.compile(r"level([0-2])")


class Service(NamedTuple):
    """What gives one image in several sizes."""

    base: str  # its address
    version: int  # of the Image API
    is_fixed: bool  # it gives no sizes but those it lists (level 0)
    node: Node

    def request(self, size: tuple[int, int] | None) -> str:
        """The address of the whole image in so many pixels, or as large as it is offered."""
        form = "max" if self.version == 3 else "full"
        if size:
            form = f"{size[0]},{size[1]}" if self.version == 3 else f"{size[0]},"
        quality = "native" if self.version == 1 else "default"
        return f"{self.base}/full/{form}/0/{quality}.jpg"


def sized(image: Node, canvas: Node, want: int) -> str:
    """The address of an image from its service, `want` pixels wide or as near as is offered.

    Where sizes are listed it is the smallest that is at least so wide, else the largest. Else the
    image is asked for in this size if it is larger, unless the service says that it is of level 0.
    Each version has its canonical form of the address. "" where there is no service.
    """
    service = next(_services(image), None)
    if service is None:
        return ""
    sizes = filter(None, map(_pixels, nodes(service.node.get("sizes"))))
    best = choose([Candidate(service.request(size), size[0]) for size in sizes], want)
    if best:
        return best.url
    whole = next(filter(None, map(_pixels, (service.node, image, canvas))), None)
    if whole is None or whole[0] <= want or service.is_fixed:
        return service.request(None)
    return service.request((want, max(1, _rounded(want * whole[1], whole[0]))))


def _services(image: Node) -> Iterator[Service]:
    """The image services among the services of an image."""
    for node in nodes(image.get("service")):
        about = chain.from_iterable(listed(node.get(key)) for key in ABOUT)
        said = " ".join(filter(is_text, about))
        version, level = VERSION.search(said), LEVEL.search(said)
        base = address(node).removesuffix("/info.json").rstrip("/")
        if base and version:
            number = int(next(filter(None, version.groups()), "1"))
            yield Service(base, number, level is not None and level[1] == "0", node)


def _pixels(node: Node) -> tuple[int, int] | None:
    """The width and the height of a node, where it has both."""
    width, height = node.get("width"), node.get("height")
    return (int(width), int(height)) if _is_side(width) and _is_side(height) else None


def _is_side(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and 1 <= value <= LARGEST


def _rounded(over: int, under: int) -> int:
    return (2 * over + under) // (2 * under)
