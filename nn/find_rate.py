"""`deeprunning find-rate`: a learning rate to begin with, and the curve it was read from."""

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from crawler.command import (
    Parser,
    UsageError,
    config_flags,
    execute,
    folder,
    log_to_stderr,
    make_config,
)
from dataset.errors import DatasetError
from nn.config import TrainConfig
from nn.errors import ArchitectureError, NNError
from nn.settings import read_settings

log = logging.getLogger(__name__)

FEWEST = 10  # steps
DECIDING = (  # the settings that a good rate depends on
    "model",
    "batch_size",
    "seed",
    "weight_decay",
    "label_smoothing",
    "threads",
    "optimizer",
    "momentum",
    "width",
)

FIND_RATE = """\
deeprunning find-rate flowers/dataset/dataset.json --out flowers/rate
deeprunning find-rate flowers/dataset/dataset.json --optimizer nesterov --out flowers/rate"""


def find_rate_main(argv: Sequence[str] | None = None, prog: str = "deeprunning find-rate") -> int:
    """Search; stdout carries the suggested rate only. Returns the exit status."""
    parser = Parser(prog, "Suggest a learning rate for a snapshot.", epilog=FIND_RATE)
    parser.add_argument("dataset", type=Path, metavar="DATASET.json", help="what to learn from")
    parser.add_argument(
        "--out", type=folder, required=True, metavar="DIR", help="gets rates.csv and rates.svg"
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML file; [train] is read")
    parser.add_argument(
        "--steps", type=int, default=100, metavar="N", help="of the search (default 100)"
    )
    config_flags(parser, TrainConfig, DECIDING)
    flags = vars(parser.parse_args(argv))
    log_to_stderr()
    return execute(partial(_find_rate, flags), (NNError, DatasetError), prog=prog)


def _find_rate(flags: dict[str, Any]) -> None:
    dataset, out, steps = flags.pop("dataset"), flags.pop("out"), flags.pop("steps")
    file = flags.pop("config", None)
    if steps < FEWEST:
        raise UsageError(f"--steps must be at least {FEWEST}, got {steps}")
    config = make_config(TrainConfig, read_settings(file) if file else {}, flags)
    from crawler.files import replacing
    from nn.architecture import expand
    from nn.cli import snapshot
    from nn.reporting.plots import rates_picture
    from nn.reporting.tables import table
    from nn.snapshot import opened
    from nn.stage import begin
    from nn.training.finder import RateRow, search, suggestion

    source = opened(snapshot(dataset))
    try:
        spec = expand(config.model, classes=len(source.classes), width=config.width)
        training = begin(config, spec, source)
    except ArchitectureError as error:
        raise UsageError(str(error)) from error
    rows = list(search(training, steps=steps))
    out.mkdir(parents=True, exist_ok=True)
    found = suggestion(rows)
    for name, body in (
        ("rates.csv", table(RateRow, rows)),
        ("rates.svg", rates_picture(rows, found).encode()),
    ):
        with replacing(out / name) as part:
            part.write_bytes(body)
        log.info("%s", out / name)
    print(f"{found:g}")
