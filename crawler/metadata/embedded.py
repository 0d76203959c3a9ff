"""What an image file says of itself: licence, creator, credit, and whether it may be learned from.

Where places differ the newer counts: XMP before IPTC-IIM, that before EXIF.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from crawler.metadata import records, xmp
from crawler.metadata.packets import packets
from crawler.reading.line import LONGEST, one_line

READERS: dict[str, Callable[[bytes], dict[str, list[str]]]] = {
    "xmp": xmp.properties,
    "iim": records.iim,
    "exif": records.exif,
}

# The first that is stated counts. A copyright notice is no licence, but it may name one.
LICENCE = ("cc:license", "xmpRights:WebStatement", "xmpRights:UsageTerms", "dc:rights")
CREATOR = ("dc:creator", "iim:By-line", "exif:Artist")
NOTICE = ("dc:rights", "iim:CopyrightNotice", "exif:Copyright")
CREDIT = ("photoshop:Credit", "iim:Credit", *NOTICE)

VOCABULARY = "http://ns.useplus.org/ldf/vocab/"
CONTROLS = dict.fromkeys(range(32), " ")  # EXIF parts photographer and editor with a zero


class Embedded(NamedTuple):
    """What a file says of itself; "" for what it does not say."""

    licence: str = ""  # its address, else its text
    creator: str = ""  # several with a semicolon between
    credit: str = ""  # the line to print beside the image, else the copyright notice
    optout: str = ""  # the signal that keeps it from being learned from, and where it stood


SILENT = Embedded()


def embedded(body: bytes) -> Embedded:
    """Read the metadata of a jpeg, png, gif or webp; of anything else there is none.

    Texts have at most LONGEST characters, white space made one space, in NFC. Whatever the bytes,
    nothing is raised; time is bounded by their number, memory by that of `packets.ROOM`.
    """
    said: dict[str, list[str]] = {}
    for kind, packet in packets(body):
        for name, texts in READERS[kind](packet).items():
            said.setdefault(name, []).extend(filter(None, map(_tidy, texts)))
    creators = _stated(said, CREATOR)
    return Embedded(
        licence=next(iter(_stated(said, LICENCE)), ""),
        creator="; ".join(dict.fromkeys(creators))[:LONGEST],
        credit=next(iter(_stated(said, CREDIT)), ""),
        optout=_optout(said),
    )


def _stated(said: dict[str, list[str]], names: Iterable[str]) -> list[str]:
    """The texts under the first of these names that has any."""
    return next((said[name] for name in names if said.get(name)), [])


def _optout(said: dict[str, list[str]]) -> str:
    """The first refusal, else "".

    Data Mining is a property of PLUS, in the IPTC Photo Metadata Standard since 2023.1. Whatever
    begins with DMI-PROHIBITED counts. One such value speaks of generative models only, and three
    of terms to be read elsewhere; these are the stricter readings. Values in words count as well.
    """
    for value in said.get("plus:DataMining", []):
        if "PROHIBITED" in value.upper():
            return f"XMP: {value.removeprefix(VOCABULARY)}"
    return "XMP: tdm:reservation=1" if "1" in said.get("tdm:reservation", []) else ""


def _tidy(text: str) -> str:
    """A text as it stands in tables."""
    return one_line(text.strip()[:LONGEST].translate(CONTROLS))
