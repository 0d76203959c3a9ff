"""From a model file to answers: what does an image show?

    >>> from nn.predict import load_classifier, predict                     # doctest: +SKIP
    >>> classifier = load_classifier("model/model.safetensors")             # doctest: +SKIP
    >>> for row in predict(classifier, ["photo.jpg", "folder"]):            # doctest: +SKIP
    ...     print(row.input, row.label, row.probability, row.error)
    photo.jpg 薔薇 0.97

One file predicts alone. An image takes the same way to the network here as in training.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dataset.augment import centre_crop, normalize
from dataset.image import ImageRejected, check_crop, load_image
from nn.arrays import Array
from nn.evaluation.temperature import calibrated
from nn.files.modelfile import ModelFile, read_model
from nn.files.network import naming, network
from nn.folding import fold
from nn.inputs import Fetch, Input, UnreadableError, each_input

Look = Callable[[str, Array, int], object]

BATCH = 32  # images read before they are classified together


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What one input shows; where it cannot be read, why not."""

    input: str  # as given
    label: str = ""
    probability: float | None = None  # 0 to 1
    error: str = ""  # one sentence; then label and probability are empty
    rank: int = 1  # 1 for the likeliest class


class Classifier:
    """A trained network, its normalisations folded, with its classes and its preprocessing."""

    def __init__(self, file: ModelFile) -> None:
        """Build the network; raises ArchitectureError, StateError or ValueError if it cannot be."""
        self.classes = file.classes
        self.preprocessing = file.preprocessing
        self.temperature = file.temperature
        self.dataset = file.dataset
        check_crop(file.preprocessing.crop, file.preprocessing.background)
        self.model = network(file)
        fold(self.model)

    def load(self, body: bytes) -> Array:
        """The pixels of an image file as in training: uint8 (S, S, 3). Raises ImageRejected."""
        p = self.preprocessing
        return load_image(body, p.stored, crop=p.crop, background=p.background)

    def logits(self, images: Array) -> Array:
        """Class scores before the temperature: stored images, uint8 (N, S, S, 3) -> float32 (N, K).

        An image has the same alone and among others, within rounding.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            return self.model.logits(self.normalized(self.seen(images)))

    def seen(self, images: Array) -> Array:
        """What the network sees of stored images, uint8: (N, S, S, 3) -> (N, size, size, 3)."""
        return centre_crop(images, self.preprocessing.size)

    def normalized(self, seen: Array) -> Array:
        """What is computed with: uint8 (N, size, size, 3) -> float32, the same shape."""
        return normalize(seen, self.preprocessing.mean, self.preprocessing.std)

    def probabilities(self, images: Array) -> Array:
        """Of each class, calibrated, adding up to 1: uint8 (N, S, S, 3) -> float64 (N, K)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return calibrated(self.logits(images), self.temperature)


def load_classifier(
    path: Path | str, build: Callable[[ModelFile], Classifier] = Classifier
) -> Classifier:
    """The classifier in a model file; raises ModelFileError in one sentence.

    `build` makes it: nn.views has one that looks several times.
    """
    file = read_model(Path(path))
    with naming(path):
        return build(file)


def no_fetch(url: str) -> bytes:
    """The fetch of who has none: every address is an input that cannot be read."""
    raise UnreadableError("an address; pass predict a function that fetches it")


def predict(
    classifier: Classifier,
    inputs: Iterable[str],
    *,
    fetch: Fetch | None = None,
    top: int = 1,
    look: Look | None = None,
) -> Iterator[Prediction]:
    """Classify files, the images in folders (to any depth), and what `fetch` brings from addresses.

    Yields for each image its `top` likeliest classes, in the order of the inputs. An input that
    cannot be read is a row with an error; in a folder, a file that is no image is passed over.
    `look` is shown each image that was classified: its name, stored pixels and likeliest class.
    """
    load = classifier.load
    read = (_read(item, load) for item in each_input(inputs, fetch or no_fetch))
    kept = (result for result in read if result is not None)
    while batch := list(itertools.islice(kept, BATCH)):
        yield from _classify(classifier, batch, top, look)


def _read(item: Input, load: Callable[[bytes], Array]) -> tuple[str, Array | str] | None:
    """The name of an input with its pixels or with what is wrong; None for no image in a folder."""
    try:
        return item.name, load(item.read())
    except UnreadableError as error:
        return item.name, str(error)
    except ImageRejected as error:
        if item.found and error.word == "not-an-image":
            return None
        return item.name, f"{error.word}: {error.sentence}"


def _classify(
    classifier: Classifier, batch: list[tuple[str, Array | str]], top: int, look: Look | None
) -> Iterator[Prediction]:
    """The rows of one batch, in its order."""
    images = [pixels for _, pixels in batch if not isinstance(pixels, str)]
    answers = iter(classifier.probabilities(np.stack(images)) if images else ())
    for name, pixels in batch:
        if isinstance(pixels, str):
            yield Prediction(input=name, error=pixels)
            continue
        answer: Array = next(answers)
        if not np.isfinite(answer).all():
            yield Prediction(input=name, error="the network finds no number for it")
            continue
        if look:
            look(name, pixels, int(answer.argmax()))
        yield from _ranked(name, answer, classifier.classes, top)


def _ranked(
    name: str, probabilities: Array, classes: tuple[str, ...], top: int
) -> Iterator[Prediction]:
    likeliest = np.argsort(-probabilities, kind="stable")[:top]
    for rank, index in enumerate(likeliest.tolist(), start=1):
        probability = float(probabilities[index])
        yield Prediction(input=name, label=classes[index], probability=probability, rank=rank)
