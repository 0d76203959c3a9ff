"""What a finished training has to tell: the material of its tables, pictures and pages."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from nn.evaluation.evaluate import Evaluation, Split, evaluate
from nn.files.modelfile import ModelFile
from nn.predict import Classifier
from nn.training.diagnosis import LayerRow
from nn.training.epoch import EpochRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One training, ended."""

    model: ModelFile
    config: Mapping[str, Any]  # what identifies the run
    history: tuple[EpochRow, ...]
    samples: Mapping[str, int]  # a split
    val: Evaluation
    test: Evaluation
    diagnosis: tuple[LayerRow, ...] = ()  # where it was asked for

    @property
    def best_epoch(self) -> int:
        """The epoch whose weights are kept, from 1."""
        return int(self.model.metrics["best_epoch"])

    @property
    def parameters(self) -> int:
        """Learned numbers: the weights of the file without the running statistics."""
        learned = (a for name, a in self.model.weights.items() if ".running_" not in name)
        return sum(array.size for array in learned)

    def metrics(self) -> dict[str, Any]:
        """The content of metrics.json; what is not known is null."""
        return {
            **self.model.metrics,
            "dataset": self.model.dataset,
            "parameters": self.parameters,
            "samples": dict(self.samples),
            "classes": [asdict(row) for row in self.test.table],
        }


def judge(
    model: ModelFile,
    config: Mapping[str, Any],
    history: tuple[EpochRow, ...],
    splits: Mapping[str, Split],
    *,
    diagnosis: tuple[LayerRow, ...] = (),
) -> Outcome:
    """Measure a model by the way that every later reader of its file takes."""
    classifier = Classifier(model)
    val, test = (evaluate(classifier, splits[name]) for name in ("val", "test"))
    measured = model.metrics | {"val": plain_scores(val), "test": plain_scores(test)}
    return Outcome(
        model=replace(model, metrics=measured),
        config=config,
        history=history,
        samples={name: len(split.ids) for name, split in splits.items()},
        val=val,
        test=test,
        diagnosis=diagnosis,
    )


def plain_scores(found: Evaluation) -> dict[str, float | None]:
    """The scores of a split as JSON; null where there was nothing to score."""
    scores = asdict(found.scores)
    return {name: None if math.isnan(value) else value for name, value in scores.items()}


def percent(share: float) -> str:
    """A share as people read it, 96.1 % on one line; a dash where it is not known."""
    return "–" if math.isnan(share) else f"{100 * share:.1f}\u00a0%"
