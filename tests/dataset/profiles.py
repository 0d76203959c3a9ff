"""Colour profiles made by hand, as ICC.1:2001-04 says."""

import struct
from collections.abc import Mapping, Sequence

D50 = (0.9642, 1.0, 0.8249)  # white of the connection space, XYZ
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
GAMMA = 563 / 256


def rgb_profile(primaries: Sequence[Sequence[float]]) -> bytes:
    """A profile of three primaries, XYZ each, whose levels are raised to GAMMA."""
    colours = {f"{name}XYZ": _xyz(xyz) for name, xyz in zip("rgb", primaries, strict=True)}
    curves = {f"{name}TRC": _curve(GAMMA) for name in "rgb"}
    return _profile("mntr", "RGB ", "XYZ ", colours | curves)


def grey_profile(gamma: float) -> bytes:
    """A profile of grey levels that are raised to this power."""
    return _profile("mntr", "GRAY", "XYZ ", {"kTRC": _curve(gamma)})


def press_profile() -> bytes:
    """Of a press whose cyan ink is black, while the other three leave no trace."""
    line = bytes(range(256))
    inks = b"".join(bytes((0 if ink & 8 else 255, 128, 128)) for ink in range(16))  # L*, a*, b*
    matrix = struct.pack(">9i", *(65536 * (n % 4 == 0) for n in range(9)))
    table = b"mft1" + bytes((0, 0, 0, 0, 4, 3, 2, 0)) + matrix + 4 * line + inks + 3 * line
    return _profile("prtr", "CMYK", "Lab ", {"A2B0": table})


def _profile(kind: str, space: str, connection: str, tags: Mapping[str, bytes]) -> bytes:
    tags = {"wtpt": _xyz(D50), **tags}
    start, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name.encode() + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    words = (kind + space + connection).encode()
    head = struct.pack(">I4xI", start + len(body), 0x02400000) + words + bytes(12) + b"acsp"
    return head.ljust(68, b"\0") + _fixed(D50) + bytes(48) + table + body


def _xyz(values: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(values)


def _fixed(values: Sequence[float]) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(65536 * value) for value in values))


def _curve(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(256 * gamma))
