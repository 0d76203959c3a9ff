"""`deeprunning summary`: the layers of a model, with shapes, parameters, arithmetic and memory."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.command import (
    Parser,
    UsageError,
    config_flags,
    execute,
    existing,
    log_to_stderr,
    make_config,
)
from nn.config import TrainConfig
from nn.errors import ArchitectureError, NNError
from nn.reporting.tables import printed_table

if TYPE_CHECKING:
    from nn.model import Sequential

log = logging.getLogger(__name__)

MAX_CLASSES = 100_000

SUMMARY = """\
deeprunning summary flowers/model/model.safetensors                   a trained model
deeprunning summary small --size 64 --classes 12                      a preset
deeprunning summary alexnet --width 0.25 --size 227 --batch-size 64   narrower, for larger batches
deeprunning summary my_layers.toml                                    a list of layers"""


def summary_main(argv: Sequence[str] | None = None, prog: str = "deeprunning summary") -> int:
    """List layers; stdout carries a row a layer, stderr the totals. Returns the exit status.

    The columns are name,layer,shape,parameters,multiply_adds.
    """
    parser = Parser(prog, "List the layers of a model.", epilog=SUMMARY)
    parser.add_argument(
        "model", metavar="MODEL", help="a model.safetensors, a preset, or a TOML list of layers"
    )
    parser.add_argument("--size", type=int, default=64, help="pixels, for a preset (default 64)")
    parser.add_argument("--classes", type=int, default=10, help="for a preset (default 10)")
    config_flags(parser, TrainConfig, ("batch_size", "width"))
    options = vars(parser.parse_args(argv))
    log_to_stderr()
    size, classes = options.pop("size"), options.pop("classes")
    return execute(
        lambda: _summary(make_config(TrainConfig, {}, options), size, classes),
        (NNError,),
        prog=prog,
    )


def _summary(config: TrainConfig, size: int, classes: int) -> None:
    """List the layers of the config's model, and tell the totals."""
    built = _built(config, size, classes)
    rows = built.summary()
    write = printed_table("name", "layer", "shape", "parameters", "multiply_adds")
    for row in rows:
        shape = "x".join(map(str, row.shape))
        write([row.name, row.layer, shape, row.parameters, row.multiply_adds])
    log.info("%s parameters", f"{sum(row.parameters for row in rows):,}")
    log.info(
        "%s multiply-adds of weights for one image forward; two FLOPs each, and thrice to learn it",
        f"{sum(row.multiply_adds for row in rows):,}",
    )
    _tell_memory(built, config)


def _tell_memory(model: "Sequential", config: TrainConfig) -> None:
    """Log what memory the model will take; it is spent."""
    from nn.memory import to_predict, to_train

    log.info(
        "memory: about %s MB to train in batches of %d, %s MB to predict (%d images at once)",
        f"{to_train(model, config) / 1e6:,.0f}",
        config.batch_size,
        f"{to_predict(model) / 1e6:,.0f}",
        model.block,
    )


def _built(config: TrainConfig, size: int, classes: int) -> "Sequential":
    """The model that the config names, with weights of zero. Raises UsageError."""
    from nn.architecture import expand
    from nn.files.modelfile import MAX_SIDE, read_model
    from nn.files.network import naming, network
    from nn.model import Sequential

    model = config.model
    if not 1 <= size <= MAX_SIDE:
        raise UsageError(f"--size must be from 1 to {MAX_SIDE} pixels, got {size}")
    if not 2 <= classes <= MAX_CLASSES:
        raise UsageError(f"--classes must be from 2 to {MAX_CLASSES}, got {classes}")
    try:
        if model.endswith(".safetensors"):
            file = read_model(existing(Path(model)))
            with naming(model):
                built = network(file)
        else:
            built = Sequential.from_spec(expand(model, classes=classes, width=config.width))
            built.build((size, size, 3))
    except ArchitectureError as error:
        raise UsageError(str(error)) from error
    except MemoryError as error:
        raise UsageError(
            f"{model} is too large for the memory with {size} pixels and {classes} classes"
        ) from error
    return built
