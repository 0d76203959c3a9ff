"""Silent damage of JPEGs: bytes in the middle that are wrong, which Pillow decodes without a word.

The decoder of the optional package simplejpeg tells of everything that libjpeg warns of.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

Decode = Callable[[bytes], Any]  # raises ValueError with the warning of libjpeg

# Warnings of libjpeg that pixels are lost, but not those of bytes between the headers.
LOST = re.compile(
    r"Corrupt JPEG data: (?!bad ICC marker|.* before marker 0x(?:e.|db))"
    r"|Premature end of JPEG file"
)


def strict_decoder() -> Decode | None:
    """The decoder that tells of damage, where it is installed."""
    try:
        import simplejpeg  # the extra [strict]
    except ImportError:
        return None
    return partial(simplejpeg.decode_jpeg, colorspace="GRAY", strict=True)


def is_damaged(body: bytes, decode: Decode | None) -> bool:
    """Whether a whole JPEG has lost pixels, as far as `decode` can tell.

    What that decoder does not know, such as rare subsamplings, is no damage.
    """
    if decode is None:
        return False
    try:
        decode(body)
    except ValueError as error:
        return LOST.match(str(error)) is not None
    return False
