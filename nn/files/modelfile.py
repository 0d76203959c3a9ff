"""model.safetensors: the weights of a network and all that is needed to predict with them.

    >>> model = read_model(Path("model/model.safetensors"))      # doctest: +SKIP
    >>> model.classes, model.metrics["test"]["accuracy"]         # doctest: +SKIP
    (('rose', '薔薇'), 0.96)

No times, paths or host names: the same training gives the same bytes (see nn.files.sealed).
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from nn.arrays import Array
from nn.errors import ModelFileError
from nn.files.sealed import read_sealed, seal

Spec = tuple[dict[str, Any], ...]

KIND = "model"
REMEDY = "name a whole model.safetensors, as `deeprunning train` writes it"
MAX_SIDE = 4096  # pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Preprocessing:
    """From an image to the network's input, the same in training and prediction."""

    size: int  # pixels, square: what the network sees, cut from the middle of `stored`
    stored: int  # pixels, square: to what an image is first cropped and resized
    mean: tuple[float, float, float]  # of pixel / 255, a channel
    std: tuple[float, float, float]
    colour: str = "rgb"  # order of the channels
    crop: str = "centre"  # how an image becomes a square, a way of dataset.image; centre and
    background: str = "#ffffff"  # white in files that say nothing of them

    def __post_init__(self) -> None:
        if not 1 <= self.size <= self.stored <= MAX_SIDE:
            raise ValueError(f"size {self.size} and stored {self.stored} do not fit together")
        if len(self.mean) != 3 or len(self.std) != 3 or self.colour != "rgb":
            raise ValueError("preprocessing is for three channels, red, green and blue")
        if not all(math.isfinite(v) for v in (*self.mean, *self.std)) or min(self.std) < 0:
            raise ValueError("mean and standard deviation must be numbers, the latter not negative")

    @classmethod
    def parse(cls, facts: Mapping[str, Any]) -> Self:
        """From the JSON of a file; raises ValueError, KeyError or TypeError if it is not ours."""
        mean, std = (tuple(map(float, facts[name])) for name in ("mean", "std"))
        size, stored = (int(facts[name]) for name in ("size", "stored"))
        said = {name: str(facts[name]) for name in ("crop", "background") if name in facts}
        return cls(size=size, stored=stored, mean=mean, std=std, colour=facts["colour"], **said)  # type: ignore[arg-type]  # three each, or __post_init__ refuses


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A trained network as it lies in a file; `metrics` maps a split to its scores."""

    architecture: Spec  # layers, as nn.architecture expands them
    classes: tuple[str, ...]  # by index of the logit
    preprocessing: Preprocessing
    dataset: str  # id of the snapshot it was trained on
    metrics: dict[str, Any]
    versions: dict[str, str]
    weights: dict[str, Array]  # parameters and running statistics, by name
    temperature: float = 1.0  # divides logits before the softmax; 1 in files that say nothing of it

    def __post_init__(self) -> None:
        if not 0 < self.temperature < math.inf:
            raise ValueError(f"temperature must be a number above 0, got {self.temperature}")

    def encode(self) -> bytes:
        """The bytes of the file."""
        facts = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "weights"}
        facts |= {"kind": KIND, "preprocessing": asdict(self.preprocessing)}
        return seal(self.weights, facts)


def read_model(path: Path) -> ModelFile:
    """Read a model file; raises ModelFileError in one sentence for anything that is not one."""
    weights, facts = read_sealed(path, KIND, REMEDY)
    try:
        return ModelFile(
            architecture=tuple(dict(layer) for layer in facts["architecture"]),
            classes=tuple(map(str, facts["classes"])),
            preprocessing=Preprocessing.parse(facts["preprocessing"]),
            dataset=str(facts["dataset"]),
            metrics=dict(facts["metrics"]),
            versions=dict(facts["versions"]),
            weights=weights,
            temperature=float(facts.get("temperature", 1.0)),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ModelFileError(f"{path} describes no network that can be built: {error}") from error


def is_whole(path: Path) -> bool:
    """Whether a model file is there, with every byte as it was written."""
    try:
        read_model(path)
    except (ModelFileError, OSError):
        return False
    return True
