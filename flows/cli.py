"""The root command: a table of sub-commands, each imported only when it is called."""

import importlib
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import NamedTuple

from crawler.command import EXIT_STATUSES, hint


class Command(NamedTuple):
    """Where the `main` of a sub-command is, and one line about it."""

    module: str
    function: str
    help: str


COMMANDS = {
    "init": Command("flows.init", "main", "write a configuration to begin with"),
    "crawl": Command("crawler.cli", "crawl_main", "gather images from web pages, politely"),
    "verify": Command("crawler.cli", "verify_main", "prove that a crawl was polite"),
    "forget": Command("crawler.cli", "forget_main", "remove images from a crawl for good"),
    "dataset": Command("dataset.cli", "dataset_main", "turn images into a clean, split snapshot"),
    "show": Command("dataset.show", "show_main", "make the image of a sample as training sees it"),
    "review": Command("dataset.commands", "review_main", "judge the labels of a snapshot"),
    "diff": Command("dataset.commands", "diff_main", "tell what two snapshots differ in"),
    "export-dataset": Command(
        "dataset.commands", "export_main", "copy a snapshot into another layout"
    ),
    "train": Command("nn.train", "train_main", "train a classifier on a snapshot"),
    "find-rate": Command(
        "nn.find_rate", "find_rate_main", "suggest a learning rate for a snapshot"
    ),
    "evaluate": Command("nn.evaluate", "evaluate_main", "measure a model on a snapshot"),
    "predict": Command("nn.predicting.command", "predict_main", "name what is on images, as CSV"),
    "summary": Command("nn.summary", "summary_main", "list the layers of a model"),
    "export": Command("nn.export.command", "export_main", "write a model as an ONNX file"),
    "run": Command("flows.run", "main", "crawl, dataset and train as one Prefect flow run"),
    "serve": Command("flows.serve", "main", "run the pipeline on a schedule"),
    "demo": Command("flows.demo.cli", "main", "the whole job on a small site made for the purpose"),
    "study": Command("flows.studies.cli", "main", "ask many trainings what a course says"),
    "bench": Command("flows.bench.cli", "main", "measure beside the best of the field"),
}

USAGE = "usage: deeprunning [--help | --version] COMMAND ..."


def main(argv: Sequence[str] | None = None) -> int:
    """Call the sub-command named first with the rest of the arguments; return its exit status."""
    name, *rest = (list(sys.argv[1:]) if argv is None else list(argv)) or ["--help"]
    if name in {"--help", "-h", "help"}:
        print(overview())
    elif name == "--version":
        print(f"deeprunning {version('deeprunning')}")
    elif name in COMMANDS:
        return call(COMMANDS[name], rest, prog=f"deeprunning {name}")
    else:
        print(f"deeprunning: no such command: {name}{hint(name, COMMANDS)}", file=sys.stderr)
        print("(`deeprunning --help` lists every command)", file=sys.stderr)
        return 2
    return 0


def call(command: Command, argv: Sequence[str], *, prog: str) -> int:
    """Import a sub-command and run it under its name."""
    run = getattr(importlib.import_module(command.module), command.function)
    status: int = run(argv, prog=prog)
    return status


def overview() -> str:
    """What `deeprunning --help` prints."""
    lines = [f"  {name:15}{command.help}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            USAGE,
            "",
            "From web pages to an image classifier you can trust, on your own computer.",
            "",
            "commands:",
            *lines,
            "",
            "`deeprunning COMMAND --help` says more about one.",
            "",
            EXIT_STATUSES,
        ]
    )
