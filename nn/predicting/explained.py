"""A folder of explanations: for each image that was classified a picture of where it was seen."""

import logging
import re
from pathlib import Path

from crawler.files import replacing
from nn.arrays import Array
from nn.explaining.explain import Explainer
from nn.predict import Classifier

log = logging.getLogger(__name__)

LONGEST = 60  # characters of a name that are kept


class Explanations:
    """Writes a PNG an image into a folder, called by its number among all and its own name."""

    def __init__(self, folder: Path, classifier: Classifier, method: str) -> None:
        """Raises NNError where the method cannot be used."""
        self._folder, self._classes = folder, classifier.classes
        self._explainer = Explainer(classifier, method)
        self._count = 0

    def add(self, name: str, pixels: Array, index: int) -> None:
        """Explain the class of this index for one image. Raises OSError."""
        self._count += 1
        path = self._folder / f"{self._count:04}-{plain(name)}.png"
        with replacing(path) as part:
            part.write_bytes(self._explainer.png(pixels, index))
        log.info("%s: %s in %s", path, self._classes[index], name)


def plain(name: str) -> str:
    """The last part of a path or address, without its extension, as any system can store it.

    >>> plain("https://example.org/薔薇/a%20b.jpg?size=2"), plain("holiday/..")
    ('a-20b', 'image')
    """
    last = re.split(r"[?#]", name)[0].replace("\\", "/").rstrip("/").rpartition("/")[2]
    stem = Path(last).stem
    return re.sub(r"\W+", "-", stem).strip("-")[:LONGEST] or "image"
