"""A person at the page of a review, who goes on after a kill with what was not yet saved."""

import http.client
import json
import re
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from subprocess import Popen

from dataset.cleaning.decisions import UNDO, Decision, read_decisions
from dataset.review.serving import prepare
from dataset.store import open_dataset, read_samples

Verdict = tuple[str, str, str]  # sample, decision, label
Message = list[Verdict]  # decisions that are sent at once

LABEL = '薔薇, "wild"'


def verdicts(out: Path) -> list[Message]:
    """Something of every kind to say about the snapshot in `out`: six rows in four messages."""
    rows = read_samples(out, open_dataset(out / "dataset.json"))
    one, two, three, four = sorted({row.sha256: row.label for row in rows}.items())[:4]
    return [
        [(one[0], "wrong", "")],
        [(two[0], "label", LABEL)],
        [(three[0], "keep", three[1]), (four[0], "wrong", ""), (two[0], "keep", two[1])],
        [(one[0], UNDO, "")],
    ]


def send(process: Popen[str], messages: Sequence[Message]) -> int:
    """Send messages to a review that is starting; return how many it said to have saved."""
    assert process.stderr is not None
    found = re.search(r"127\.0\.0\.1:(\d+)(/\S+/)", process.stderr.readline())
    saved = 0
    try:
        while found and saved < len(messages):
            connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=30)
            sent = [{"sha256": s, "decision": d, "label": label} for s, d, label in messages[saved]]
            kind = {"Content-Type": "application/json"}
            connection.request("POST", f"{found[2]}decide", json.dumps(sent), kind)
            assert connection.getresponse().read() == b"saved"
            connection.close()
            saved += 1
    except (OSError, http.client.HTTPException):  # it died
        pass
    return saved


def counting(messages: Iterable[Message]) -> list[Verdict]:
    """The decisions that count, as `read_decisions` has them."""
    last: dict[str, Verdict] = {}
    for row in chain.from_iterable(messages):
        last.pop(row[0], None)
        if row[1] != UNDO:
            last[row[0]] = row
    return list(last.values())


def on_disk(out: Path) -> list[Verdict]:
    return [(one.sha256, one.decision, one.label) for one in read_decisions(out).values()]


def assert_kept(out: Path, messages: Sequence[Message], saved: int) -> None:
    """Every row that was said to be saved is there, and of the message after those a beginning."""
    begun = messages[saved] if saved < len(messages) else []
    ends = [counting([*messages[:saved], begun[:rows]]) for rows in range(len(begun) + 1)]
    assert on_disk(out) in ends


def go_on(out: Path, messages: Sequence[Message]) -> None:
    """Open the review again and say the rest."""
    review = prepare(out)
    for message in messages:
        review.decide([Decision(sha256=s, decision=d, label=label) for s, d, label in message])
