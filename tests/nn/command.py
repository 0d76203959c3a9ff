"""Calls a command of `python -m nn` in this process and catches what it prints."""

import contextlib
import io
from dataclasses import dataclass

from nn.cli import main


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str


def command(*arguments: object) -> Done:
    """Run `python -m nn` with these arguments."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(list(map(str, arguments)))
        except SystemExit as end:  # argparse ends so
            status = end.code if isinstance(end.code, int) else 1
    return Done(status, out.getvalue(), err.getvalue())
