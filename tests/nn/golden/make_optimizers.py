"""Makes optimizers.safetensors: what PyTorch's optimizers, schedules, clipping and shrinking do.

    python -m tests.nn.golden.make_optimizers  (in the repository, with torch==2.13.0, safetensors)

Every optimizer goes a hundred steps in float64 down a noisy, ill-conditioned bowl, whose gradient
at p in step t is curvature * p + noise[t]: once at a constant rate, once with decay on every
second parameter and a rate that changes from step to step.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.optim import lr_scheduler

from nn.arrays import Array

STEPS, SIZE = 100, 12
DECAY = 0.1
RUN = 41  # steps of a schedule
WARMUP = 8  # of these

OPTIMIZERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "sgd": (torch.optim.SGD, {"lr": 0.05}),
    "momentum": (torch.optim.SGD, {"lr": 0.01, "momentum": 0.9}),
    "nesterov": (torch.optim.SGD, {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    "adagrad": (torch.optim.Adagrad, {"lr": 0.5}),
    "rmsprop": (torch.optim.RMSprop, {"lr": 0.01}),
    "adam": (torch.optim.Adam, {"lr": 0.05}),
    "adamw": (torch.optim.AdamW, {"lr": 0.05, "weight_decay": 0.0}),
}


def bowl() -> dict[str, Array]:
    """Where the optimizers are let go, and by which factor their rate changes in each step."""
    rng = np.random.default_rng(0)
    return {
        "start": rng.normal(size=SIZE),
        "curvature": np.geomspace(0.1, 10, SIZE),
        "noise": rng.normal(0, 0.1, size=(STEPS, SIZE)),
        "rates": 1 + 0.5 * np.sin(np.arange(STEPS)),
    }


def trajectory(name: str, given: dict[str, Array], *, varied: bool) -> Array:
    """The parameters after every step: (STEPS, SIZE)."""
    kind, settings = OPTIMIZERS[name]
    parts = [torch.tensor(given["start"][i::2], requires_grad=True) for i in (0, 1)]
    decays = (DECAY if varied else 0.0, 0.0)
    groups = [{"params": [p], "weight_decay": d} for p, d in zip(parts, decays, strict=True)]
    optimizer = kind(groups, **settings)
    path = np.empty((STEPS, SIZE))
    for t in range(STEPS):
        for i, (group, p) in enumerate(zip(optimizer.param_groups, parts, strict=True)):
            group["lr"] = settings["lr"] * (given["rates"][t] if varied else 1.0)
            curvature = torch.from_numpy(given["curvature"][i::2])
            p.grad = curvature * p.detach() + torch.from_numpy(given["noise"][t, i::2])
        optimizer.step()
        for i, p in enumerate(parts):
            path[t, i::2] = p.detach().numpy()
    return path


def schedule(make: Callable[[Any], Any]) -> Array:
    """The rates of a schedule whose peak is 1: (RUN,)."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler, rates = make(optimizer), []
    for _ in range(RUN):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return np.array(rates)


def warmed_cosine(optimizer: Any) -> Any:
    rise = lr_scheduler.LinearLR(optimizer, start_factor=0.01, total_iters=WARMUP)
    fall = lr_scheduler.CosineAnnealingLR(optimizer, RUN - 1 - WARMUP)
    return lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[WARMUP])


def schedules() -> dict[str, Array]:
    """All of them, over progress 0, 1/40, ... 1."""
    share = (0.3 * (RUN - 1) + 1) / RUN  # puts PyTorch's peak at 0.3 of the progress
    return {
        "constant": schedule(lambda o: lr_scheduler.ConstantLR(o, factor=1.0)),
        "step": schedule(lambda o: lr_scheduler.MultiStepLR(o, [20, 30])),
        "cosine": schedule(lambda o: lr_scheduler.CosineAnnealingLR(o, RUN - 1)),
        "one_cycle": schedule(
            lambda o: lr_scheduler.OneCycleLR(
                o, 1.0, total_steps=RUN, pct_start=share, cycle_momentum=False
            )
        ),
        "warmed_cosine": schedule(warmed_cosine),
    }


def vectors(start: Array) -> dict[str, Array]:
    """The start as a gradient clipped by norm and by value, and shrunk to zero."""
    p = torch.from_numpy(start).requires_grad_()
    clipped = {}
    for name, clip in (
        ("norm", torch.nn.utils.clip_grad_norm_),
        ("value", torch.nn.utils.clip_grad_value_),
    ):
        p.grad = p.detach().clone()
        clip([p], 0.5)
        clipped[f"clip.{name}"] = p.grad.numpy()
    return clipped | {"shrink": torch.nn.functional.softshrink(p.detach(), 0.5).numpy()}


def main() -> None:
    """Write the file beside this script."""
    arrays = bowl()
    paths = {
        f"{name}.{kind}": trajectory(name, arrays, varied=kind == "varied")
        for name in OPTIMIZERS
        for kind in ("plain", "varied")
    }
    rates = {f"schedule.{name}": values for name, values in schedules().items()}
    versions = {"torch": str(torch.__version__), "numpy": np.__version__}
    target = Path(__file__).with_name("optimizers.safetensors")
    save_file(arrays | paths | rates | vectors(arrays["start"]), target, metadata=versions)


if __name__ == "__main__":
    main()
