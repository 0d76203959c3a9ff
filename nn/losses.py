"""Losses: what training makes small, and its gradient."""

import numpy as np

from nn.arrays import Array
from nn.ops.softmax import log_softmax


def softmax_cross_entropy(
    logits: Array, labels: Array, *, smoothing: float = 0.0, out: Array
) -> float:
    """The mean loss in nats; dloss/dlogits goes into `out`: (N, K), (N,) -> (), (N, K).

    loss = mean over N of -sum over K of t log p,  p = softmax(logits),
    t = (1 - smoothing) one_hot(label) + smoothing / K   (arXiv 1512.00567, section 7),
    dlogits = (p - t) / N

    Instead of labels, `labels` may be the probability of each class (N, K), as mixed images have
    it; it then stands for one_hot(label).
    """
    n, k = logits.shape
    log_p = log_softmax(logits, out=out)
    if labels.ndim == 2:
        return _soft_cross_entropy(log_p, labels, smoothing)
    hit = (np.arange(n), labels)
    loss = -(1 - smoothing) * log_p[hit].mean() - smoothing * log_p.mean()
    dlogits = np.exp(log_p, out=out)
    dlogits -= smoothing / k
    dlogits[hit] -= 1 - smoothing
    dlogits /= n
    return float(loss)


def _soft_cross_entropy(log_p: Array, targets: Array, smoothing: float) -> float:
    """The same for probabilities (N, K); dlogits takes the place of log_p."""
    n, k = log_p.shape
    wanted = (1 - smoothing) * targets + smoothing / k
    loss = -(wanted * log_p).sum() / n
    dlogits = np.exp(log_p, out=log_p)
    dlogits -= wanted
    dlogits /= n
    return float(loss)
