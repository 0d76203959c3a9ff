"""What scikit-learn asks of estimators in classes of its own; without it, built-in ones do.

The only file that imports scikit-learn, and only where scikit-learn may be the caller.
"""

import sys
from typing import Any


def classifier_tags() -> Any:
    """What kind of estimator a classifier is; asked for by scikit-learn alone."""
    from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

    return Tags(
        estimator_type="classifier",
        target_tags=TargetTags(required=True),
        classifier_tags=ClassifierTags(),
        input_tags=InputTags(),
    )


def not_fitted(name: str) -> Exception:
    """The exception for an estimator that has learned nothing yet."""
    kind: type[Exception] = _known("NotFittedError", ValueError)
    return kind(f"{name} is not fitted yet; call fit first")


def conversion_warning() -> type[Warning]:
    """The category of the warning that a column was taken for a vector."""
    category: type[Warning] = _known("DataConversionWarning", UserWarning)
    return category


def _known(name: str, other: Any) -> Any:
    """A class of sklearn.exceptions if the process has loaded it, and can tell it apart."""
    return getattr(sys.modules.get("sklearn.exceptions"), name, other)
