"""A host that means harm: what it answers, and what becomes of each of its images."""

import gzip
import struct
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.crawler.crawling import image, page, picture, statuses
from tests.server import Answer, Body, Site

MEBIBYTE = 1 << 20
HTML = {"Content-Type": "text/html"}
RED = picture("red")

# What an allowed host redirects to, or names outright: 127.0.0.2 in every spelling, and the rest.
PRIVATE = (
    *("127.0.0.2", "2130706434", "0x7f000002", "0177.0.0.2", "127.2", "localhost", "0.0.0.0"),
    *("[::1]", "[::ffff:127.0.0.2]", "[64:ff9b::7f00:2]", "[2002:7f00:2::]", "[fe80::1]"),
    *("10.0.0.1", "100.64.0.1", "169.254.169.254", "192.168.0.1"),
)

# Attacks that take seconds each.
LONG = {
    *("page of links", "page of images without an address", "page of headers without end"),
    *("sitemap of a gzip bomb of pages", "sitemap of names"),
}


@dataclass(frozen=True, slots=True)
class Attack:
    """Part of a page, what its addresses answer, and the rows there must be by their paths."""

    shown: str
    answers: Mapping[str, Body]
    rows: Mapping[str, str]  # status and word of the error
    sitemap: str = ""  # path of one to start from, too


def attacks(port: int) -> dict[str, Attack]:
    """Attacks by their names. Answers that never end are good for one request."""
    return {
        "nothing": _image("/plain.png", RED, "ok"),
        "header drip": _image("/a.png", _dripped(b"HTTP/1.1 200 OK\r\nX-A: "), "failed timeout"),
        "body drip": _image("/b.png", Answer(_drip(RED[:40])), "failed timeout"),
        "endless body": _image("/c.png", Answer(_endless(RED[:40])), "rejected too-large"),
        "gzip bomb": _image("/d.png", _bomb(RED, 31, "gzip"), "rejected too-large"),
        "deflate bomb": _image("/e.png", _bomb(RED, 15, "deflate"), "rejected too-large"),
        "pixel bomb": _image("/f.png", png(13_000, 13_000), "rejected bomb"),
        "redirect with a body": Attack(
            image("/g.png"),
            {"/g.png": Answer(_zeros(250), 302, {"Location": "/g2.png"}), "/g2.png": RED},
            {"/g.png": "ok"},
        ),
        "redirect loop": _image(
            "/h.png", Answer("", 302, {"Location": "/h.png"}), "failed redirect"
        ),
        "page named like an image": _image("/i.jpg", page("no"), "rejected not-an-image"),
        "names": Attack(
            image("/..%2F..%2Fj.png") + image("/../%2e%2e/k%00.png") + image("/l.png%0D%0AA:b"),
            {"/..%2F..%2Fj.png": RED, "/k%00.png": RED, "/l.png%0D%0AA:b": RED},
            {"/..%2F..%2Fj.png": "ok", "/k%00.png": "ok", "/l.png%0D%0AA:b": "ok"},
        ),
        "redirects into a private network": Attack(
            "".join(image(f"/to/{at}.png") for at in range(len(PRIVATE))),
            {
                f"/to/{at}.png": Answer("", 302, {"Location": f"http://{name}:{port}/m.png"})
                for at, name in enumerate(PRIVATE)
            },
            {f"/to/{at}.png": "denied private-address" for at in range(len(PRIVATE))},
        ),
        "nested page": _page("/n", "<div>" * MEBIBYTE),
        "page of links": _page("/o", "".join(f"<a href=//o/{at}>" for at in range(300_000))),
        "page of images without an address": _page("/p", "<img alt=x><source>" * 300_000),
        "endless page": _page("/q", _endless(b" ")),
        "page that is a gzip bomb": _page("/r", _bomb(b"", 31, "gzip")),
        "manifest of lists": _manifest("/t", "[" * 2 * MEBIBYTE),
        "manifest of canvases": _manifest("/u", "[" + '{"a":{}},' * 200_000 + "{}]}"),
        "sitemap that is a gzip bomb": _sitemap("/v", _packed(b" ")),
        "sitemap of a gzip bomb of pages": _sitemap("/w", _packed(b"<url><loc>/w</loc></url>")),
        "sitemap of names": _sitemap("/x", "".join(f"<e{at}/>" for at in range(1_000_000))),
        "sitemap without end": _sitemap("/y", _endless(b"<url><loc>")),
        "image with a bomb in it": _image("/z.png", _with_text(RED), "rejected not-an-image"),
        "page of headers without end": Attack(
            '<a href="/s">', {"/s": _dripped(b"HTTP/1.1 200 OK\r\nX-A: ")}, {}
        ),
    }


def site(*chosen: Attack) -> Site:
    """A page that shows what these attacks show, and their answers."""
    answers: dict[str, Body] = {"/": page(*(attack.shown for attack in chosen))}
    for attack in chosen:
        answers.update(attack.answers)
    return answers


def outcomes(out: Path) -> dict[str, str]:
    """The statuses of a crawl; which of equal pictures is the first to have them says nothing."""
    return {path: status.replace("duplicate", "ok") for path, status in statuses(out).items()}


def png(width: int, height: int) -> bytes:
    """A black image of one bit a pixel, compressed to next to nothing."""
    row = bytes(1 + -(-width // 8))
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _with_text(body: bytes) -> bytes:
    """A PNG with XMP that is 128 MiB of zeros, compressed."""
    packed = zlib.compress(bytes(128 * MEBIBYTE), 9)
    text = _chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + packed)
    return body[:33] + text + body[33:]  # after the header


def _manifest(path: str, items: str) -> Attack:
    """A manifest of IIIF that a page links to, with these items; it brings no image."""
    context = '{"@context": "http://iiif.io/api/presentation/3/context.json", "type": "Manifest", '
    answer = Answer(f'{context}"items": {items}', headers={"Content-Type": "application/json"})
    return Attack(f'<a href="{path}">', {path: answer}, {})


def _sitemap(path: str, body: bytes | str | Iterator[bytes]) -> Attack:
    """A sitemap that does harm; it brings no image."""
    xml = {"Content-Type": "application/xml"}
    if isinstance(body, str):
        body = f"<urlset>{body}</urlset>".encode()
    elif not isinstance(body, bytes):
        body = _after(b"<urlset>", body)
    return Attack("", {path: Answer(body, headers=xml)}, {}, sitemap=path)


def _packed(many: bytes) -> bytes:
    """A gzip file of a sitemap with 128 MiB of the same."""
    piece = many * (MEBIBYTE // len(many))
    return gzip.compress(b"<urlset>" + piece * 128, 9)


def _image(path: str, body: Body, status: str) -> Attack:
    return Attack(image(path), {path: body}, {path: status})


def _page(path: str, rest: str | Iterator[bytes] | Answer) -> Attack:
    """A page that shows one image and then does harm."""
    shown = f"<!doctype html>{image(f'{path}.png')}"
    if isinstance(rest, str):
        answer = Answer(shown + rest, headers=HTML)
    elif isinstance(rest, Answer):
        assert isinstance(rest.body, bytes)
        answer = Answer(gzip.compress(shown.encode()) + rest.body, headers={**HTML, **rest.headers})
    else:
        answer = Answer(_after(shown.encode(), rest), headers=HTML)
    return Attack(f'<a href="{path}">', {path: answer, f"{path}.png": RED}, {f"{path}.png": "ok"})


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _dripped(first: bytes) -> Answer:
    return Answer(_drip(first), raw=True)


def _drip(first: bytes) -> Iterator[bytes]:
    """Something at once, then a byte every 50 ms, for ever."""
    yield first
    while True:
        time.sleep(0.05)
        yield b"x"


def _endless(first: bytes) -> Iterator[bytes]:
    yield first
    while True:
        yield bytes(MEBIBYTE)


def _zeros(mebibytes: int) -> Iterator[bytes]:
    return (bytes(MEBIBYTE) for _ in range(mebibytes))


def _bomb(first: bytes, wbits: int, coding: str) -> Answer:
    """128 MiB of zeros in an eighth of a megabyte."""
    packer = zlib.compressobj(9, wbits=wbits)
    pieces = [packer.compress(first), *(packer.compress(zeros) for zeros in _zeros(128))]
    return Answer(b"".join(pieces) + packer.flush(), headers={"Content-Encoding": coding})
