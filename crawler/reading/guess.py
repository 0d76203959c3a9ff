"""A guess at the encoding of a page that does not say it, from what its bytes would say in each.

Read in its own encoding a page is made of everyday characters; in any other, of rare ones and of
errors. So each character costs bits, the more the rarer it is, and the cheapest encoding is taken.
What is ASCII in all of them weighs the same in all of them: tags and scripts do not vote.
"""

import re
from codecs import getincrementaldecoder
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple
from unicodedata import category

from crawler.reading.codec import decode
from crawler.reading.letters import JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL, WESTERN

MOST = 65_536  # bytes that are weighed, from the first on that is not ASCII
ASCII, EVERYDAY, COMMON, RARE, WRONG = 5, 8, 13, 18, 26  # bits: one of 32, of 256, of 8192 ...

NONE = {"Cc", "Cn", "Co"}  # categories of what stands in no text
NOT_ASCII = re.compile(rb"[\x80-\xff]")
ESCAPE = re.compile(rb"\x1b\$[@B]")  # to the kanji of ISO-2022-JP
# Pages begin with markup: a few characters of ASCII, which in UTF-16 have a NUL each.
WIDE = {
    "utf-16-le": re.compile(rb"(?:[\t\n\r -~]\0){4}"),
    "utf-16-be": re.compile(rb"(?:\0[\t\n\r -~]){4}"),
}


class Repertoire(NamedTuple):
    """What an encoding holds: everyday characters, and where its standard has the common ones."""

    everyday: str
    leads: range = range(0)  # the first bytes of its first level
    trails: range = range(0xA1, 0xFF)
    rare: int = RARE  # bits of all others


REPERTOIRES = {  # of those that cost the same the first is taken
    "utf-8": Repertoire("", rare=EVERYDAY),  # nothing else looks like it by chance
    "cp1252": Repertoire(WESTERN),
    "euc_jp": Repertoire(JAPANESE, range(0xB0, 0xD0)),
    "cp932": Repertoire(JAPANESE, range(0x88, 0x99), range(0x40, 0xFD)),
    "cp949": Repertoire(KOREAN, range(0xB0, 0xC9)),
    "gb18030": Repertoire(SIMPLIFIED, range(0xB0, 0xD8)),
    "big5hkscs": Repertoire(TRADITIONAL, range(0xA4, 0xC7), range(0x40, 0xFF)),
}


def guess(body: bytes) -> str:
    """Python's codec for an encoding of the web; cp1252 where the bytes speak for no other.

    UTF-8 may have a few errors, and any text may end within a character. Some dozen letters are
    enough, in Japanese one in kana; two kanji alone may as well be a Korean or Chinese word.
    """
    for codec, beginning in WIDE.items():
        if beginning.match(body):
            return codec
    first = NOT_ASCII.search(body)
    start = first.start() if first else len(body)
    if ESCAPE.search(body, 0, start):
        return "iso2022_jp_ext"
    sample = body[start : start + MOST]
    return "utf-8" if _is_utf8(sample) else min(REPERTOIRES, key=lambda codec: _bits(sample, codec))


def _is_utf8(sample: bytes) -> bool:
    try:
        getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _bits(sample: bytes, codec: str) -> int:
    """What the sample costs where it is read in this encoding."""
    costs, rare = _costs(codec), REPERTOIRES[codec].rare
    return sum(
        number * (costs.get(character) or (WRONG if category(character) in NONE else rare))
        for character, number in Counter(decode(sample, codec)).items()
    )


@cache
def _costs(codec: str) -> Mapping[str, int]:
    """The bits of each character that is not rare, and of the one that stands for an error."""
    everyday, leads, trails, _ = REPERTOIRES[codec]
    pairs = (bytes((lead, trail)).decode(codec, "ignore") for lead in leads for trail in trails)
    return {
        **dict.fromkeys("".join(pairs), COMMON),
        **dict.fromkeys(everyday, EVERYDAY),
        **dict.fromkeys(map(chr, range(0x80)), ASCII),
        "\ufffd": WRONG,
    }
