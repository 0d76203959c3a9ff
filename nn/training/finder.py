"""The learning-rate finder: a short training whose rate rises from step to step.

Smith 2015 (arXiv 1506.01186, section 3.3). The loss falls from where the rate does something to
where it does too much; a good peak for a schedule lies well before the end of that fall.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from nn.errors import DivergedError, NNError
from nn.shards import one_blas_thread
from nn.training.data import Batch, epoch_batches
from nn.training.train import Training

LOWEST, HIGHEST = 1e-6, 10.0
MEMORY = 0.9  # share of the smoothed loss that a step keeps
TOO_MUCH = 4  # times the least loss: there the search ends


class NoRateError(NNError):
    """At no rate did the loss fall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """One step of the search."""

    lr: float
    loss: float  # nats, of the batch before the step
    smoothed: float  # nats, an exponential mean of the losses so far, unbiased


def search(training: Training, *, steps: int) -> Iterator[RateRow]:
    """Train with rates from LOWEST to HIGHEST, each larger by the same factor; a row a step.

    Ends early where the loss explodes. The training is spent.
    """
    least, mean = np.inf, 0.0
    rates = np.geomspace(LOWEST, HIGHEST, steps).tolist()
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        for number, (lr, batch) in enumerate(zip(rates, _batches(training), strict=False), 1):
            try:
                loss, _ = training.learn(*batch, lr)
            except DivergedError:
                return
            mean = MEMORY * mean + (1 - MEMORY) * loss
            smoothed = mean / (1 - MEMORY**number)
            yield RateRow(lr=lr, loss=loss, smoothed=smoothed)
            least = min(least, smoothed)
            if smoothed > TOO_MUCH * least:
                return


def suggestion(rows: Sequence[RateRow]) -> float:
    """A third of the rate at which the smoothed loss was least, as the peak of a schedule.

    Raises NoRateError where it never was less than at the first step.
    """
    best = min(rows, key=lambda row: row.smoothed, default=None)
    if best is None or best is rows[0]:
        raise NoRateError(
            f"the loss fell at no rate from {LOWEST:g} to {HIGHEST:g}; "
            "look at the data, or take another model"
        )
    return float(f"{best.lr / 3:.2g}")


def _batches(training: Training) -> Iterator[Batch]:
    """The batches of one epoch after another, without end."""
    config = training.config
    for epoch in count(1):
        yield from epoch_batches(
            training.data, size=config.batch_size, seed=config.seed, epoch=epoch
        )
