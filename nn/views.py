"""Several views of an image instead of one: what a network says of each, averaged.

Test-time augmentation as AlexNet had it (Krizhevsky et al. 2012, section 4.1).
"""

from collections.abc import Iterator

import numpy as np

from nn.arrays import Array
from nn.evaluation.temperature import calibrated
from nn.files.modelfile import ModelFile
from nn.predict import Classifier

VIEWS = ("centre", "flip", "ten")  # the middle; it and its mirror image; corners too, and theirs


class ManyViews(Classifier):
    """A classifier that looks at each image several times."""

    def __init__(self, file: ModelFile, views: str) -> None:
        """`views` is one of VIEWS, else ValueError; raises as Classifier does."""
        if views not in VIEWS:
            raise ValueError(f"views must be one of {', '.join(VIEWS)}, got {views!r}")
        super().__init__(file)
        self.views = views

    def logits(self, images: Array) -> Array:
        """Scores whose probabilities are the means over the views: as Classifier.logits.

        T log(mean of p), with p = softmax(z / T) of each view and T the temperature.
        """
        looks = [super(ManyViews, self).logits(seen) for seen in self._seen(images)]
        if len(looks) == 1:
            return looks[0]
        mean = np.mean([calibrated(look, self.temperature) for look in looks], axis=0)
        logs = np.log(np.maximum(mean, np.finfo(np.float64).tiny))
        result: Array = (self.temperature * logs).astype(np.float32)
        return result

    def _seen(self, images: Array) -> Iterator[Array]:
        """The views, each a batch that the network crops the middle of: (N, S or size, ...)."""
        whole = [images]
        if self.views == "ten":
            whole += corners(images, self.preprocessing.size)
        for view in whole:
            yield view
            if self.views != "centre":
                yield view[:, :, ::-1]


def corners(images: Array, size: int) -> list[Array]:
    """The squares in the four corners, as views: (N, S, S, 3) -> four of (N, size, size, 3).

    >>> [c[0, 0, 0, 0].item() for c in corners(np.arange(27).reshape(1, 3, 3, 3), 2)]
    [0, 3, 9, 12]
    """
    far = images.shape[1] - size
    return [
        images[:, top : top + size, left : left + size] for top in (0, far) for left in (0, far)
    ]
