"""decisions.csv: what a person decided about samples, which every later dataset obeys.

Rows are only ever added; the last about a sample counts. A row is on disk before it is
acknowledged, and a last line torn by a power cut is as good as never written.
"""

import csv
import io
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.files import canonical_json, sha256
from dataset.errors import InputError
from dataset.pictures.examine import Examined
from dataset.reading.inputs import Inputs, as_label

DECISIONS = "decisions.csv"

WRONG = "wrong"  # shows none of the classes: into quarantine
KEEP = "keep"  # its label is right
LABEL = "label"  # another label is right
UNDO = "undo"  # as if nothing had been decided
BINARY = getattr(os, "O_BINARY", 0)  # Windows would turn every line end into two

NAMED = (KEEP, LABEL)  # decisions that say what the picture shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One row: what was decided about a sample."""

    sha256: str  # the sample's id
    decision: str  # wrong, keep, label or undo
    label: str = ""  # that which is right, for keep and label
    when: str = ""  # ISO 8601, UTC

    def __post_init__(self) -> None:
        if self.decision not in {WRONG, KEEP, LABEL, UNDO}:
            raise ValueError(f"a decision is wrong, keep, label or undo, not {self.decision!r}")
        if (self.decision in NAMED) != bool(self.label):
            raise ValueError(f"the decision {self.decision} has the label {self.label!r}")
        if self.label != as_label(self.label):
            raise ValueError(f"{self.label!r} is no label in its one form")


COLUMNS = [field.name for field in fields(Decision)]
HEADER = ",".join(COLUMNS).encode() + b"\r\n"


def now() -> str:
    """The time as it stands in the table."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_decisions(folder: Path) -> dict[str, Decision]:
    """The decision that counts for each sample; none where none was ever made.

    Raises InputError naming the file and the line.
    """
    path = folder / DECISIONS
    if not path.is_file():
        return {}
    text = _whole(path.read_bytes()).decode("utf-8-sig", "backslashreplace")
    last: dict[str, Decision] = {}
    for decision in _parsed(path, text):
        last.pop(decision.sha256, None)
        if decision.decision != UNDO:
            last[decision.sha256] = decision
    return last


def _parsed(path: Path, text: str) -> Iterator[Decision]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, COLUMNS)
        if header != COLUMNS:
            raise InputError(f"{path} does not have the columns {', '.join(COLUMNS)}")
        for values in reader:
            if values:
                yield _decision(values)
    except (ValueError, csv.Error) as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}") from error


def _decision(values: Sequence[str]) -> Decision:
    """A row as it stands; a label typed by hand is brought into its one form."""
    name, decision, label, when = values
    return Decision(sha256=name, decision=decision, label=as_label(label), when=when)


def append_decisions(folder: Path, decisions: Iterable[Decision]) -> None:
    """Add rows; when this returns, they are on disk."""
    handle = os.open(folder / DECISIONS, os.O_RDWR | os.O_CREAT | BINARY, 0o666)
    with os.fdopen(handle, "r+b") as file:
        whole = _whole(file.read())
        rows = [[getattr(each, name) for name in COLUMNS] for each in decisions]
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(rows if whole else [COLUMNS, *rows])
        gap = b"\r\n" if whole and not whole.endswith(b"\n") else b""
        file.truncate(len(whole))
        file.seek(len(whole))
        file.write(gap + text.getvalue().encode())
        file.flush()
        os.fsync(file.fileno())


def _whole(data: bytes) -> bytes:
    """The bytes without a last line that was torn; one typed by hand may lack its line end."""
    start = data.rfind(b"\n") + 1
    if not start:  # a header and no row; or no table of ours, which the reader tells
        return b"" if HEADER.startswith(data.rstrip(b"\0")) else data
    line = data[start:].decode("utf-8", "backslashreplace")
    values = next(csv.reader(io.StringIO(line, newline="")), [])
    complete = len(values) == len(COLUMNS) and line.count('"') % 2 == 0
    return data.removesuffix(b"\r") if complete else data[:start]


def decided(examined: Iterable[Examined], decisions: Mapping[str, Decision]) -> Iterator[Examined]:
    """What was examined, each picture as it was decided upon.

    A decision is about the picture: it holds for every file that shows exactly its pixels. Where
    two such files were decided upon, the later row counts.
    """
    everything = list(examined)
    rank = {name: place for place, name in enumerate(decisions)}
    judged: dict[str, list[str]] = defaultdict(list)
    for one in everything:
        if one.pixels and one.sha256 in decisions:
            judged[one.pixels].append(one.sha256)
    for one in everything:
        names = judged.get(one.pixels, ())
        yield _obeyed(one, decisions[max(names, key=rank.__getitem__)]) if names else one


def _obeyed(one: Examined, decision: Decision) -> Examined:
    if decision.decision == WRONG:
        return replace(one, reason="decided", detail="a person found it wrong", image=None)
    label = decision.label
    seen = replace(one.item, label=label, labels=(label,))
    return replace(one, item=seen, flags=())  # a person who looked is above any threshold


def with_decisions(inputs: Inputs, decisions: Mapping[str, Decision]) -> Inputs:
    """The inputs together with what was decided, which is part of what they are; when is not.

    Where nothing was decided, or all of it was undone, the identity is that of the inputs alone.
    """
    if not decisions:
        return inputs
    facts = [[one.sha256, one.decision, one.label] for one in decisions.values()]
    digest = sha256(canonical_json(facts).encode())
    identity = {**inputs.identity, "decisions": digest}
    return replace(inputs, identity=identity, decisions=decisions)
