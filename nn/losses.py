"""Losses: what training makes small, and its gradient."""

import numpy as np

from nn.arrays import Array
from nn.ops.softmax import cross_entropy, log_softmax


def softmax_cross_entropy(
    logits: Array,
    labels: Array,
    *,
    smoothing: float = 0.0,
    class_weights: Array | None = None,
    ignore_index: int | None = None,
    out: Array,
) -> float:
    """The mean loss in nats; dloss/dlogits goes into `out`: (N, K), (N,) -> (), (N, K).

    loss = sum over N and K of -t log p / total,  p = softmax(logits),
    t = w ((1 - smoothing) one_hot(label) + smoothing / K)   (arXiv 1512.00567, section 7),
    dlogits = (p sum(t) - t) / total

    `class_weights` w (K,) are 1 unless given; `total` is the sum of the labels' weights. A row
    whose label is `ignore_index` counts for nothing. Instead of labels, `labels` may be the
    probability of each class (N, K), as mixed images have it; it then stands for one_hot(label),
    and `total` is N. All as PyTorch's cross_entropy, but a batch in which nothing counts costs 0.
    """
    targets, total = targets_of(labels, logits, smoothing, class_weights, ignore_index)
    log_p = log_softmax(logits, out=out)
    loss = cross_entropy(log_p, targets).sum() / total
    dlogits = np.exp(log_p, out=log_p)
    dlogits *= targets.sum(axis=1, keepdims=True)
    dlogits -= targets
    dlogits /= total
    return float(loss)


def targets_of(
    labels: Array,
    logits: Array,
    smoothing: float = 0.0,
    class_weights: Array | None = None,
    ignore_index: int | None = None,
) -> tuple[Array, float]:
    """What each log p of a batch counts, t (N, K), and the total that the losses are divided by."""
    n, k = logits.shape
    weights = np.ones(k, logits.dtype) if class_weights is None else class_weights
    if labels.ndim == 2:
        counted, targets, total = np.ones(n, bool), labels.astype(logits.dtype), float(n)
    else:
        counted = labels != ignore_index
        found = np.where(counted, labels, 0)
        targets, total = np.eye(k, dtype=logits.dtype)[found], float(weights[found] @ counted)
    targets *= 1 - smoothing
    targets += smoothing / k
    targets *= weights
    targets *= counted[:, None]
    return targets, total or 1.0


def mean_squared_error(y: Array, target: Array, *, out: Array) -> float:
    """mean of (y - target)^2 over all numbers; its gradient 2 (y - target) / size goes into `out`.

    Any shape, the same for all three.
    """
    np.subtract(y, target, out=out)
    loss = float(np.square(out).mean())
    out *= 2 / out.size
    return loss
