"""Training: epochs of steps, the best epoch kept, and a state from which it goes on bit for bit."""

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

from nn.arrays import Array
from nn.config import TrainConfig
from nn.errors import ArchitectureError, DivergedError, StateError
from nn.evaluation.metrics import Scores, scores
from nn.losses import softmax_cross_entropy
from nn.model import Sequential
from nn.shards import Shards, one_blas_thread
from nn.training.averaging import averaged
from nn.training.data import Batch, TrainData, batches, epoch_batches, some_images, val_batches
from nn.training.schedules import SCHEDULES, warmed_up
from nn.training.update import State, Update

VAL_BATCH = 256  # images fetched at once for validation


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochRow:
    """One line of history.csv. The val_ columns are NaN where there is no validation split."""

    epoch: int  # from 1
    lr: float  # at the last step of the epoch
    loss: float  # nats, mean over the training images as they were seen, penalty apart
    penalty: float  # weight_decay / 2 * w^2 + l1 * |w| over the weights, at the end of the epoch
    accuracy: float  # fraction of the training images, as they were seen, by their own labels
    val_loss: float  # nats
    val_accuracy: float
    val_balanced_accuracy: float
    val_macro_f1: float
    seconds: float  # of training, then of validation too
    images_per_second: float  # of training


class Training:
    """One run: a model, its optimiser and its place in the epochs.

    The model must be built. Everything random follows from (seed, epoch) or (seed, step), so the
    state at the end of an epoch is arrays and two counts, and a run that goes on from it ends in
    the same bits as one that never stopped.
    """

    def __init__(self, config: TrainConfig, model: Sequential, data: TrainData) -> None:
        _check_outputs(model, data)
        self.config = config
        self.model = model
        self.data = data
        model.use(Shards(config.shards, config.threads))
        self.update = Update(config, model)
        self.epoch = 0  # epochs done
        self.step = 0  # steps done
        self.best_epoch = 0
        self.best_score = -math.inf
        self.best: dict[str, Array] = {}  # the weights of the best epoch, by name
        self._schedule = warmed_up(SCHEDULES[config.schedule], config.warmup)
        self._steps = config.epochs * len(batches(len(data.labels), config.batch_size))

    def epochs(self) -> Iterator[EpochRow]:
        """Train, from where the state stands to the last epoch; a row an epoch.

        Raises DivergedError when the loss is no longer finite.
        """
        while self.epoch < self.config.epochs:
            yield self._epoch()

    def _epoch(self) -> EpochRow:
        started = time.perf_counter()
        self.epoch += 1
        with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
            loss, accuracy = self._train()
            trained = time.perf_counter()
            with self._judged():
                result = self._validate()
                self._keep_best(result)
            penalty = self.update.penalty()
        return EpochRow(
            epoch=self.epoch,
            lr=self._rate(self.step - 1),
            loss=loss,
            penalty=penalty,
            accuracy=accuracy,
            val_loss=result.loss,
            val_accuracy=result.accuracy,
            val_balanced_accuracy=result.balanced_accuracy,
            val_macro_f1=result.macro_f1,
            seconds=time.perf_counter() - started,
            images_per_second=len(self.data.labels) / (trained - started),
        )

    def _train(self) -> tuple[float, float]:
        """The steps of one epoch; mean loss and accuracy over its images."""
        n, total, hits = len(self.data.labels), 0.0, 0
        for x, labels, targets in self._batches():
            loss, correct = self.learn(x, labels, targets, self._rate(self.step))
            total += loss * len(labels)
            hits += correct
        return total / n, hits / n

    def learn(self, x: Array, labels: Array, targets: Array, lr: float) -> tuple[float, int]:
        """One step on one batch; its loss on targets and the number of labels that were guessed.

        Raises DivergedError where the loss is not finite.
        """
        logits = self.model.forward(x, self.step)
        dlogits = np.empty_like(logits)
        loss = softmax_cross_entropy(
            logits, targets, smoothing=self.config.label_smoothing, out=dlogits
        )
        if not math.isfinite(loss):
            raise DivergedError(self.epoch, lr)
        correct = int((logits.argmax(axis=1) == labels).sum())
        self.model.backward(dlogits)
        self.update.step(lr, self._progress(self.step))
        self.step += 1
        return loss, correct

    def _progress(self, step: int) -> float:
        return step / max(self._steps - 1, 1)

    def _rate(self, step: int) -> float:
        return self.config.lr * self._schedule(self._progress(step))

    def _judged(self) -> AbstractContextManager[None]:
        """The context in which the model is what is to be kept of it: averaged, once it can be."""
        average = self.update.average
        if average is None or not average.count:
            return nullcontext()
        return averaged(self.model, average, some_images(self._batches()))

    def _batches(self) -> Iterator[Batch]:
        config = self.config
        return epoch_batches(self.data, size=config.batch_size, seed=config.seed, epoch=self.epoch)

    def _validate(self) -> Scores:
        if not len(self.data.val_labels):
            return scores(self.data.val_labels, np.empty((0, 0)))
        parts = [self.model.logits(x) for x in val_batches(self.data, size=VAL_BATCH)]
        result = scores(self.data.val_labels, np.concatenate(parts))
        if not math.isfinite(result.loss):
            raise DivergedError(self.epoch, self._rate(self.step - 1))
        return result

    def _keep_best(self, result: Scores) -> None:
        """Keep the weights of this epoch if it is the best; without validation, always."""
        value = getattr(result, self.config.metric)
        score = -value if self.config.metric == "loss" else value
        if math.isnan(score) or score > self.best_score:
            self.best_epoch = self.epoch
            self.best_score = -math.inf if math.isnan(score) else score
            self.best = {name: array.copy() for name, array in self.model.state().items()}

    def state(self) -> tuple[dict[str, Array], dict[str, Any]]:
        """Arrays by name and a few facts for JSON, at the end of an epoch; not copied."""
        groups = {"model": self.model.state(), **self.update.state(), "best": self.best}
        arrays = {
            f"{group}.{name}": array
            for group, part in groups.items()
            for name, array in part.items()
        }
        score = self.best_score if math.isfinite(self.best_score) else None
        return arrays, {
            "epoch": self.epoch,
            "step": self.step,
            "best_epoch": self.best_epoch,
            "best_score": score,
        }

    def load_state(self, arrays: Mapping[str, Array], facts: Mapping[str, Any]) -> None:
        """Go on from a saved state. Raises StateError if it is that of another run."""
        groups: State = {group: {} for group in ("model", *self.update.state(), "best")}
        for name, array in arrays.items():
            group, _, rest = name.partition(".")
            if group not in groups:
                raise StateError(f"{name} is no part of the state of a training run")
            groups[group][rest] = array
        self.model.load_state(groups["model"])
        self.update.load_state(groups)
        self.best = {name: array.copy() for name, array in groups["best"].items()}
        self.epoch, self.step = facts["epoch"], facts["step"]
        self.best_epoch = facts["best_epoch"]
        self.best_score = -math.inf if facts["best_score"] is None else facts["best_score"]


def _check_outputs(model: Sequential, data: TrainData) -> None:
    classes = int(data.labels.max(initial=0)) + 1
    if len(model.output_shape) != 1 or model.output_shape[0] < classes:
        raise ArchitectureError(
            f"the last layer gives {model.output_shape} an image, but labels need {classes} "
            f'numbers; end the list of layers with Linear and out_features = "classes"'
        )
