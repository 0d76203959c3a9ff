"""What others say of an image or a record, as one line."""

import re
from unicodedata import normalize

LONGEST = 1_000  # characters of a line

# Bringing marks into order takes the square of their number in a row, so no more than 30 are left
# (Unicode, UAX #15, Stream-Safe Text Format). What is no letter may be one; rows of it are alike.
ROW = re.compile(r"([^\w\s\x00-\x7f]{30})[^\w\s\x00-\x7f]+")


def one_line(text: str) -> str:
    """The text in NFC, its white space folded, cut to LONGEST characters.

    JSON can hold half of a surrogate pair, which no file can; a question mark stands for it.
    """
    words = text.split(maxsplit=LONGEST)  # what is left of it is beyond the cut
    line = " ".join(words)[:LONGEST].encode("utf-8", "replace").decode()
    return normalize("NFC", ROW.sub(r"\1", line))[:LONGEST].rstrip()
