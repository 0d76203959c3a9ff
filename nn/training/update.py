"""One update of a model's weights: clipping, penalties, the optimizer's step, averaging."""

from typing import TypeAlias

import numpy as np

from nn.arrays import Array
from nn.config import TrainConfig
from nn.model import Sequential
from nn.optim import OPTIMIZERS, Momentum, Optimizer
from nn.training.averaging import Average
from nn.training.clipping import clip_norm, clip_value
from nn.training.regularization import L1

State: TypeAlias = dict[str, dict[str, Array]]


class Update:
    """What a configuration does to a model's weights at each step, and what it keeps for that.

    The gradient of the data is clipped, by value, then by norm; penalties join it afterwards, so
    that clipping cannot weaken them. Biases and normalisations are not penalised.
    """

    def __init__(self, config: TrainConfig, model: Sequential) -> None:
        mask = model.decay_mask()
        self.config = config
        self.model = model
        self.optimizer = _optimizer(config, config.decay * mask)
        self.l1 = L1(config.l1 * mask) if config.l1 else None
        self.average = Average(model.theta, config.average) if config.average else None

    def step(self, lr: float, progress: float) -> None:
        """Move the weights against `model.grad`, which is spent, at this place of the run."""
        config, p, g = self.config, self.model.theta, self.model.grad
        if config.clip_value:
            clip_value(g, config.clip_value)
        if config.clip_norm:
            clip_norm(g, config.clip_norm)
        if self.l1 and not config.proximal:
            self.l1.add_subgradient(p, g)
        self.optimizer.step(p, g, lr, self.model.shards)
        if self.l1 and config.proximal:
            self.l1.shrink(p, lr)
        if self.average and progress >= config.average_start:
            self.average.add(p)

    def penalty(self) -> float:
        """decay / 2 * p^2 + l1 * |p|, summed: what regularisation adds to the loss of the data."""
        p = self.model.theta
        l2 = float(0.5 * np.dot(self.optimizer.decay, np.square(p)))
        return l2 + self.l1.penalty(p) if self.l1 else l2

    def state(self) -> State:
        """What a checkpoint must hold to go on with the same bits, by group; not copied."""
        average = {"average": self.average.state()} if self.average else {}
        return {"optimizer": self.optimizer.state()} | average

    def load_state(self, state: State) -> None:
        """Go on from a saved state. Raises StateError if it is another run's."""
        self.optimizer.load_state(state["optimizer"])
        if self.average:
            self.average.load_state(state["average"])


def _optimizer(config: TrainConfig, decay: Array) -> Optimizer:
    kind = OPTIMIZERS[config.optimizer]
    return kind(decay, momentum=config.momentum) if issubclass(kind, Momentum) else kind(decay)
