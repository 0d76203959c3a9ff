"""What a training makes small: the cross-entropy of its configuration, and its gradient."""

import math

import numpy as np

from nn.arrays import Array
from nn.config import TrainConfig
from nn.losses import softmax_cross_entropy
from nn.training.balance import inverse_sizes

HOPELESS = 100  # times the loss of guessing, over a whole epoch: no training comes back from there


class Objective:
    """The mean loss over a batch, with label smoothing and weights of classes as configured."""

    def __init__(self, config: TrainConfig, labels: Array, classes: int) -> None:
        """`labels` (N,) are those of the training split, which decide what a class weighs."""
        self.smoothing = config.label_smoothing
        self.weights = inverse_sizes(labels, classes) if config.class_weights else None
        self.guessing = math.log(classes)  # nats

    def __call__(self, logits: Array, targets: Array) -> tuple[float, Array]:
        """Loss in nats and dloss/dlogits: (N, K), (N,) or (N, K) -> (), (N, K)."""
        dlogits = np.empty_like(logits)
        loss = softmax_cross_entropy(
            logits, targets, smoothing=self.smoothing, class_weights=self.weights, out=dlogits
        )
        return loss, dlogits

    def is_hopeless(self, loss: float) -> bool:
        """Whether the mean loss of an epoch is so large that training cannot come back."""
        return loss > HOPELESS * self.guessing
