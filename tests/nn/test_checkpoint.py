import math
from pathlib import Path

import numpy as np
import pytest

from nn.errors import ModelFileError
from nn.files.checkpoint import Checkpoint, read_checkpoint
from nn.training.epoch import EpochRow


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
