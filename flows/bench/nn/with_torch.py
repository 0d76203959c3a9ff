"""PyTorch's way, in its forms: contiguous, channels-last, compile, and bf16 for information.

bf16 is autocast over channels-last; compile is torch.compile with its defaults over contiguous.
"""

import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from flows.bench.nn.cell import Cell
from flows.bench.nn.cold_start import ColdStart, photo_in
from flows.bench.nn.layout import images
from flows.bench.nn.models import model_of
from flows.bench.nn.terms import RATE
from flows.bench.nn.torch_layers import chained
from flows.bench.nn.worker import Step

LAST = ("channels-last", "bf16")

os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"  # no processes beside this one


def train(cell: Cell, form: str) -> Step:
    """Forward, loss, backward and Adam."""
    module, x, around = _made(cell, form)
    labels = torch.from_numpy(model_of(cell.model).batch(cell.batch)[1])
    optimizer = torch.optim.Adam(module.parameters(), lr=RATE)

    def step() -> Any:
        optimizer.zero_grad()
        with around():
            loss = cross_entropy(module(x), labels)
        loss.backward()
        optimizer.step()
        return loss

    return step


def inference(cell: Cell, form: str) -> Step:
    """Logits of a batch."""
    module, x, around = _made(cell, form)
    module.eval()

    def step() -> Any:
        with torch.inference_mode(), around():
            return module(x)

    return step


def cold(cell: Cell, form: str) -> ColdStart:
    """A script that loads the weights and a photo and prints the class."""
    files = TemporaryDirectory()
    file, photo = Path(files.name) / "state.pt", photo_in(Path(files.name))
    torch.save(chained(model_of(cell.model).built().layers.values()).state_dict(), file)
    script = Path(__file__).with_name("cold_torch.py")
    return ColdStart([sys.executable, str(script), str(file), str(photo)], files)


def _made(cell: Cell, form: str) -> tuple[Any, Any, Callable[[], Any]]:
    """The module, a batch for it, and what its forward pass runs within."""
    torch.set_num_threads(cell.threads)
    memory = torch.channels_last if form in LAST else torch.contiguous_format
    module = chained(model_of(cell.model).built().layers.values()).to(memory_format=memory)
    pixels, _ = model_of(cell.model).batch(cell.batch)
    x = torch.from_numpy(images(pixels)).contiguous(memory_format=memory)
    if form == "compile":
        module = torch.compile(module)
    if form == "bf16":
        return module, x, lambda: torch.autocast("cpu", torch.bfloat16)
    return module, x, nullcontext
