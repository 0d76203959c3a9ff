"""Whether the bytes of an image reach its end, told from its structure and not from its pixels.

Pillow is content when the pixels of the first frame are there: a PNG may lack its last checksum,
a GIF half of its frames, a JPEG the mark of its end.
"""

import re

# A marker of JPEG that has a length, or the last. Others may stand within a scan, such as restarts
# (FF D0 to FF D7) and the byte FF itself (FF 00).
MARKER = re.compile(rb"\xff[\x02-\xcf\xd9-\xfe]")
END = 0xD9


def reaches_its_end(kind: str, body: bytes) -> bool:
    """Whether nothing is missing at the end of a jpeg, png, gif or webp.

    True also for a bmp, which has no end but its pixels: up to three bytes that fill its last row
    may be missing.
    """
    match kind:
        case "jpeg":
            return _jpeg(body)
        case "png":
            return _png(body)
        case "gif":
            return _gif(body)
        case "webp":  # RIFF: a length in bytes 4 to 7, which does not count the first 8 bytes
            return int.from_bytes(body[4:8], "little") + 8 <= len(body)
    return True


def _jpeg(body: bytes) -> bool:
    """Segments: marker, length (2 bytes), data; scans follow theirs (ITU-T T.81, annex B)."""
    at = 2
    while match := MARKER.search(body, at):
        at = match.end()
        if body[at - 1] == END:
            return True
        at += int.from_bytes(body[at : at + 2])
    return False


def _png(body: bytes) -> bool:
    """Chunks: length (4 bytes), name (4), data, checksum (4), up to the chunk named IEND."""
    at = 8
    while at + 12 <= len(body):
        if body[at + 4 : at + 8] == b"IEND":
            return True
        at += 12 + int.from_bytes(body[at : at + 4])
    return False


def _gif(body: bytes) -> bool:
    """Blocks, each announced by a byte, up to the trailer (GIF89a specification, appendix B)."""
    at = 13 + _palette(body, 10)
    while at < len(body):
        match body[at]:
            case 0x3B:  # trailer
                return True
            case 0x21:  # extension: a label, then data
                at = _skip_data(body, at + 2)
            case 0x2C:  # image: place, size and flags, perhaps a palette, a code size, then data
                at = _skip_data(body, at + 11 + _palette(body, at + 9))
            case _:  # filling between blocks, which readers pass over
                at += 1
    return False


def _palette(body: bytes, flags: int) -> int:
    """The length in bytes of the palette that the flags at this place announce."""
    packed = body[flags] if flags < len(body) else 0
    return 3 << (packed % 8 + 1) if packed & 0x80 else 0


def _skip_data(body: bytes, at: int) -> int:
    """The place after a chain of sub-blocks: each a length byte and so many more; 0 ends it."""
    while at < len(body) and body[at]:
        at += body[at] + 1
    return at + 1
