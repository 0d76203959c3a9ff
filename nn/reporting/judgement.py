"""One split, judged, as files: tables of all that pages tell of it, and its pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from nn.arrays import Array
from nn.evaluation.calibration import CalibrationRow
from nn.evaluation.evaluate import Evaluation, PredictionRow, Split
from nn.evaluation.metrics import ClassRow
from nn.evaluation.rows import ConfusionRow, confusion_rows
from nn.reporting.confusion import confusion_picture
from nn.reporting.reliability import reliability_picture
from nn.reporting.tables import table

SHOWN = 24  # most confident mistakes, as pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """An evaluation with its pictures."""

    found: Evaluation
    confusion: str  # SVG
    reliability: str  # SVG
    images: Array  # of the most confident mistakes, SHOWN at most: uint8 (M, S, S, 3)

    @classmethod
    def of(cls, found: Evaluation, split: Split) -> Self:
        """With the images of the split that was evaluated."""
        return cls(
            found=found,
            confusion=confusion_picture(found.matrix, found.classes),
            reliability=reliability_picture(found.reliability, found.uncalibrated.reliability),
            images=split.images(found.mistakes(SHOWN)),
        )

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Tables and pictures as names and bytes."""
        found = self.found
        yield "predictions.csv", table(PredictionRow, found.rows())
        yield "per_class.csv", table(ClassRow, found.table)
        yield "confusion.csv", table(ConfusionRow, confusion_rows(found))
        yield "calibration.csv", table(CalibrationRow, found.reliability)
        yield "confusion.svg", self.confusion.encode()
        yield "reliability.svg", self.reliability.encode()
