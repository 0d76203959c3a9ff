"""Test accuracy beside PyTorch's: the same net, snapshot, batches, augmentation and schedule.

    python -m tests.accept.torch_peer dataset/dataset.json --epochs 40 --seeds 0 1 2

For each seed our library trains a model, and so does PyTorch from the same first weights, on the
same arrays in the same order at the same rates; each keeps its best epoch by the same metric on
the validation split. The two differ in rounding and in the masks of dropout alone. Printed is a
CSV of seed, ours, torch (accuracies on the test split) and seconds, and a last line of means.
Needs torch==2.13.0 beside NumPy, Pillow, safetensors and threadpoolctl.
"""

import argparse
import copy
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from crawler.command import config_flags, make_config
from dataset.augment import centre_crop, normalize
from dataset.store import Dataset, open_dataset
from nn.architecture import Spec, expand
from nn.arrays import Array
from nn.config import TrainConfig
from nn.evaluation.metrics import Scores, scores
from nn.material import train_data
from nn.model import Sequential
from nn.training.data import Batch, TrainData, batches, epoch_batches, val_batches
from nn.training.schedules import SCHEDULES
from nn.training.train import VAL_BATCH, Training

Logits = Callable[[Array], Array]  # (N, H, W, C) -> (N, K)


def main() -> None:
    """Train every seed twice and print the accuracies."""
    parser = argparse.ArgumentParser(argument_default=argparse.SUPPRESS)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    config_flags(parser, TrainConfig, [name for name in TrainConfig.__slots__ if name != "seed"])
    options = vars(parser.parse_args())
    snapshot, seeds = open_dataset(options.pop("dataset")), options.pop("seeds")
    rows = []
    print("seed,ours,torch,ours_seconds,torch_seconds")
    for seed in seeds:
        config = make_config(TrainConfig, options, {"seed": seed})
        ours, our_seconds = timed(train_ours, config, snapshot)
        peer, peer_seconds = timed(train_torch, config, snapshot)
        rows.append((ours, peer))
        print(f"{seed},{ours:.4f},{peer:.4f},{our_seconds:.0f},{peer_seconds:.0f}", flush=True)
    print("mean,{:.4f},{:.4f}".format(*np.mean(rows, axis=0)))


def timed(
    train: Callable[[TrainConfig, Dataset], float], config: TrainConfig, snapshot: Dataset
) -> tuple[float, float]:
    """What a training returns, and the seconds it took."""
    started = time.perf_counter()
    return train(config, snapshot), time.perf_counter() - started


def first_model(config: TrainConfig, snapshot: Dataset) -> tuple[Sequential, Spec]:
    """Our model with the first weights of the seed."""
    spec = expand(config.model, classes=len(snapshot.classes), width=config.width)
    model = Sequential.from_spec(spec)
    model.build((snapshot.size, snapshot.size, 3), np.random.default_rng(config.seed))
    return model, spec


def test_accuracy(logits: Logits, snapshot: Dataset) -> float:
    """Accuracy on the test split."""
    test = snapshot.split("test")
    images = centre_crop(test.images(np.arange(len(test))), snapshot.size)
    x = normalize(images, snapshot.mean, snapshot.std)
    return scores(test.labels, logits(x)).accuracy


def train_ours(config: TrainConfig, snapshot: Dataset) -> float:
    """Train with this library; test accuracy of the best epoch."""
    model, _ = first_model(config, snapshot)
    training = Training(config, model, train_data(snapshot, config.seed))
    for _ in training.epochs():
        pass
    model.load_state(training.best)
    return test_accuracy(model.logits, snapshot)


def train_torch(config: TrainConfig, snapshot: Dataset) -> float:
    """Train with PyTorch; test accuracy of the best epoch."""
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads or os.cpu_count() or 1)
    ours, spec = first_model(config, snapshot)
    model = torch_model(spec, ours)
    data = train_data(snapshot, config.seed)
    optimizer = torch.optim.AdamW(decay_groups(model, config.decay))
    rates = learning_rates(config, len(data.labels))
    best, best_score = {}, -np.inf
    for epoch in range(1, config.epochs + 1):
        chosen = epoch_batches(data, size=config.batch_size, seed=config.seed, epoch=epoch)
        train_epoch(model, optimizer, zip(chosen, rates, strict=False), config.label_smoothing)
        score = metric_of(config, validation(model, data))
        if score > best_score:
            best, best_score = copy.deepcopy(model.state_dict()), score
    model.load_state_dict(best)
    return test_accuracy(inference(model), snapshot)


def train_epoch(
    model: nn.Sequential,
    optimizer: torch.optim.Optimizer,
    steps: Iterable[tuple[Batch, float]],
    smoothing: float,
) -> None:
    """One epoch of steps: a batch and a rate each."""
    model.train()
    for (x, _, targets), lr in steps:
        for group in optimizer.param_groups:
            group["lr"] = lr
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(
            model(channels_first(x)), torch.from_numpy(targets), label_smoothing=smoothing
        )
        loss.backward()
        optimizer.step()


def learning_rates(config: TrainConfig, n: int) -> Iterable[float]:
    """The rate of every step of a run over n images."""
    steps = config.epochs * len(batches(n, config.batch_size))
    schedule = SCHEDULES[config.schedule]
    return iter([config.lr * schedule(step / max(steps - 1, 1)) for step in range(steps)])


def validation(model: nn.Sequential, data: TrainData) -> Scores:
    """Scores on the validation split."""
    logits = inference(model)
    parts = [logits(x) for x in val_batches(data, size=VAL_BATCH)]
    return scores(data.val_labels, np.concatenate(parts))


def metric_of(config: TrainConfig, result: Scores) -> float:
    """What picks the best epoch: the larger, the better."""
    value: float = getattr(result, config.metric)
    return -value if config.metric == "loss" else value


def inference(model: nn.Sequential) -> Logits:
    """The model as a function of our arrays."""

    def logits(x: Array) -> Array:
        model.eval()
        with torch.no_grad():
            result: Array = model(channels_first(x)).numpy()
        return result

    return logits


def channels_first(x: Array) -> torch.Tensor:
    """(N, H, W, C) -> (N, C, H, W), in memory as it was."""
    return torch.from_numpy(np.ascontiguousarray(x)).permute(0, 3, 1, 2)


def decay_groups(model: nn.Sequential, weight_decay: float) -> list[dict[str, object]]:
    """Decay for weights; none for biases and normalisations."""
    return [
        {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in model.parameters() if p.ndim == 1], "weight_decay": 0.0},
    ]


def torch_model(spec: Spec, ours: Sequential) -> nn.Sequential:
    """PyTorch's modules for our layers, with the weights of our built model."""
    shapes = [ours.input_shape, *(row.shape for row in ours.summary())]
    inputs = zip(spec, shapes[:-1], strict=True)
    model = nn.Sequential(*(torch_layer(entry, shape) for entry, shape in inputs))
    for module, layer in zip(model, ours.layers.values(), strict=True):
        for p, value in zip(module.parameters(), layer.params.values(), strict=True):
            order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}[value.ndim]
            p.data = torch.from_numpy(value.transpose(order).copy())
    return model.to(memory_format=torch.channels_last)


def torch_layer(entry: dict[str, object], shape: tuple[int, ...]) -> nn.Module:
    """One module, for an input of this shape (H, W, C) or (C,)."""
    arguments = {key: value for key, value in entry.items() if key != "layer"}
    match entry["layer"]:
        case "Conv2d":
            return nn.Conv2d(shape[-1], **arguments)
        case "BatchNorm":
            return (nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d)(shape[-1], **arguments)
        case "Linear":
            return nn.Linear(shape[0], **arguments)
        case "Flatten":
            return nn.Sequential(ToChannelsLast(), nn.Flatten())
        case "GlobalAvgPool2d":
            return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        case name:
            return getattr(nn, str(name))(**arguments)


class ToChannelsLast(nn.Module):  # type: ignore[misc]  # PyTorch is not installed here
    """(N, C, H, W) -> (N, H, W, C), so that numbers are flattened in our order."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.permute(0, 2, 3, 1)


if __name__ == "__main__":
    main()
