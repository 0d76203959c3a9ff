"""The audit by cleanvision: nine kinds of issues, found in one process."""

from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

from cleanvision import Imagelab

from flows.bench.dataset.way import Way


def audit(material: Sequence[Path]) -> Iterator[Way]:
    """All of its default checks."""
    paths = [str(file) for file in material]

    def audited() -> Iterator[Any]:
        lab = Imagelab(filepaths=paths)
        with redirect_stderr(StringIO()):  # its bars would run over what we tell
            lab.find_issues(n_jobs=1, verbose=False)
        yield lab.issues

    yield Way(how="9 kinds of issues, a pHash", images=len(paths), once=audited)
