"""Makes small.safetensors: twenty training steps of the preset `small` in PyTorch, in float64.

    python -m tests.nn.golden.make_small    (in the repository, with torch==2.13.0, safetensors)

Images of 16 pixels, batches of 8, label smoothing, rates of OneCycleLR; AdamW with decay on
weights alone, and Nesterov. Dropout has given masks. First weights, images and masks follow from
raw bits of PCG64, which no version of NumPy changes, so that they need not be stored; of the last
weights every 97th number is kept, of the running statistics all.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

from nn.arrays import Array
from tests.nn.golden.make import ChannelsLastFlatten, our_names
from tests.nn.golden.material import (
    CLASSES,
    FEATURES,
    LR,
    SMOOTHING,
    STEPS,
    WEIGHT_DECAY,
    kept,
    material,
)

WARMUP = 0.3
CHANNELS = (3, 32, 64, 128, 256)


class Masked(nn.Module):  # type: ignore[misc]  # PyTorch is not installed here
    """Dropout whose mask is given: y = x * mask."""

    mask: torch.Tensor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.mask if self.training else x


def blocks() -> Iterator[nn.Module]:
    for before, after in pairwise(CHANNELS):
        yield nn.Conv2d(before, after, 3, padding=1, bias=False)
        yield nn.BatchNorm2d(after)
        yield nn.ReLU()
        yield nn.MaxPool2d(2)


def network(first: dict[str, Array]) -> nn.Sequential:
    """The layers of `small` for images of 16 pixels, with our first weights."""
    model = nn.Sequential(
        *blocks(), ChannelsLastFlatten(), Masked(), nn.Linear(FEATURES, CLASSES)
    ).double()
    convolutions = [layer for layer in model if isinstance(layer, nn.Conv2d)]
    with torch.no_grad():
        for number, layer in enumerate(convolutions, start=1):
            layer.weight.copy_(theirs(first[f"conv{number}.weight"]))
        model[-1].weight.copy_(theirs(first["linear1.weight"]))
        model[-1].bias.copy_(theirs(first["linear1.bias"]))
    return model


def theirs(array: Array) -> torch.Tensor:
    """(K, K, C, D) -> (D, C, K, K) and (C, D) -> (D, C)."""
    order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}[array.ndim]
    return torch.from_numpy(np.ascontiguousarray(array.transpose(order)))


def optimizer_of(name: str, model: nn.Module) -> torch.optim.Optimizer:
    groups: list[dict[str, Any]] = [
        {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": WEIGHT_DECAY},
        {"params": [p for p in model.parameters() if p.ndim == 1], "weight_decay": 0.0},
    ]
    if name == "adamw":
        return torch.optim.AdamW(groups, lr=LR)
    return torch.optim.SGD(groups, lr=LR, momentum=0.9, nesterov=True)


def train(name: str) -> dict[str, Array]:
    """Twenty steps; all that a test compares."""
    given = material()
    model = network(given.first)
    optimizer = optimizer_of(name, model)
    share = (WARMUP * (STEPS - 1) + 1) / STEPS  # puts PyTorch's peak at WARMUP of the progress
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LR, total_steps=STEPS, pct_start=share, cycle_momentum=False
    )
    images = torch.from_numpy(given.images).permute(0, 1, 4, 2, 3)
    losses = []
    for x, labels, mask in zip(images, torch.from_numpy(given.labels), given.masks, strict=True):
        model[-2].mask = torch.from_numpy(mask)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), labels, label_smoothing=SMOOTHING)
        loss.backward()
        optimizer.step()
        cycle.step()
        losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        logits = model(images[0]).numpy()
    last = {f"last.{key}": kept(key, array) for key, array in our_names(model).items()}
    return last | {"losses": np.array(losses), "logits": logits}


def main() -> None:
    """Write the file beside this script."""
    torch.set_num_threads(1)  # the same bits each time
    arrays = {
        f"{name}.{key}": array
        for name in ("adamw", "nesterov")
        for key, array in train(name).items()
    }
    versions = {"torch": str(torch.__version__), "numpy": np.__version__}
    save_file(arrays, Path(__file__).with_name("small.safetensors"), metadata=versions)


if __name__ == "__main__":
    main()
