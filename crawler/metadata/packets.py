"""Where the metadata of an image file stands: packets of XMP, records of IPTC-IIM, and EXIF.

Found by the structure of the file, without decoding a pixel or copying the file.
"""

import zlib
from collections.abc import Iterator
from itertools import islice

from crawler.ending import END, MARKER
from crawler.image import sniff

ROOM = 1 << 20  # bytes of metadata that are read of one file, what is compressed counted unpacked
PACKETS = 64  # of one file that are read; one that means well has three or four
PARTS = 100_000  # segments or chunks of one file that are looked at; pixels alone may be thousands

SCAN = 0xDA  # the marker of JPEG after which pixels follow
SIGNATURES = {  # of segments of JPEG
    b"http://ns.adobe.com/xap/1.0/\0": "xmp",
    b"Exif\0\0": "exif",
    b"Photoshop 3.0\0": "photoshop",
}
IIM = b"8BIM\x04\x04"  # the resource of Photoshop that holds records of IPTC, and its number

XMP_IN_PNG = b"iTXtXML:com.adobe.xmp\0"  # the name of a chunk and its keyword
XMP_IN_GIF = b"!\xff\x0bXMP DataXMP"  # an extension, its label, the length of its name, its name


def packets(body: bytes) -> Iterator[tuple[str, bytes]]:
    """The pieces of metadata of an image, each as xmp, iim or exif and its bytes, in their order.

    There are at most PACKETS of them, of at most ROOM bytes together; the last may be cut. Places
    are those of the XMP Specification, part 3, and of Exif 3.0; a bmp has none. Whatever the bytes,
    nothing is raised, and the time is bounded by their number.
    """
    room = ROOM
    for kind, packet in islice(_found(body), PACKETS):
        yield kind, packet[:room]
        room -= len(packet)
        if room <= 0:
            return


def _found(body: bytes) -> Iterator[tuple[str, bytes]]:
    match sniff(body):
        case "jpeg":
            yield from _jpeg(body)
        case "png":
            yield from _png(body)
        case "gif":
            yield from _gif(body)
        case "webp":
            yield from _webp(body)


def _jpeg(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Segments before the first scan: marker, length (2 bytes, counted with the data), data."""
    at = 2
    for _ in range(PARTS):
        match = MARKER.search(body, at)
        if not match or body[match.end() - 1] in {SCAN, END}:
            return
        start = match.end() + 2
        at = match.end() + int.from_bytes(body[match.end() : start])
        for signature, kind in SIGNATURES.items():
            if body.startswith(signature, start, at):
                data = body[start + len(signature) : at]
                yield ("iim", _records(data)) if kind == "photoshop" else (kind, data)


def _records(block: bytes) -> bytes:
    """The records of IPTC among the resources of Photoshop, sought by their number.

    A resource: 8BIM, number (2 bytes), name (a length byte and so many more), length of the data
    (4), data; the name is filled to an even length.
    """
    at = block.find(IIM)
    if at < 0:
        return b""
    name = int.from_bytes(block[at + 6 : at + 7])
    start = at + 11 + name + (name + 1) % 2
    return block[start : start + int.from_bytes(block[start - 4 : start])]


def _png(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Chunks: length (4 bytes), name (4), data, checksum (4); they may follow the pixels."""
    at = 8
    for _ in range(PARTS):
        if at + 12 > len(body):
            return
        length = int.from_bytes(body[at : at + 4])
        end = at + 8 + min(length, ROOM)
        if body.startswith(b"eXIf", at + 4):
            yield "exif", body[at + 8 : end]
        elif body.startswith(XMP_IN_PNG, at + 4):
            yield "xmp", _international_text(body[at + 4 + len(XMP_IN_PNG) : end])
        at += 12 + length


def _international_text(chunk: bytes) -> bytes:
    """The text of an iTXt, from what follows its keyword; unpacked it is cut at ROOM.

    A byte that tells whether it is compressed, one for the method, then language, translation of
    the keyword and text, with a zero between.
    """
    text = b"".join(chunk[2:].split(b"\0", 2)[2:])
    if chunk[:1] != b"\1":
        return text
    try:
        return zlib.decompressobj().decompress(text, ROOM)
    except zlib.error:
        return b""


def _gif(body: bytes) -> Iterator[tuple[str, bytes]]:
    """The application extension of XMP, sought by its name: blocks can be a byte long each.

    Its text is no chain of sub-blocks. A trailer of 258 bytes makes one of it for readers who do
    not know it; the text ends before, so that no reader of XML comes so far.
    """
    start = body.find(XMP_IN_GIF) + len(XMP_IN_GIF)
    if start >= len(XMP_IN_GIF):
        yield "xmp", body[start : start + ROOM]


def _webp(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Chunks of RIFF: name (4 bytes), length (4), data, filled to an even length."""
    at = 12
    for _ in range(PARTS):
        if at + 8 > len(body):
            return
        length = int.from_bytes(body[at + 4 : at + 8], "little")
        end = at + 8 + min(length, ROOM)
        if body.startswith(b"XMP ", at):
            yield "xmp", body[at + 8 : end]
        elif body.startswith(b"EXIF", at):
            yield "exif", body[at + 8 : end].removeprefix(b"Exif\0\0")
        at += 8 + length + length % 2
