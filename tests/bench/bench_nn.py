"""Training step of the reference CNN, in images a second, beside PyTorch where it is installed.

3 convolutions of 3 x 3 (32, 64, 128), each with batch normalisation, ReLU and 2 x 2 max pooling,
then linear 256, dropout, linear 10; images of 32 x 32 x 3, Adam, float32. Variants take turns, a
step each, so that all see the same machine; the figure is the median.
"""

import importlib.util
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np

from nn.architecture import expand
from nn.arrays import Array
from nn.losses import softmax_cross_entropy
from nn.model import Sequential
from nn.optim import Adam
from nn.shards import Shards, one_blas_thread

Step = Callable[[], object]

STEPS = 15
CLASSES = 10


def main() -> None:
    """Print a row for each batch size and number of threads."""
    print(f"{platform.processor() or platform.machine()}, NumPy {np.__version__}, {STEPS} steps")
    print(f"{'batch':>5} {'threads':>7} {'variant':>20} {'images/s':>9} {'slowest':>9}")
    for batch in 128, 32:
        for threads in 1, 2:
            variants = {"ours": our_step(batch, threads)} | peer_steps(batch, threads)
            for name, seconds in interleaved(variants).items():
                rate, worst = batch / statistics.median(seconds), batch / max(seconds)
                print(f"{batch:5} {threads:7} {name:>20} {rate:9.0f} {worst:9.0f}", flush=True)


def interleaved(variants: dict[str, Step]) -> dict[str, list[float]]:
    """Seconds of each step of each variant, after three steps of warming up."""
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(STEPS + 3):
        for name, step in variants.items():
            started = time.perf_counter()
            step()
            if number >= 3:
                seconds[name].append(time.perf_counter() - started)
    return seconds


def batch_of(n: int) -> tuple[Array, Array]:
    """Random images (n, 32, 32, 3) and labels (n,)."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, 32, 32, 3)).astype(np.float32), rng.integers(0, CLASSES, n)


def our_step(batch: int, threads: int) -> Step:
    """A training step of this library."""
    model = Sequential.from_spec(expand("reference", classes=CLASSES))
    model.build((32, 32, 3), np.random.default_rng(0))
    model.use(Shards(4, threads))
    optimizer = Adam(0 * model.decay_mask())
    (x, labels), dlogits = batch_of(batch), np.empty((batch, CLASSES), np.float32)

    def step() -> None:
        with one_blas_thread():
            softmax_cross_entropy(model.forward(x, 0), labels, out=dlogits)
            model.backward(dlogits)
            optimizer.step(model.theta, model.grad, 1e-3)

    return step


def peer_steps(batch: int, threads: int) -> dict[str, Step]:
    """PyTorch's training step in both memory formats; nothing where it is not installed."""
    if importlib.util.find_spec("torch") is None:
        return {}
    import torch

    torch.set_num_threads(threads)
    formats = {"torch": torch.contiguous_format, "torch-channels-last": torch.channels_last}
    return {name: torch_step(batch, memory) for name, memory in formats.items()}


def torch_step(batch: int, memory: object) -> Step:
    """A training step of PyTorch in one memory format."""
    import torch
    from torch import nn

    def block(c: int, d: int) -> list[nn.Module]:
        convolution = nn.Conv2d(c, d, 3, padding=1, bias=False)
        return [convolution, nn.BatchNorm2d(d), nn.ReLU(), nn.MaxPool2d(2)]

    head = [nn.Linear(2048, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, CLASSES)]
    body = [*block(3, 32), *block(32, 64), *block(64, 128), nn.Flatten()]
    model = nn.Sequential(*body, *head).to(memory_format=memory)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    images, numbers = batch_of(batch)
    x = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(memory_format=memory)
    labels = torch.from_numpy(numbers)

    def step() -> None:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), labels).backward()
        optimizer.step()

    return step


if __name__ == "__main__":
    main()
