"""`deeprunning export`: a model as an ONNX file that has proved itself in onnxruntime."""

import logging
from collections.abc import Sequence
from pathlib import Path

from crawler.command import Parser, UsageError, execute, existing, log_to_stderr
from dataset.errors import DatasetError
from nn.errors import NNError

log = logging.getLogger(__name__)

EXPORT = """\
deeprunning export flowers/model/model.safetensors --onnx flowers.onnx
deeprunning export flowers/model/model.safetensors --onnx flowers.onnx \\
    --check flowers/dataset/dataset.json                              compared on real images"""


def export_main(argv: Sequence[str] | None = None, prog: str = "deeprunning export") -> int:
    """Export; stdout carries the path of the file only. Returns the exit status."""
    parser = Parser(prog, "Write a model as an ONNX file.", epilog=EXPORT)
    parser.add_argument("model", type=Path, metavar="MODEL", help="a model.safetensors")
    parser.add_argument("--onnx", type=Path, required=True, metavar="FILE", help="to write")
    parser.add_argument(
        "--check",
        type=Path,
        metavar="DATASET.json",
        help="compare on images of it, its test split first (default: on drawn ones)",
    )
    flags = vars(parser.parse_args(argv))
    log_to_stderr()
    failures = (NNError, DatasetError)
    return execute(
        lambda: _export(existing(flags["model"]), flags["onnx"], flags.get("check")),
        failures,
        prog=prog,
    )


def _export(model: Path, out: Path, dataset: Path | None) -> None:
    if out.is_dir() or out.resolve() == model.resolve():
        raise UsageError(f"--onnx must name a file of its own to write, got {out}")
    from nn.export.errors import ExportError
    from nn.train import snapshot

    snapshot_path = None if dataset is None else snapshot(dataset)
    try:
        from nn.export.export import export
    except ModuleNotFoundError as error:
        raise ExportError(
            f'{error.name} is not installed; export needs pip install "deeprunning[onnx]"'
        ) from error
    found = export(model, out, snapshot_path)
    log.info(
        "largest difference of a logit to %s on %s: %.2g",
        found.runtime,
        found.images,
        found.difference,
    )
    print(out)
