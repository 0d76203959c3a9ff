"""New drawings that were on no page, for the model to name."""

from collections.abc import Iterator
from pathlib import Path

from crawler.files import replacing
from flows.demo.drawing import draw
from flows.demo.formats import JPEG
from flows.demo.site import CLASSES
from nn.predict import Prediction, load_classifier, predict

SEED = 1  # the site's is 0


def name_unseen(model: Path, folder: Path) -> Iterator[Prediction]:
    """Draw one picture of each class into a folder, and say what the model takes them for."""
    for label in CLASSES:
        with replacing(folder / f"{label}.jpg") as part:
            part.write_bytes(JPEG.encode(draw(label, 0, SEED), 0))
    return predict(load_classifier(model), [str(folder)])
