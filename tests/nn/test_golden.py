"""Five training steps equal to PyTorch's, from numbers that golden/make.py wrote with PyTorch."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from nn.arrays import Array
from nn.layers import BatchNorm, Conv2d, Flatten, Linear, MaxPool2d, ReLU
from nn.losses import softmax_cross_entropy
from nn.model import Sequential
from nn.optim import Adam, AdamW
from nn.shards import Shards
from nn.training.schedules import one_cycle

GOLDEN = load_file(Path(__file__).parent / "golden" / "training.safetensors")
WEIGHT_DECAY, SMOOTHING, LR = 0.1, 0.1, 0.01


def golden(optimizer: type[Adam], group: str) -> dict[str, Array]:
    prefix = f"{optimizer.__name__}.{group}."
    return {key.removeprefix(prefix): a for key, a in GOLDEN.items() if key.startswith(prefix)}


def network(dtype: type[np.floating]) -> Sequential:
    model = Sequential(
        Conv2d(5, 3, padding=1, bias=False),
        BatchNorm(),
        ReLU(),
        MaxPool2d(2),
        Conv2d(6, 3, stride=2, padding=1),
        ReLU(),
        Flatten(),
        Linear(8, bias=False),
        BatchNorm(),
        ReLU(),
        Linear(4),
    )
    model.build((8, 8, 3), dtype=dtype)
    model.use(Shards(3, threads=2))
    return model


@pytest.mark.parametrize("optimizer", [Adam, AdamW])
# In float32 a unit whose gradient is 0 has noise for one, and Adam takes steps of full size by it.
@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-8), (np.float32, 1e-2)])
def test_a_training_run_equals_that_of_pytorch(
    optimizer: type[Adam], dtype: type[np.floating], rtol: float
) -> None:
    name, model = optimizer.__name__, network(dtype)
    model.load_state(golden(optimizer, "first"))
    updates = optimizer((WEIGHT_DECAY * model.decay_mask()).astype(dtype))
    losses = []
    for step, (x, labels) in enumerate(zip(GOLDEN["images"], GOLDEN["labels"], strict=True)):
        logits = model.forward(x.astype(dtype), step)
        dlogits = np.empty_like(logits)
        losses.append(softmax_cross_entropy(logits, labels, smoothing=SMOOTHING, out=dlogits))
        model.backward(dlogits)
        updates.step(model.theta, model.grad, GOLDEN[f"{name}.rates"][step])
    np.testing.assert_allclose(losses, GOLDEN[f"{name}.losses"], rtol=rtol)
    for key, expected in golden(optimizer, "last").items():
        np.testing.assert_allclose(
            model.state()[key], expected, rtol=rtol, atol=rtol / 10, err_msg=key
        )
    logits = model.logits(GOLDEN["images"][0].astype(dtype))
    np.testing.assert_allclose(logits, GOLDEN[f"{name}.logits"], rtol=rtol, atol=rtol / 10)


def test_the_gradients_of_a_step_equal_those_of_pytorch() -> None:
    model = network(np.float64)
    model.load_state(golden(Adam, "first"))
    logits = model.forward(GOLDEN["images"][0].astype(np.float64), 0)
    dlogits = np.empty_like(logits)
    softmax_cross_entropy(logits, GOLDEN["labels"][0], smoothing=SMOOTHING, out=dlogits)
    model.backward(dlogits)
    for key, expected in golden(Adam, "gradient").items():
        name, part = key.split(".")
        np.testing.assert_allclose(
            model.layers[name].grads[part], expected, rtol=1e-9, atol=1e-13, err_msg=key
        )


def test_one_cycle_gives_the_rates_of_pytorch() -> None:
    expected = GOLDEN["AdamW.rates"]
    rates = [LR * one_cycle(i / (len(expected) - 1)) for i in range(len(expected))]
    np.testing.assert_allclose(rates, expected, rtol=1e-12)
