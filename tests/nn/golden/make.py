"""Makes training.safetensors: five training steps of a small network in PyTorch, in float64.

    python -m tests.nn.golden.make    (from the repository, with torch==2.13.0 and safetensors)

The network has all that `small` has and more: convolutions with and without bias and stride, batch
normalisation of images and of vectors, ReLU, max pooling, linear layers; label smoothing; Adam with
L2 decay and AdamW, on weights alone; the rates of OneCycleLR. No bias stands before a batch
normalisation, where its gradient would be rounding noise. Images are channels last, weights lie as
our layers keep them.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

from nn.arrays import Array

STEPS, BATCH, SIZE, CLASSES = 5, 6, 8, 4
WEIGHT_DECAY, SMOOTHING, LR = 0.1, 0.1, 0.01
WARMUP = 0.3


class ChannelsLastFlatten(nn.Module):  # type: ignore[misc]  # PyTorch is not installed here
    """(N, C, H, W) -> (N, H * W * C), as our Flatten orders the numbers."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.permute(0, 2, 3, 1).flatten(1)


def network() -> nn.Sequential:
    """The same layers as `NETWORK` in test_golden."""
    return nn.Sequential(
        nn.Conv2d(3, 5, 3, padding=1, bias=False),
        nn.BatchNorm2d(5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(5, 6, 3, stride=2, padding=1),
        nn.ReLU(),
        ChannelsLastFlatten(),
        nn.Linear(2 * 2 * 6, 8, bias=False),
        nn.BatchNorm1d(8),
        nn.ReLU(),
        nn.Linear(8, CLASSES),
    ).double()


def our_names(model: nn.Sequential) -> dict[str, Array]:
    """Parameters and running statistics by the names and in the layout of our layers."""
    kinds = {nn.Conv2d: "conv", nn.Linear: "linear", nn.BatchNorm2d: "norm", nn.BatchNorm1d: "norm"}
    counts: dict[str, int] = {}
    arrays = {}
    for layer in model:
        if (kind := kinds.get(type(layer))) is None:
            continue
        counts[kind] = counts.get(kind, 0) + 1
        for key, value in layer.state_dict().items():
            name = f"{kind}{counts[kind]}.{our_key(kind, key)}"
            if key != "num_batches_tracked":
                arrays[name] = our_layout(value.numpy().copy())
    return arrays


def our_key(kind: str, key: str) -> str:
    return {"weight": "gamma", "bias": "beta"}.get(key, key) if kind == "norm" else key


def our_layout(array: Array) -> Array:
    """(D, C, K, K) -> (K, K, C, D) and (D, C) -> (C, D)."""
    order = {4: (2, 3, 1, 0), 2: (1, 0), 1: (0,)}[array.ndim]
    return np.ascontiguousarray(array.transpose(order))


def train(optimizer_class: Any, x: torch.Tensor, labels: torch.Tensor) -> dict[str, Array]:
    """Five steps from the same first weights; all that a test compares."""
    torch.manual_seed(0)
    model = network()
    first = our_names(model)
    groups = [
        {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": WEIGHT_DECAY},
        {"params": [p for p in model.parameters() if p.ndim == 1], "weight_decay": 0.0},
    ]
    optimizer = optimizer_class(groups, lr=LR)
    share = (WARMUP * (STEPS - 1) + 1) / STEPS  # puts PyTorch's peak at WARMUP of the progress
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LR, total_steps=STEPS, pct_start=share, cycle_momentum=False
    )
    losses, rates = [], []
    for step in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.zero_grad()
        logits = model(x[step].permute(0, 3, 1, 2))
        loss = nn.functional.cross_entropy(logits, labels[step], label_smoothing=SMOOTHING)
        loss.backward()
        if step == 0:
            grads = {name: p.grad.clone() for name, p in model.named_parameters()}
        optimizer.step()
        cycle.step()
        losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        logits = model(x[0].permute(0, 3, 1, 2)).numpy()
    last = our_names(model)
    model.load_state_dict(grads, strict=False)
    gradient = {name: a for name, a in our_names(model).items() if "running" not in name}
    return {
        **{f"first.{name}": array for name, array in first.items()},
        **{f"gradient.{name}": array for name, array in gradient.items()},
        **{f"last.{name}": array for name, array in last.items()},
        "losses": np.array(losses),
        "rates": np.array(rates),
        "logits": logits,
    }


def main() -> None:
    """Write the file beside this script."""
    rng = np.random.default_rng(0)
    images = rng.normal(size=(STEPS, BATCH, SIZE, SIZE, 3)).astype(np.float32)
    labels = rng.integers(0, CLASSES, (STEPS, BATCH))
    arrays: dict[str, Array] = {"images": images, "labels": labels}
    for optimizer in torch.optim.Adam, torch.optim.AdamW:
        golden = train(optimizer, torch.from_numpy(images).double(), torch.from_numpy(labels))
        arrays |= {f"{optimizer.__name__}.{name}": array for name, array in golden.items()}
    versions = {"torch": str(torch.__version__), "numpy": np.__version__}
    save_file(arrays, Path(__file__).with_name("training.safetensors"), metadata=versions)


if __name__ == "__main__":
    main()
