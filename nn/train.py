"""`deeprunning train`: parse, call, print."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from crawler.command import (
    Parser,
    UsageError,
    config_flags,
    execute,
    existing,
    log_to_stderr,
    make_config,
)
from dataset.errors import DatasetError
from nn.config import TrainConfig
from nn.errors import ArchitectureError, NNError
from nn.settings import read_settings

TRAIN = """\
deeprunning train flowers/dataset/dataset.json --out flowers/model
deeprunning train flowers/dataset/dataset.json --config flowers.toml --epochs 80 --out longer
deeprunning train flowers/dataset/dataset.json --model my_layers.toml --out mine
deeprunning train few/dataset.json --from flowers/model/model.safetensors --out few/model
deeprunning train few/dataset.json --folds --out few/folds       wrong labels: suspects.csv"""


def train_main(argv: Sequence[str] | None = None, prog: str = "deeprunning train") -> int:
    """Train; stdout carries the path of the result only. Returns the exit status."""
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
    parser.add_argument(
        "--from",
        type=Path,
        dest="start",
        default=None,
        metavar="MODEL",
        help="a model.safetensors to start from: all its layers that fit, but a new last one",
    )
    parser.add_argument(
        "--folds",
        action="store_true",
        default=False,
        help="train a network for each fold of the dataset and find wrong labels; result folds.csv",
    )
    config_flags(parser, TrainConfig)
    flags = vars(parser.parse_args(argv))
    log_to_stderr()
    return execute(partial(_train, flags), (NNError, DatasetError), prog=prog)


def _train(flags: dict[str, Any]) -> None:
    dataset, out, restart = snapshot(flags.pop("dataset")), flags.pop("out"), flags.pop("restart")
    file, start, folds = flags.pop("config", None), flags.pop("start"), flags.pop("folds")
    config = make_config(TrainConfig, read_settings(file) if file else {}, flags)
    start = existing(start) if start else None
    from nn.folds.stage import run_folds
    from nn.reporting.progress import shown
    from nn.stage import run

    go, watch = run_folds if folds else run, partial(shown, config=config)
    try:
        print(go(config, dataset, out, start=start, restart=restart, watch=watch))
    except ArchitectureError as error:
        raise UsageError(str(error)) from error


def snapshot(path: Path) -> Path:
    """The path of a dataset.json itself, or UsageError where it is that of a folder or of none."""
    if existing(path).is_dir():
        raise UsageError(f"{path} is a folder; name its dataset.json")
    return path
