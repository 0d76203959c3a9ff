"""The commands of nn, each in a module of its own."""

import sys
from collections.abc import Callable, Sequence

from crawler.command import EXIT_STATUSES, hint
from nn.evaluate import evaluate_main
from nn.export.command import export_main
from nn.find_rate import find_rate_main
from nn.predicting.command import predict_main
from nn.summary import summary_main
from nn.train import train_main

COMMANDS: dict[str, Callable[..., int]] = {
    "train": train_main,
    "find-rate": find_rate_main,
    "evaluate": evaluate_main,
    "predict": predict_main,
    "summary": summary_main,
    "export": export_main,
}


def main(argv: Sequence[str] | None = None, prog: str = "python -m nn") -> int:
    """Call the command named first with the rest of the arguments; return its exit status."""
    name, *rest = (sys.argv[1:] if argv is None else list(argv)) or ["--help"]
    if name in COMMANDS:
        return COMMANDS[name](rest, prog=f"{prog} {name}")
    if name in {"--help", "-h"}:
        usage = f"usage: {prog} {{{','.join(COMMANDS)}}} ..."
        print(f"{usage}\n\n`{prog} COMMAND --help` says more about one.\n\n{EXIT_STATUSES}")
        return 0
    print(f"{prog}: no such command: {name}{hint(name, COMMANDS)}", file=sys.stderr)
    return 2
