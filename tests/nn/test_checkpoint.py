import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn.config import TrainConfig
from nn.errors import ModelFileError, one_line
from nn.files.checkpoint import Checkpoint, read_checkpoint, resume
from nn.layers import Flatten, Linear
from nn.model import Sequential
from nn.training.data import TrainData
from nn.training.epoch import EpochRow
from nn.training.train import Training


def row(epoch: int, val_loss: float) -> EpochRow:
    return EpochRow(
        epoch=epoch,
        lr=0.1 + 0.2,  # not a short decimal: it must come back to the last bit
        loss=1 / 3,
        penalty=0.0,
        accuracy=0.5,
        val_loss=val_loss,
        val_accuracy=0.5,
        val_balanced_accuracy=0.5,
        val_macro_f1=0.5,
        seconds=1.25,
        images_per_second=100.0,
    )


STATE = Checkpoint(
    run={"config": {"seed": 0}, "inputs": {"dataset": "ab"}},
    arrays={"model.conv1.weight": np.eye(2, dtype=np.float32), "optimizer.steps": np.array(7)},
    facts={"epoch": 2, "step": 7, "best_epoch": 1, "best_score": None},
    history=(row(1, 0.25), row(2, math.nan)),
)


def test_a_checkpoint_read_is_the_checkpoint_written(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(STATE.encode())
    found = read_checkpoint(path)
    assert (found.run, found.facts) == (STATE.run, STATE.facts)
    assert found.history[0] == STATE.history[0]
    assert math.isnan(found.history[1].val_loss)
    assert found.arrays.keys() == STATE.arrays.keys()
    for name, array in STATE.arrays.items():
        np.testing.assert_array_equal(found.arrays[name], array, strict=True)


def test_a_checkpoint_that_differs_in_any_byte_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    data = STATE.encode()
    for position in range(len(data)):
        path.write_bytes(data[:position] + bytes([data[position] ^ 4]) + data[position + 1 :])
        with pytest.raises(ModelFileError, match=r"checkpoint\.safetensors is "):
            read_checkpoint(path)


def test_a_model_is_no_checkpoint(tmp_path: Path) -> None:
    from tests.nn.test_modelfile import MODEL

    path = tmp_path / "model.safetensors"
    path.write_bytes(MODEL.encode())
    with pytest.raises(ModelFileError, match="is no checkpoint file"):
        read_checkpoint(path)


@pytest.mark.parametrize(
    "changed",
    [
        {"facts": {**STATE.facts, "epoch": -(10**9)}},  # it would train for years
        {"facts": {**STATE.facts, "epoch": 3}},  # of which one left no row
        {"facts": {**STATE.facts, "epoch": True}},
        {"facts": {**STATE.facts, "step": [7]}},
        {"facts": {**STATE.facts, "step": 10**30}},
        {"facts": {**STATE.facts, "best_epoch": 3}},
        {"facts": {**STATE.facts, "best_score": "good"}},
        {"facts": {}},
        {"history": (STATE.history[0], replace(STATE.history[1], seconds=math.nan))},
        {"history": (STATE.history[0], replace(STATE.history[1], lr=10**400))},
        {"history": STATE.history[::-1]},
        {"run": {"config": ["seed"]}},
        {"run": {}},
    ],
)
def test_a_sealed_checkpoint_of_a_state_that_cannot_be_is_refused(
    changed: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(replace(STATE, **changed).encode())
    with pytest.raises(ModelFileError, match=r"checkpoint\.safetensors holds no state of a train"):
        read_checkpoint(path)


def test_a_checkpoint_whose_best_weights_fit_no_model_is_refused(tmp_path: Path) -> None:
    config = TrainConfig(epochs=2, batch_size=4, threads=1)

    def training() -> Training:
        model = Sequential(Flatten(), Linear(2))
        model.build((2, 2, 3), np.random.default_rng(0))
        images = np.random.default_rng(1).normal(size=(8, 2, 2, 3)).astype(np.float32)
        labels = np.arange(8) % 2
        return Training(
            config,
            model,
            TrainData(
                labels=labels,
                images=lambda chosen, _: images[chosen],
                val_labels=labels,
                val_images=lambda chosen: images[chosen],
            ),
        )

    first = training()
    history = (next(first.epochs()),)
    arrays, facts = first.state()
    path = tmp_path / "checkpoint.safetensors"
    run: dict[str, Any] = {"config": {"architecture": []}, "inputs": {}}
    whole = Checkpoint(run=run, arrays=arrays, facts=facts, history=history)
    path.write_bytes(whole.encode())
    assert resume(training(), path, run, restart=False) == list(history)
    weight = "best.linear1.weight"
    for bad in (np.zeros((3, 2), np.float32), np.full((12, 2), np.nan, np.float32)):
        path.write_bytes(replace(whole, arrays={**arrays, weight: bad}).encode())
        with pytest.raises(ModelFileError, match="holds no state of this run"):
            resume(training(), path, run, restart=False)


def test_what_a_file_says_of_itself_is_told_in_one_short_line() -> None:
    assert one_line(ValueError("a\nb\x1b[2Jc")) == "a b [2Jc"
    assert len(one_line(ValueError("9" * 4000))) == 301
