"""A picture of where in an image a classifier saw what it says."""

from collections.abc import Callable

from nn.arrays import Array
from nn.explaining.gradcam import GradCam
from nn.explaining.occlusion import Occlusion
from nn.explaining.overlay import overlay
from nn.model import Sequential
from nn.predict import Classifier

Heat = Callable[[Array, int], Array]  # of an image (S, S, 3) for the class of an index
METHODS: dict[str, Callable[[Sequential], Heat]] = {"grad-cam": GradCam, "occlusion": Occlusion}


class Explainer:
    """Draws the heat of one method over what the network saw."""

    def __init__(self, classifier: Classifier, method: str) -> None:
        """Raises nn.explaining.gradcam.NoPlacesError where the method cannot be used."""
        self._classifier = classifier
        self._heat = METHODS[method](classifier.model)

    def png(self, pixels: Array, index: int) -> bytes:
        """For one stored image, uint8 (S, S, 3), and the class of this index."""
        seen = self._classifier.seen(pixels[None])
        return overlay(seen[0], self._heat(self._classifier.normalized(seen)[0], index))
