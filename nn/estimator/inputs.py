"""What a user hands an estimator, checked and made into images and labels.

Sentences keep the words that scikit-learn's users know, and its checks look for.
"""

import math
import warnings
from typing import Any

import numpy as np

from nn.arrays import Array, Shape
from nn.estimator.conventions import conversion_warning


def images_of(x: Any, image_shape: Shape | None) -> Array:
    """Images (N, H, W, C), uint8 or float32, from such, or from rows of H * W * C numbers.

    Without `image_shape` a row of F numbers is an image of 1 x F pixels with one channel. Raises
    ValueError or TypeError for what is neither, or not finite.
    """
    array = _numbers(x)
    if array.ndim not in {2, 4}:
        raise ValueError(
            f"X must have 2 or 4 axes, got {array.ndim}: Expected 2D array (N, H * W * C), or "
            "images (N, H, W, C). Reshape your data with X.reshape(-1, 1) if it has a single "
            "feature, or X.reshape(1, -1) if it is a single sample"
        )
    features = math.prod(array.shape[1:])
    for count, what in (len(array), "sample"), (features, "feature"):
        if not count:
            raise ValueError(
                f"Found array with 0 {what}(s) (shape={array.shape}) while a minimum of 1 is "
                "required."
            )
    seen = array.shape[1:] if array.ndim == 4 else (1, features, 1)
    shape = tuple(image_shape or seen)
    if features != math.prod(shape):
        raise ValueError(
            f"X has {features} features, but CNNClassifier is expecting {math.prod(shape)} "
            f"features as input, for images of shape {shape}"
        )
    if len(shape) != 3 or (array.ndim == 4 and seen != shape):
        raise ValueError(f"images of shape {seen} are not of shape {shape}; (H, W, C) is wanted")
    return array.reshape(-1, *shape)


def _numbers(x: Any) -> Array:
    """X as a finite array: bytes as they are, all else as float32."""
    if hasattr(x, "tocsr"):
        raise TypeError("Sparse data was passed for X, but dense data is required: X.toarray()")
    array = np.asarray(x)
    if np.iscomplexobj(array):
        raise ValueError("Complex data not supported: X must be real numbers")
    if array.dtype == np.uint8:
        return array
    with np.errstate(over="ignore"):
        array = array.astype(np.float32)
    if not np.isfinite(array).all():
        what = "NaN" if np.isnan(array).any() else "infinity or a value too large for float32"
        raise ValueError(f"Input X contains {what}.")
    return array


def labels_of(y: Any, n: int) -> Array:
    """One label a sample, of any type that can be sorted: (N,). Raises ValueError."""
    if y is None:
        raise ValueError("CNNClassifier requires y to be passed, but the target y is None")
    labels = np.asarray(y)
    if labels.ndim == 2 and labels.shape[1] == 1:
        warnings.warn(
            "A column-vector y was passed when a 1d array was expected; use y.ravel()",
            conversion_warning(),
            stacklevel=3,
        )
        labels = labels.ravel()
    if labels.ndim != 1:
        raise ValueError(f"y should be a 1d array, got an array of shape {labels.shape} instead.")
    if len(labels) != n:
        raise ValueError(f"X has {n} samples, but y has {len(labels)} labels")
    if labels.dtype.kind == "f":
        _check_whole(labels)
    return labels


def _check_whole(labels: Array) -> None:
    """Refuse numbers that are measurements, not names of classes."""
    if not np.isfinite(labels).all():
        raise ValueError("Input y contains NaN or infinity.")
    if (labels != np.floor(labels)).any():
        raise ValueError(
            "Unknown label type: continuous. y must hold classes, not measured numbers"
        )
