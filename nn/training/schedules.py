"""Schedules: the learning rate, as a share of its peak, over the progress of a run from 0 to 1."""

import math
from collections.abc import Callable

Schedule = Callable[[float], float]


def constant(progress: float) -> float:
    """The peak all along."""
    return 1.0


def step(progress: float, *, drops: tuple[float, ...] = (0.5, 0.75), factor: float = 0.1) -> float:
    """A tenth of the rate before from each of the drops on, as PyTorch's MultiStepLR.

    >>> [round(step(progress), 3) for progress in (0, 0.49, 0.5, 0.75, 1)]
    [1.0, 1.0, 0.1, 0.01, 0.01]
    """
    return float(factor ** sum(progress >= drop for drop in drops))


def cosine(progress: float) -> float:
    """From 1 down to 0 along half a period of a cosine (arXiv 1608.03983, without restarts).

    >>> [round(cosine(progress), 3) for progress in (0, 0.25, 0.5, 1)]
    [1.0, 0.854, 0.5, 0.0]
    """
    return _cosine(1.0, 0.0, progress)


def one_cycle(progress: float, *, warmup: float = 0.3) -> float:
    """From 1/25 up to 1 while progress < warmup, then down to 1/250,000, along cosines.

    Smith 2018 (arXiv 1803.09820), with the end points of PyTorch's OneCycleLR.

    >>> [round(one_cycle(progress), 3) for progress in (0, 0.15, 0.3, 0.65, 1)]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """
    if progress < warmup:
        return _cosine(1 / 25, 1.0, progress / warmup)
    return _cosine(1.0, 1 / 250_000, (progress - warmup) / (1 - warmup))


def warmed_up(schedule: Schedule, share: float, *, start: float = 0.01) -> Schedule:
    """A schedule with a rise in a line before it, over the first `share` of the run, below 1.

    The line leads from `start` times the schedule's first rate to that rate (arXiv 1706.02677);
    then the schedule has the rest of the run to itself. A share of 0 changes nothing.

    >>> [round(warmed_up(cosine, 0.5)(progress), 3) for progress in (0, 0.25, 0.5, 0.75, 1)]
    [0.01, 0.505, 1.0, 0.5, 0.0]
    """

    def warmed(progress: float) -> float:
        if progress < share:
            return schedule(0.0) * (start + (1 - start) * progress / share)
        return schedule((progress - share) / (1 - share))

    return warmed


def _cosine(start: float, end: float, share: float) -> float:
    """From start to end along half a period of a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


SCHEDULES: dict[str, Schedule] = {
    "constant": constant,
    "one_cycle": one_cycle,
    "cosine": cosine,
    "step": step,
}
