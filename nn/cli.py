"""`deeprunning train`: parse, call, print; and the table of all commands of nn."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from crawler.command import (
    EXIT_STATUSES,
    Parser,
    UsageError,
    config_flags,
    execute,
    existing,
    hint,
    log_to_stderr,
    make_config,
)
from dataset.errors import DatasetError
from nn.config import TrainConfig
from nn.errors import ArchitectureError, NNError
from nn.evaluate import evaluate_main
from nn.export.command import export_main
from nn.find_rate import find_rate_main
from nn.predicting.command import predict_main
from nn.settings import read_settings
from nn.summary import summary_main

FAILURES = (NNError, DatasetError)

TRAIN = """\
deeprunning train flowers/dataset/dataset.json --out flowers/model
deeprunning train flowers/dataset/dataset.json --config flowers.toml --epochs 80 --out longer
deeprunning train flowers/dataset/dataset.json --model my_layers.toml --out mine"""


def train_main(argv: Sequence[str] | None = None, prog: str = "deeprunning train") -> int:
    """Train; stdout carries the path of model.safetensors only. Returns the exit status."""
    parser = Parser(prog, "Train a classifier on a snapshot.", epilog=TRAIN)
    parser.add_argument("dataset", type=Path, metavar="DATASET.json", help="what to learn from")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to fill")
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML file; [train] is read")
    parser.add_argument(
        "--restart",
        action="store_true",
        default=False,
        help="replace another training in --out; with the same one it goes on",
    )
    config_flags(parser, TrainConfig)
    flags = vars(parser.parse_args(argv))
    log_to_stderr()
    return execute(partial(_train, flags), FAILURES, prog=prog)


def _train(flags: dict[str, Any]) -> None:
    dataset, out, restart = snapshot(flags.pop("dataset")), flags.pop("out"), flags.pop("restart")
    file = flags.pop("config", None)
    config = make_config(TrainConfig, read_settings(file) if file else {}, flags)
    from nn.reporting.progress import shown
    from nn.stage import run

    try:
        print(run(config, dataset, out, restart=restart, watch=partial(shown, config=config)))
    except ArchitectureError as error:
        raise UsageError(str(error)) from error


def snapshot(path: Path) -> Path:
    """The path of a dataset.json itself, or UsageError where it is that of a folder or of none."""
    if existing(path).is_dir():
        raise UsageError(f"{path} is a folder; name its dataset.json")
    return path


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
