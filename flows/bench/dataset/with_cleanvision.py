"""The audit by cleanvision: nine kinds of issues, found in one process."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flows.bench.dataset.way import Way

os.environ.setdefault("TQDM_DISABLE", "1")  # its bars would run over what we tell
from cleanvision import Imagelab  # which reads that when it is imported


def audit(material: Sequence[Path]) -> Iterator[Way]:
    """All of its default checks."""
    paths = [str(file) for file in material]

    def audited() -> Iterator[Any]:
        lab = Imagelab(filepaths=paths)
        lab.find_issues(n_jobs=1, verbose=False)
        yield lab.issues

    yield Way(how="9 kinds of issues, a pHash", images=len(paths), once=audited)
