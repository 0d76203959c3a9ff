"""Softmax, its logarithm and cross-entropy, which never overflow."""

import numpy as np

from nn.arrays import Array


def log_softmax(logits: Array, *, out: Array) -> Array:
    """log p = z - log(sum(exp z)) per row: (..., K) -> (..., K), shifted so that max z = 0."""
    np.subtract(logits, logits.max(axis=-1, keepdims=True), out=out)
    out -= np.log(np.exp(out).sum(axis=-1, keepdims=True))
    return out


def softmax(logits: Array) -> Array:
    """Probabilities per row: (..., K) -> (..., K)."""
    log_p = log_softmax(logits, out=np.empty_like(logits))
    return np.exp(log_p, out=log_p)


def cross_entropy(log_p: Array, targets: Array) -> Array:
    """-sum of t log p per row, in nats: (N, K), (N, K) -> (N,)."""
    losses: Array = -(targets * log_p).sum(axis=-1)
    return losses
