"""Gives mutated files to the commands, in a process of its own with little memory.

python -m tests.nn.mutated FOLDER KIND MUTATION FIRST COUNT: a line of JSON a mutation, and a last
one with the memory that was held at most. KIND is model or checkpoint, MUTATION damaged or hostile.
"""

import json
import shutil
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

import nn
from nn.files.modelfile import ModelFile, Preprocessing
from nn.model import Sequential
from tests.nn import mutations
from tests.nn.command import command
from tests.nn.snapshot import CLASSES, make_config, make_photos, make_snapshot

MEMORY = 3 << 30  # bytes of address space
SPEC: tuple[dict[str, Any], ...] = (
    {"layer": "Pad2d", "padding": [1, 0, 0, 1], "mode": "reflect"},
    {"layer": "Conv2d", "out_channels": 6, "kernel_size": 3, "padding": 1, "bias": False},
    {"layer": "BatchNorm", "eps": 1e-4},
    {"layer": "ELU", "alpha": 0.5},
    {"layer": "MaxPool2d", "kernel_size": 3, "stride": 2, "padding": 1, "ceil": True},
    {"layer": "LocalResponseNorm", "size": 3},
    {
        "layer": "Residual",
        "layers": [
            {"layer": "Conv2d", "out_channels": 6, "kernel_size": [3, 1], "padding": [1, 0]}
        ],
        "shortcut": [{"layer": "Conv2d", "out_channels": 6, "kernel_size": 1, "groups": 2}],
    },
    {"layer": "AvgPool2d", "kernel_size": 2, "dilation": 2},
    {"layer": "Flatten"},
    {"layer": "Dropout", "p": 0.2},
    {"layer": "Linear", "out_features": len(CLASSES)},
)


def prepare(folder: Path) -> None:
    """A good model, a photo, and a training that was stopped after its first epoch."""
    model = Sequential.from_spec(SPEC)
    model.build((8, 8, 3), np.random.default_rng(0))
    file = ModelFile(
        architecture=SPEC,
        classes=CLASSES,
        preprocessing=Preprocessing(size=8, stored=10, mean=(0.5,) * 3, std=(0.2,) * 3),
        dataset="ab" * 32,
        metrics={"val": {"accuracy": 0.5}},
        versions={"numpy": "2"},
        weights=model.state(),
    )
    (folder / "good.safetensors").write_bytes(file.encode())
    config = make_config(folder, model=str(folder / "layers.toml"))
    (folder / "config.toml").write_text(
        '[train]\nmodel = "layers.toml"\nepochs = 2\nthreads = 1\n', encoding="utf-8"
    )

    def stopped(rows: Iterator[Any]) -> Iterator[Any]:
        yield next(rows)
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        nn.run(config, make_snapshot(folder), folder / "stopped", watch=stopped)
    make_photos(folder / "shown")


class Watch:
    """What a file that is only read may not bring about, by Python's own account."""

    FORBIDDEN = (
        *("os.system", "os.exec", "os.posix_spawn", "os.fork", "subprocess.Popen"),
        *("pickle.find_class", "socket.connect", "ctypes.dlopen"),
    )

    def __init__(self) -> None:
        self.seen: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in self.FORBIDDEN:
            self.seen.append(event)


def predict(folder: Path, body: bytes) -> dict[str, Any]:
    path = folder / "mutated.safetensors"
    path.write_bytes(body)
    return result("predict", path, folder / "shown" / "bar" / "1.png")


def resume(folder: Path, body: bytes) -> dict[str, Any]:
    out = folder / "resumed"
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(folder / "stopped", out)
    (out / "checkpoint.safetensors").write_bytes(body)
    words = ("--config", folder / "config.toml", "--out", out)
    return result("train", folder / "dataset" / "dataset.json", *words)


def result(*words: object) -> dict[str, Any]:
    began = time.monotonic()
    try:
        done = command(*words)
    except BaseException:  # noqa: BLE001  # whatever it is, it is a fault to be told of
        return {"status": -1, "out": "", "err": traceback.format_exc(), "seconds": 0}
    seconds = time.monotonic() - began
    return {"status": done.status, "out": done.out, "err": done.err, "seconds": seconds}


KINDS = {
    "model": ("good.safetensors", predict),
    "checkpoint": ("stopped/checkpoint.safetensors", resume),
}


def main(folder: Path, kind: str, mutation: str, first: int, count: int) -> None:
    warnings.simplefilter("always")
    name, given = KINDS[kind]
    good = (folder / name).read_bytes()
    import resource  # no such thing on Windows, where this is not called

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    print(json.dumps(given(folder, good)), flush=True)  # brings in all that is needed
    watch = Watch()
    for number in range(first, first + count):
        body = getattr(mutations, mutation)(good, number)
        watch.seen.clear()
        found = given(folder, body) | {"number": number, "events": list(watch.seen)}
        print(json.dumps(found), flush=True)
    told = Path("/proc/self/status").read_text(encoding="utf-8")
    print(int(told.split("VmHWM:")[1].split()[0]) / 1024)


if __name__ == "__main__":
    where, kind_given, mutation_given, *numbers = sys.argv[1:]
    main(Path(where), kind_given, mutation_given, *map(int, numbers))
