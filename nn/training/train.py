"""Training: epochs of steps, the best epoch kept, and a state from which it goes on bit for bit."""

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

import numpy as np

from nn.arrays import Array
from nn.config import TrainConfig
from nn.errors import DivergedError, StateError
from nn.evaluation.metrics import Scores, scores
from nn.model import Sequential
from nn.shards import Shards, one_blas_thread
from nn.training.alarm import hopeless, trouble
from nn.training.averaging import averaged
from nn.training.data import Batch, TrainData, batches, epoch_batches, some_images, val_batches
from nn.training.diagnosis import LayerRow, diagnosed
from nn.training.epoch import EpochRow
from nn.training.objective import Objective
from nn.training.schedules import SCHEDULES, warmed_up
from nn.training.update import State, Update

VAL_BATCH = 256  # images fetched at once for validation


class Training:
    """One run: a model, its optimiser and its place in the epochs.

    The model must be built. Everything random follows from (seed, epoch) or (seed, step), so the
    state at the end of an epoch is arrays and two counts, and a run that goes on from it ends in
    the same bits as one that never stopped.
    """

    def __init__(self, config: TrainConfig, model: Sequential, data: TrainData) -> None:
        data.check(model.output_shape)
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
        self.diagnosis: list[LayerRow] = []  # of the epochs done, where it is asked for
        self._objective = Objective(config, data.labels, model.output_shape[0])
        self._schedule = warmed_up(SCHEDULES[config.schedule], config.warmup)
        self._epoch_steps = len(batches(len(data.labels), config.batch_size))
        self._steps = config.epochs * self._epoch_steps

    def epochs(self) -> Iterator[EpochRow]:
        """Train, from where the state stands to the last epoch; a row an epoch.

        Raises DivergedError when loss or gradient are no longer finite, or the loss is beyond hope.
        """
        while self.epoch < self.config.epochs and not self.has_settled:
            yield self._epoch()

    @property
    def has_settled(self) -> bool:
        """Whether so many epochs as `patience` says, if any, have passed without a better one."""
        return 0 < self.config.patience <= self.epoch - self.best_epoch

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
            with self._observed(x, targets):
                loss, correct = self.learn(x, labels, targets, self._rate(self.step))
            total += loss * len(labels)
            hits += correct
        if self._objective.is_hopeless(total / n):
            found = hopeless(total / n, self.model, x, self.step)
            raise DivergedError(self.epoch, self._rate(self.step - 1), found)
        return total / n, hits / n

    def learn(self, x: Array, labels: Array, targets: Array, lr: float) -> tuple[float, int]:
        """One step on one batch; its loss on targets and the number of labels that were guessed.

        Raises DivergedError where the loss or its gradient are not finite.
        """
        loss, dlogits = self._objective(logits := self.model.forward(x, self.step), targets)
        correct = int((logits.argmax(axis=1) == labels).sum())
        self.model.backward(dlogits)
        if not math.isfinite(loss + float(self.model.grad.sum())):
            slope = partial(self._objective, targets=targets)
            raise DivergedError(self.epoch, lr, trouble(self.model, x, self.step, slope))
        self.update.step(lr, self._progress(self.step))
        self.step += 1
        return loss, correct

    def _observed(self, x: Array, targets: Array) -> AbstractContextManager[None]:
        """The context of a step: under diagnosis, where it is the last of its epoch."""

        def again() -> None:
            _, dlogits = self._objective(self.model.forward(x, self.step), targets)
            self.model.backward(dlogits)

        if not self.config.diagnose or (self.step + 1) % self._epoch_steps:
            return nullcontext()
        return diagnosed(self.model, self.epoch, self.diagnosis, again)

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
        c = self.config
        return epoch_batches(
            self.data, size=c.batch_size, seed=c.seed, epoch=self.epoch, balanced=c.balanced
        )

    def _validate(self) -> Scores:
        if not len(self.data.val_labels):
            return scores(self.data.val_labels, np.empty((0, 0)))
        parts = [self.model.logits(x) for x in val_batches(self.data, size=VAL_BATCH)]
        result = scores(self.data.val_labels, np.concatenate(parts))
        if not math.isfinite(result.loss):
            found = trouble(self.model, next(val_batches(self.data, size=VAL_BATCH)), None)
            raise DivergedError(self.epoch, self._rate(self.step - 1), found)
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
