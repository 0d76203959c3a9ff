"""`deeprunning summary`: the layers of a model, with shapes and parameters."""

import logging
from collections.abc import Sequence
from pathlib import Path

from crawler.command import Parser, UsageError, execute, existing, log_to_stderr
from nn.errors import ArchitectureError, NNError
from nn.reporting.tables import printed_table

log = logging.getLogger(__name__)

MAX_CLASSES = 100_000

SUMMARY = """\
deeprunning summary flowers/model/model.safetensors                   a trained model
deeprunning summary small --size 64 --classes 12                      a preset
deeprunning summary my_layers.toml                                    a list of layers"""


def summary_main(argv: Sequence[str] | None = None, prog: str = "deeprunning summary") -> int:
    """List layers; stdout carries the table name,layer,shape,parameters. Returns the status."""
    parser = Parser(prog, "List the layers of a model.", epilog=SUMMARY)
    parser.add_argument(
        "model", metavar="MODEL", help="a model.safetensors, a preset, or a TOML list of layers"
    )
    parser.add_argument("--size", type=int, default=64, help="pixels, for a preset (default 64)")
    parser.add_argument("--classes", type=int, default=10, help="for a preset (default 10)")
    options = parser.parse_args(argv)
    log_to_stderr()
    return execute(lambda: _summary(**vars(options)), (NNError,), prog=prog)


def _summary(model: str, size: int, classes: int) -> None:
    from nn.architecture import expand
    from nn.files.modelfile import MAX_SIDE, read_model
    from nn.files.network import naming, network
    from nn.model import Sequential

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
            built = Sequential.from_spec(expand(model, classes=classes))
            built.build((size, size, 3))
    except ArchitectureError as error:
        raise UsageError(str(error)) from error
    except MemoryError as error:
        raise UsageError(
            f"{model} is too large for the memory with {size} pixels and {classes} classes"
        ) from error
    rows = built.summary()
    write = printed_table("name", "layer", "shape", "parameters")
    for row in rows:
        write([row.name, row.layer, "x".join(map(str, row.shape)), row.parameters])
    log.info("%s parameters", f"{sum(row.parameters for row in rows):,}")
