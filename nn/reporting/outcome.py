"""What a finished training has to tell: the material of its tables, pictures and pages."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from nn.evaluation.evaluate import Evaluation, Source, Split, evaluate
from nn.evaluation.facts import scores_of, uncalibrated, uncertainty
from nn.evaluation.temperature import fit_temperature
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
            **uncertainty(self.test),
            "uncalibrated": {"val": uncalibrated(self.val), "test": uncalibrated(self.test)},
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
    sources: Mapping[str, Source],
    *,
    diagnosis: tuple[LayerRow, ...] = (),
) -> Outcome:
    """Calibrate a model on the validation split, and measure it as every later reader will."""
    classifier = Classifier(model)
    val, test = (evaluate(classifier, splits[name], sources) for name in ("val", "test"))
    temperature = fit_temperature(val.labels, val.logits)
    val, test = (replace(found, temperature=temperature) for found in (val, test))
    measured = model.metrics | {"val": scores_of(val), "test": scores_of(test)}
    return Outcome(
        model=replace(model, metrics=measured, temperature=temperature),
        config=config,
        history=history,
        samples={name: len(split.ids) for name, split in splits.items()},
        val=val,
        test=test,
        diagnosis=diagnosis,
    )
