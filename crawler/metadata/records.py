"""Who made an image, as binary records tell it: those of IPTC-IIM, and the tags of EXIF."""

from collections.abc import Iterator
from typing import Literal

# Numbers of record and data set (IPTC Information Interchange Model 4.2, chapters 5 and 6).
CHARACTERS = (1, 90)  # the encoding of the texts
DATA_SETS = {(2, 80): "iim:By-line", (2, 110): "iim:Credit", (2, 116): "iim:CopyrightNotice"}
UTF_8 = b"\x1b%G"

TAGS = {0x013B: "exif:Artist", 0x8298: "exif:Copyright"}  # Exif 3.0, section 4.6.5
# The order of the bytes of numbers, by the first four of a block.
ORDERS: dict[bytes, Literal["little", "big"]] = {b"II*\0": "little", b"MM\0*": "big"}


def iim(block: bytes) -> dict[str, list[str]]:
    """The texts of the data sets we know, in their order, such as `iim:By-line`.

    Nothing is raised, and time and memory are bounded by the length of the block.
    """
    found: dict[str, list[str]] = {}
    errors = "strict"
    for number, data in _data_sets(block):
        if number == CHARACTERS and data == UTF_8:
            errors = "ignore"  # of a last letter that a limit of 32 bytes has cut
        elif number in DATA_SETS:
            found.setdefault(DATA_SETS[number], []).append(_text(data, errors))
    return found


def _data_sets(block: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """The mark 1C, record, number, length (2 bytes), data. A length may tell that of a longer."""
    at = 0
    while block.startswith(b"\x1c", at) and at + 5 <= len(block):
        start, length = at + 5, int.from_bytes(block[at + 3 : at + 5])
        if length & 0x8000:
            start += length & 0x7FFF
            length = int.from_bytes(block[at + 5 : start])
        yield (block[at + 1], block[at + 2]), block[start : start + length]
        at = start + length


def exif(block: bytes) -> dict[str, list[str]]:
    """The texts of the tags we know in the first directory, such as `exif:Artist`.

    A tag that stands there twice counts once, so that entries cannot all name one long text.
    Nothing is raised, and time and memory are bounded by the length of the block.
    """
    found: dict[str, list[str]] = {}
    order = ORDERS.get(block[:4])
    if order is None:
        return found

    def number(start: int, length: int) -> int:
        return int.from_bytes(block[start : start + length], order)

    first = number(4, 4) + 2
    for entry in range(first, first + 12 * number(first - 2, 2), 12):  # tag, type, length, place
        name, length = TAGS.get(number(entry, 2)), number(entry + 4, 4)
        if name and name not in found:
            start = entry + 8 if length <= 4 else number(entry + 8, 4)
            found[name] = [_text(block[start : start + length], "strict")]
    return found


def _text(data: bytes, errors: str) -> str:
    """What is no UTF-8 was written by a program of one byte a letter, most often for Windows."""
    try:
        return data.decode("utf-8", errors)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
