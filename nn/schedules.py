"""Schedules: the learning rate, as a share of its peak, over the progress of a run from 0 to 1."""

import math


def constant(progress: float) -> float:
    """The peak all along."""
    return 1.0


def one_cycle(progress: float, *, warmup: float = 0.3) -> float:
    """From 1/25 up to 1 while progress < warmup, then down to 1/250,000, along cosines.

    Smith 2018 (arXiv 1803.09820), with the end points of PyTorch's OneCycleLR.

    >>> [round(one_cycle(progress), 3) for progress in (0, 0.15, 0.3, 0.65, 1)]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """
    if progress < warmup:
        return _cosine(1 / 25, 1.0, progress / warmup)
    return _cosine(1.0, 1 / 250_000, (progress - warmup) / (1 - warmup))


def _cosine(start: float, end: float, share: float) -> float:
    """From start to end along half a period of a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


SCHEDULES = {"constant": constant, "one_cycle": one_cycle}
