"""The text of a file that may be packed by gzip, piece by piece, decoded as it says itself."""

import codecs
import re
import zlib
from collections.abc import Iterator

from crawler.reading.encoding import MARKS, codec_of

PIECE = 65_536  # bytes of text in one piece, about
PACKED = 16_384  # bytes unpacked at once
MOST_MEMBERS = 100_000  # of a gzip file; each costs time, and some packers make one of every page

GZIP = b"\x1f\x8b"
DECLARED = re.compile(rb"<\?xml\s[^>]{,200}?encoding\s*=\s*[\"']([^\"'>]{1,40})")


class Cut(Exception):
    """There is more, which is not read."""


def texts(body: bytes, most: int) -> Iterator[str]:
    """The text of a file, in pieces that are not large.

    A byte-order mark decides the encoding, else the XML declaration, else it is UTF-8; bytes that
    fit nothing become U+FFFD. Raises Cut where `most` bytes were read and there are more, and where
    a packed file breaks off or is broken.
    """
    is_packed = body.startswith(GZIP)
    pieces = _at_most(most, _gathered(_unpacked(body)) if is_packed else _parted(body))
    head = next(pieces, b"")
    codec, mark = _codec(head)
    decoder = codecs.getincrementaldecoder(codec)("replace")
    yield decoder.decode(head[len(mark) :])
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _at_most(most: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[:most]
        most -= len(piece)
        if most < 0:
            raise Cut


def _parted(body: bytes) -> Iterator[bytes]:
    return (body[at : at + PIECE] for at in range(0, len(body), PIECE))


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same in pieces that are not small; else the first might be too small to tell anything."""
    held = b""
    try:
        for piece in pieces:
            held += piece
            if len(held) >= PACKED:
                yield held
                held = b""
    except Cut:
        yield held
        raise
    yield held


def _unpacked(body: bytes) -> Iterator[bytes]:
    """What the members of a gzip file hold (RFC 1952); what follows them is passed over."""
    at = 0
    for _ in range(MOST_MEMBERS):
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        waiting = b""  # was given to zlib and not taken
        while not member.eof:
            given = waiting or body[at : at + PACKED]
            at += 0 if waiting else len(given)
            try:
                piece = member.decompress(given, PIECE)
            except zlib.error:
                raise Cut from None
            if not given and not piece:
                raise Cut
            waiting = member.unconsumed_tail
            if piece:
                yield piece
        at -= len(member.unused_data)
        if not body.startswith(GZIP, at):
            return
    raise Cut


def _codec(head: bytes) -> tuple[str, bytes]:
    """The codec of a text that begins so, and its byte-order mark."""
    for mark, codec in MARKS.items():
        if head.startswith(mark):
            return codec, mark
    declared = DECLARED.search(head, 0, PACKED)
    codec = codec_of(declared[1].decode("latin-1")) if declared else ""
    # What can be read to here is no UTF-16.
    return (codec if codec and not codec.startswith("utf-16") else "utf-8"), b""
