"""Damaged and hostile files, made of a good one by a number: the same number, the same file.

Some are as chance or a careless program damages a file; its seal then does not fit. Some are as
someone makes them who knows the format, and seals them again.
"""

import copy
import hashlib
import io
import json
import pickle
import random
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from nn.files.sealed import BLANK, KEY, MARK

Facts = dict[str, Any]
HUGE = (10**9, 10**6, 2**31, 2**63, 10**30, 10**300, 10**4000)
ODD: tuple[Any, ...] = (
    *HUGE,
    *(-1, 0, 1, -(10**9), 0.5, 1e308, float("nan"), float("inf"), True, None),
    *("", "x", "classes", "__import__('os').system('false')", "a\nb", "\0", "薔薇" * 500),
    *([], {}, [[]], [{}], {"layer": "ReLU"}, [1, 2], [10**9] * 3, [0.1] * 10_000),
)


class Bomb:
    """What a pickle of it does when it is loaded is seen by who watches for programs started."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return (__import__("os").system, ("false",))


def damaged(good: bytes, number: int) -> bytes:
    """Not the good file, and not sealed."""
    rng = random.Random(number)
    while (bad := rng.choice(DAMAGES)(good, rng)) == good:
        pass
    return bad


def cut(good: bytes, rng: random.Random) -> bytes:
    return good[: rng.choice([0, 1, 7, 8, 9, len(good) - 1, rng.randrange(len(good))])]


def flipped(good: bytes, rng: random.Random) -> bytes:
    bad = bytearray(good)
    for _ in range(rng.choice([1, 1, 1, 2, 8, 1000])):
        bad[rng.randrange(rng.choice([len(bad), 200]))] ^= 1 << rng.randrange(8)
    return bytes(bad)


def overwritten(good: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(good))
    length = rng.randrange(1, 1 + min(4096, len(good) - start))
    piece = rng.choice([bytes(length), b"\xff" * length, rng.randbytes(length)])
    return good[:start] + piece + good[start + length :]


def moved(good: bytes, rng: random.Random) -> bytes:
    at, to = sorted(rng.sample(range(len(good)), 2))
    return rng.choice(
        [good[:at] + good[to:], good[:to] + good[at:], good[to:] + good[:to], good + good[at:to]]
    )


def lying(good: bytes, rng: random.Random) -> bytes:
    """A header that is said to be shorter or longer than it is."""
    true = int.from_bytes(good[:8], "little")
    said = rng.choice([0, 1, true - 1, true + 1, len(good), 1 << 24, 1 << 40, (1 << 64) - 1])
    return said.to_bytes(8, "little") + good[8:]


def oversized(good: bytes, rng: random.Random) -> bytes:
    """A header of megabytes, blank or nested."""
    size = rng.choice([1 << 20, 17 << 20])
    piece = rng.choice([b" ", b"[", b'{"a":', b'"'])
    return size.to_bytes(8, "little") + (piece * size)[:size] + good


def foreign(good: bytes, rng: random.Random) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("data.pkl", pickle.dumps(Bomb()))
    return rng.choice(
        [pickle.dumps(Bomb()), packed.getvalue(), rng.randbytes(5000), b"\x93NUMPY" + good, b"{}"]
    )


DAMAGES = (cut, flipped, flipped, overwritten, moved, lying, oversized, foreign)


def hostile(good: bytes, number: int) -> bytes:
    """Changed, and sealed again."""
    rng = random.Random(number)
    size = int.from_bytes(good[:8], "little")
    header, tensors = json.loads(good[8 : 8 + size]), good[8 + size :]
    facts = json.loads(header["__metadata__"][KEY])
    header, tensors = rng.choice(ATTACKS)(header, facts, tensors, rng)
    header["__metadata__"] = {KEY: json.dumps(facts, separators=(",", ":"))}
    return sealed_again(json.dumps(header, separators=(",", ":")).encode(), tensors)


def sealed_again(header: bytes, tensors: bytes) -> bytes:
    data = len(header).to_bytes(8, "little") + header + tensors
    mark = MARK.search(data)
    if mark is None:
        return data
    blank = data[: mark.start(1)] + BLANK + data[mark.end(1) :]
    digest = hashlib.sha256(blank).hexdigest().encode()
    return data[: mark.start(1)] + digest + data[mark.end(1) :]


Attack = Callable[[Facts, Facts, bytes, random.Random], tuple[Facts, bytes]]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) within plain JSON."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def put(facts: Facts, rng: random.Random, value: object) -> None:
    where, key = rng.choice([each for each in places(facts) if each[1] != "sha256"])
    where[key] = value


def odd_facts(
    header: Facts, facts: Facts, tensors: bytes, rng: random.Random
) -> tuple[Facts, bytes]:
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        put(facts, rng, copy.deepcopy(rng.choice(ODD)))
    return header, tensors


def lost_facts(
    header: Facts, facts: Facts, tensors: bytes, rng: random.Random
) -> tuple[Facts, bytes]:
    where, key = rng.choice([each for each in places(facts) if each[1] != "sha256"])
    del where[key]
    return header, tensors


def nested_facts(
    header: Facts, facts: Facts, tensors: bytes, rng: random.Random
) -> tuple[Facts, bytes]:
    value: Any = {"layer": "ReLU"}
    for _ in range(rng.choice([5, 9, 200, 400])):
        value = rng.choice([[value], {"layer": "Residual", "layers": [value]}])
    put(facts, rng, value)
    return header, tensors


def huge_layers(
    header: Facts, facts: Facts, tensors: bytes, rng: random.Random
) -> tuple[Facts, bytes]:
    """Arguments so large, or layers so many, that a network of them would take terabytes."""
    for _, key in places(facts):
        if key == "architecture":
            break
    else:
        return odd_facts(header, facts, tensors, rng)
    owner = next(where for where, key in places(facts) if key == "architecture")
    layers = owner["architecture"]
    numbers = [(w, k) for w, k in places(layers) if type(w[k]) is int]
    if rng.random() < 0.8 and numbers:
        for where, key in rng.sample(numbers, rng.choice([1, 1, 2, len(numbers)])):
            where[key] = rng.choice(HUGE)
    else:
        layers[:0] = rng.choice(
            [
                [{"layer": "ReLU"}] * 20_000,
                [{"layer": "Pad2d", "padding": 10**5, "mode": "replicate"}],
                [{"layer": "MaxPool2d", "kernel_size": 10**4, "padding": 5000, "stride": 1}],
                [{"layer": "AvgPool2d", "kernel_size": 10**8, "padding": 5 * 10**7}],
                [{"layer": "LocalResponseNorm", "size": 10**30}],
                [{"layer": "Residual", "layers": [{"layer": "ReLU"}] * 20_000}],
                [{"layer": "Conv2d", "out_channels": 10**6, "kernel_size": 1, "stride": 99}],
            ]
        )
    return header, tensors


def odd_tensors(
    header: Facts, facts: Facts, tensors: bytes, rng: random.Random
) -> tuple[Facts, bytes]:
    """A shape, a kind of numbers, a place or a name that does not fit."""
    name = rng.choice([name for name in header if name != "__metadata__"])
    entry = header[name]
    match rng.randrange(5):
        case 0:
            entry["shape"] = rng.choice(
                [
                    [],
                    [0],
                    [10**12],
                    [2**63],
                    [0, 10**18],
                    entry["shape"][::-1],
                    [1, *entry["shape"]],
                ]
            )
        case 1:
            kinds = ["F16", "BF16", "F64", "I8", "U64", "BOOL", "F8_E4M3", "C64", "F99", 7]
            entry["dtype"] = rng.choice(kinds)
        case 2:
            entry["data_offsets"] = rng.choice([[0, 0], [0, 10**15], [-4, 0], [8, 4], "x"])
        case 3:
            header[rng.choice(["x", "", "a\nb", "conv1.weight.x"])] = header.pop(name)
        case _:
            del header[name]
    return header, tensors


def odd_numbers(
    header: Facts, facts: Facts, tensors: bytes, rng: random.Random
) -> tuple[Facts, bytes]:
    """Weights that are infinite, none at all, or huge."""
    words = [b"\xff\xff\xff\xff", b"\x00\x00\x80\x7f", b"\xff\xff\x7f\x7f", b"\xff\xff\x7f\xff"]
    bad, word = bytearray(tensors), rng.choice(words)
    for _ in range(rng.choice([1, 10, len(bad) // 4])):
        at = rng.randrange(len(bad) // 4) * 4
        bad[at : at + 4] = word
    return header, bytes(bad)


ATTACKS: tuple[Attack, ...] = (
    odd_facts,
    odd_facts,
    lost_facts,
    nested_facts,
    huge_layers,
    huge_layers,
    odd_tensors,
    odd_numbers,
)
