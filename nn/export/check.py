"""An ONNX model beside the network it was made of, in onnxruntime, on the same images."""

from collections.abc import Iterable

import numpy as np
import onnxruntime

from nn.arrays import Array
from nn.export.convert import INPUT, SCORES
from nn.predict import Classifier

RUNTIME = f"onnxruntime {onnxruntime.__version__}"


def largest_difference(body: bytes, classifier: Classifier, batches: Iterable[Array]) -> float:
    """Of all logits, over batches of stored images, uint8 (N, S, S, 3); NaN if one is no number."""
    session = onnxruntime.InferenceSession(body, providers=["CPUExecutionProvider"])
    largest = 0.0
    for images in batches:
        seen = classifier.seen(images).transpose(0, 3, 1, 2).astype(np.float32)
        (found,) = session.run([SCORES], {INPUT: np.ascontiguousarray(seen)})
        difference = np.abs(np.asarray(found, np.float64) - classifier.logits(images)).max()
        largest = float(np.maximum(largest, difference))  # keeps a NaN
    return largest
