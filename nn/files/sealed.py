"""A safetensors file under seal: it is refused when any of its bytes has changed.

    header's length (8 bytes) | header (JSON) | tensors

The header's metadata has one key, `deeprunning`, with canonical JSON. Its field `sha256` is the
digest of the whole file as it is with that field's 64 digits written as zeros. Nothing is parsed
before the digest is right, and no pickle is near: reading a file runs nothing that it holds.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

from nn.arrays import Array
from nn.errors import ModelFileError

KEY = "deeprunning"
BLANK = b"0" * 64
MARK = re.compile(rb'\\"sha256\\":\\"([0-9a-f]{64})\\"')  # JSON in a string of JSON
MAX_HEADER = 16 << 20  # bytes
MAX_FILE = 4 << 30  # bytes; what a file may cost in memory

FOREIGN = "is no file of deeprunning, or only the beginning of one"
CHANGED = "is damaged or cut short: its checksum does not match"


def seal(tensors: Mapping[str, Array], facts: Mapping[str, Any]) -> bytes:
    """The bytes of a sealed file: equal tensors and facts give equal bytes.

    Facts are plain JSON without NaN, in which no key but the seal is called sha256.
    """
    text = json.dumps(
        {**facts, "sha256": BLANK.decode()},
        allow_nan=False,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    whole = {
        name: np.ascontiguousarray(tensor).reshape(tensor.shape) for name, tensor in tensors.items()
    }
    data = bytearray(safetensors.numpy.save(whole, {KEY: text}))
    digits = _digits(data)
    if digits is None:
        raise ValueError("facts may not have a field sha256 of their own")
    data[digits] = hashlib.sha256(data).hexdigest().encode()
    return bytes(data)


def unseal(data: bytes) -> tuple[dict[str, Array], dict[str, Any]]:
    """Tensors and facts of a sealed file; raises ModelFileError where a byte is not as written."""
    digits = _digits(data)
    if digits is None:
        raise ModelFileError(FOREIGN)
    digest = hashlib.sha256(memoryview(data)[: digits.start])
    digest.update(BLANK)
    digest.update(memoryview(data)[digits.stop :])
    if digest.hexdigest().encode() != data[digits]:
        raise ModelFileError(CHANGED)
    try:
        facts = json.loads(json.loads(data[8 : _end(data)])["__metadata__"][KEY])
        return safetensors.numpy.load(data), facts
    except (safetensors.SafetensorError, LookupError, ValueError, TypeError, RecursionError):
        raise ModelFileError("is sealed, but holds no tensors that can be read") from None


def read_sealed(path: Path, kind: str, remedy: str) -> tuple[dict[str, Array], dict[str, Any]]:
    """Tensors and facts of a file of this kind, `model` or `checkpoint`.

    Raises ModelFileError with a sentence that names the file and the remedy.
    """
    if path.is_file() and path.stat().st_size > MAX_FILE:
        raise ModelFileError(f"{path} is larger than any {kind} file ({MAX_FILE >> 30} GiB)")
    try:
        tensors, facts = unseal(path.read_bytes())
    except ModelFileError as error:
        raise ModelFileError(f"{path} {error}; {remedy}") from None
    if not isinstance(facts, dict) or facts.get("kind") != kind:
        raise ModelFileError(f"{path} is sealed, but is no {kind} file; {remedy}")
    return tensors, facts


def _end(data: bytes | bytearray) -> int:
    """Where the header ends, by the file's own word."""
    return 8 + int.from_bytes(data[:8], "little")


def _digits(data: bytes | bytearray) -> slice | None:
    """Where in the header the digits of the seal stand; None where there is not one such place."""
    if len(data) < 8 or not 8 < _end(data) <= min(len(data), MAX_HEADER):
        return None
    marks = list(MARK.finditer(data, 8, _end(data)))
    return slice(*marks[0].span(1)) if len(marks) == 1 else None
