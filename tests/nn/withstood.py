"""What the commands make of mutated files, and what they may make of them."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]

MOST_SECONDS = 20.0  # of one file, on a machine that may be busy
MOST_MEMORY = 400.0  # MiB of a process that reads one after the other, imports included


@dataclass(frozen=True, slots=True)
class Withstood:
    """How many of the mutated files ended with which exit status, and at what cost."""

    statuses: Counter[int]
    seconds: float  # of the slowest
    peak: float  # MiB


def withstood(folder: Path, kind: str, mutation: str, first: int, count: int) -> Withstood:
    """Give `count` mutated files to a command and check each answer.

    A damaged file is refused, in one sentence that names it. A hostile one, sealed again, may
    also be a good one of other numbers: then it ends as any other would, and a word of what is
    wrong with them may be said of an input or of the training.
    """
    words = [str(folder), kind, mutation, str(first), str(count)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.nn.mutated", *words],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    good, *lines, peak = done.stdout.splitlines()
    assert json.loads(good)["status"] == 0, good
    results = [json.loads(line) for line in lines]
    assert len(results) == count
    for result in results:
        check(result, sealed=mutation == "hostile")
    return Withstood(
        Counter(result["status"] for result in results),
        max(result["seconds"] for result in results),
        float(peak),
    )


def check(result: dict[str, Any], *, sealed: bool) -> None:
    assert result["status"] in ({0, 1} if sealed else {1}), result
    assert result["events"] == [], result
    assert "Traceback" not in result["err"], result
    refused = result["status"] == 1 and result["out"] == ""
    if not sealed or (refused and "training diverged" not in result["err"]):
        assert result["out"] == "", result
        assert result["err"].count("\n") == 1, result
        assert any(f"{name}.safetensors" in result["err"] for name in ("mutated", "checkpoint"))
