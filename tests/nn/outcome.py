"""The outcome of a training that never was, with names of classes that are hard to show."""

import math

import numpy as np

from nn.arrays import Array
from nn.evaluation.evaluate import Evaluation, Source
from nn.files.modelfile import ModelFile, Preprocessing
from nn.reporting.judgement import Judgement
from nn.reporting.outcome import Outcome
from nn.training.epoch import EpochRow

CLASSES = ("<script>alert(1)</script>", "薔薇 & $x_1$ | 葉", "한국어 ไทย", "a" * 60)
HISTORY = tuple(
    EpochRow(
        epoch=epoch,
        lr=0.1,
        loss=1 / epoch,
        penalty=0.1,
        accuracy=0.5,
        val_loss=math.nan if epoch == 3 else 0.5,
        val_accuracy=0.5,
        val_balanced_accuracy=0.5,
        val_macro_f1=0.5,
        seconds=10.0,
        images_per_second=100.0,
    )
    for epoch in (1, 2, 3)
)
TEST = Evaluation(
    classes=CLASSES,
    ids=("1a", "2b", "3c", "4d", "5e"),
    labels=np.array([0, 1, 2, 3, 1]),
    logits=np.eye(4, dtype=np.float32)[[0, 1, 2, 3, 0]] * 3,
    temperature=0.8,
    sources={"5e": Source(group="5e", page="https://example.org/?a=1&b='\"<script>")},
)
OUTCOME = Outcome(
    model=ModelFile(
        architecture=({"layer": "Linear", "out_features": 4},),
        classes=CLASSES,
        preprocessing=Preprocessing(size=8, stored=9, mean=(0.5,) * 3, std=(0.2,) * 3),
        dataset="ab" * 32,
        metrics={"best_epoch": 2},
        versions={"numpy": "2.4"},
        temperature=0.8,
        weights={"linear1.weight": np.zeros((3, 4)), "norm1.running_mean": np.zeros(9)},
    ),
    config={"epochs": 3, "metric": "balanced_accuracy", "architecture": []},
    history=HISTORY,
    samples={"train": 20, "val": 5, "test": 5},
    val=TEST,
    test=TEST,
)


class Grey:
    """The test split: grey images."""

    ids = TEST.ids
    labels = TEST.labels

    def images(self, indices: Array) -> Array:
        return np.full((len(indices), 9, 9, 3), 200, np.uint8)


JUDGEMENT = Judgement.of(TEST, Grey())
