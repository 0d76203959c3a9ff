"""Training: it learns, it keeps the best, it resumes bit for bit, and threads change nothing."""

import math
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from nn.arrays import Array
from nn.config import TrainConfig
from nn.errors import ArchitectureError, DivergedError, StateError
from nn.layers import BatchNorm, Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU
from nn.model import Sequential
from nn.shards import Shards
from nn.training.data import TrainData
from nn.training.epoch import EpochRow
from nn.training.train import Training

CONFIG = TrainConfig(epochs=4, batch_size=16, seed=1, lr=0.01)


def stripes(n: int, seed: int) -> tuple[Array, Array]:
    """Noisy images of 8 x 8 pixels with horizontal (0), vertical (1) or no (2) stripes."""
    rng = np.random.default_rng(seed)
    labels, wave = rng.integers(0, 3, n), np.tile([1.0, -1.0], 4)
    patterns = np.stack([np.tile(wave[:, None], 8), np.tile(wave, (8, 1)), np.zeros((8, 8))])
    images = patterns[labels] + rng.normal(0, 0.5, (n, 8, 8))
    return images[..., None].astype(np.float32), labels


def make(config: TrainConfig = CONFIG, *, val: int = 30) -> Training:
    (x, labels), (val_x, val_labels) = stripes(90, 0), stripes(val, 1)

    def images(indices: Array, epoch: int) -> Array:  # augmentation that follows the epoch
        return x[indices] + np.float32(0.01 * epoch)

    model = Sequential(
        Conv2d(6, 3, padding=1, bias=False),
        BatchNorm(),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Dropout(0.2),
        Linear(3),
    )
    model.build((8, 8, 1), np.random.default_rng(config.seed))
    data = TrainData(
        labels=labels, images=images, val_labels=val_labels, val_images=lambda i: val_x[i]
    )
    return Training(config, model, data)


def copied(training: Training) -> tuple[dict[str, Array], dict[str, Any]]:
    arrays, facts = training.state()
    return {name: array.copy() for name, array in arrays.items()}, facts


def without_times(row: EpochRow) -> EpochRow:
    return replace(row, seconds=0, images_per_second=0)


def assert_equal_states(one: Training, other: Training) -> None:
    (arrays, facts), (others, other_facts) = one.state(), other.state()
    assert facts == other_facts
    assert arrays.keys() == others.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, others[name], err_msg=name)


def test_it_learns() -> None:
    training = make(replace(CONFIG, epochs=20))
    rows = list(training.epochs())
    assert [row.epoch for row in rows] == list(range(1, 21))
    assert rows[-1].loss < rows[0].loss
    assert rows[-1].val_accuracy > 0.9
    assert rows[-1].accuracy > 0.9


def test_training_accuracy_and_rate_are_those_of_the_epoch() -> None:
    rows = list(make().epochs())
    assert max(row.lr for row in rows) <= CONFIG.lr
    assert rows[-1].lr == pytest.approx(CONFIG.lr / 250_000)
    assert all(0 <= row.accuracy <= 1 for row in rows)


def test_the_penalty_is_that_of_the_decayed_weights_alone() -> None:
    training = make(replace(CONFIG, weight_decay=0.5))
    row = next(training.epochs())
    weights = [p for name, p in training.model.named_params() if name.endswith(".weight")]
    assert row.penalty == pytest.approx(0.25 * sum(float((p**2).sum()) for p in weights))


@pytest.mark.parametrize("stop", [0, 1, 3])
def test_a_resumed_run_ends_in_the_same_bits(stop: int) -> None:
    straight, first, second = make(), make(), make()
    rows = [without_times(row) for row in straight.epochs()]
    epochs = first.epochs()
    before = [without_times(next(epochs)) for _ in range(stop)]
    second.load_state(*copied(first))
    after = [without_times(row) for row in second.epochs()]
    assert before + after == rows
    assert_equal_states(second, straight)


@pytest.mark.parametrize("threads", [2, 4])
def test_any_number_of_threads_gives_the_same_bits(threads: int) -> None:
    one, more = make(replace(CONFIG, threads=1)), make(replace(CONFIG, threads=threads))
    assert [asdict(without_times(row)) for row in one.epochs()] == [
        asdict(without_times(row)) for row in more.epochs()
    ]
    assert_equal_states(one, more)


def test_another_seed_gives_another_model() -> None:
    one, other = make(), make(replace(CONFIG, seed=2))
    next(one.epochs())
    next(other.epochs())
    assert (one.model.theta != other.model.theta).any()


@pytest.mark.parametrize("metric", ["balanced_accuracy", "accuracy", "macro_f1", "loss"])
def test_the_best_epoch_by_the_metric_is_kept(metric: Any) -> None:
    training = make(replace(CONFIG, metric=metric, epochs=6))
    weights, values = [], []
    for row in training.epochs():
        weights.append({name: array.copy() for name, array in training.model.state().items()})
        value = getattr(row, f"val_{metric}")
        values.append(-value if metric == "loss" else value)
    best = values.index(max(values))
    assert training.best_epoch == best + 1
    for name, array in training.best.items():
        np.testing.assert_array_equal(array, weights[best][name])


def test_without_validation_images_the_last_epoch_is_the_best() -> None:
    training = make(val=0)
    rows = list(training.epochs())
    assert all(math.isnan(row.val_accuracy) for row in rows)
    assert training.best_epoch == CONFIG.epochs
    np.testing.assert_array_equal(
        training.best["linear1.weight"], training.model.state()["linear1.weight"]
    )
    assert training.state()[1]["best_score"] is None


def test_a_loss_that_is_not_finite_ends_the_run_and_names_the_epoch() -> None:
    training = make(replace(CONFIG, lr=1e30, schedule="constant", weight_decay=0))
    with pytest.raises(DivergedError, match="diverged in epoch 1"):
        list(training.epochs())


def test_weights_that_overflow_in_the_last_step_are_noticed_by_the_validation() -> None:
    training = make(replace(CONFIG, batch_size=90))  # one step an epoch
    optimizer = training.update.optimizer
    step = optimizer.step

    def leap(p: Array, g: Array, lr: float, shards: Shards | None = None) -> None:
        step(p, g, lr, shards)
        p[:] = np.nan

    optimizer.step = leap  # type: ignore[method-assign]  # a step into nowhere
    with pytest.raises(DivergedError, match="diverged in epoch 1"):
        next(training.epochs())


def test_a_model_with_too_few_outputs_is_refused() -> None:
    training = make()
    labels = training.data.labels + 1
    with pytest.raises(ArchitectureError, match="labels need 4 numbers"):
        Training(CONFIG, training.model, replace(training.data, labels=labels))


def test_the_state_of_another_model_is_refused() -> None:
    arrays, facts = copied(make())
    arrays["model.linear1.bias"] = np.zeros(4)
    with pytest.raises(StateError, match=r"linear1\.bias"):
        make().load_state(arrays, facts)
    with pytest.raises(StateError, match="no part"):
        make().load_state({"other": np.zeros(1)}, facts)


def test_batches_of_one_image_can_be_trained_on() -> None:
    row = next(make(replace(CONFIG, batch_size=1)).epochs())
    assert math.isfinite(row.loss)
