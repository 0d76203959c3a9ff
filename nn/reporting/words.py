"""Numbers and the names of scores as people read them."""

import math

RATES = {"accuracy": "accuracy", "balanced_accuracy": "balanced accuracy", "macro_f1": "macro-F1"}


def percent(share: float) -> str:
    """A share, 96.1 % on one line; a dash where it is not known."""
    return "–" if math.isnan(share) else f"{100 * share:.1f}\u00a0%"


def decimal(value: float) -> str:
    """A number with three decimals; a dash where it is not known."""
    return "–" if math.isnan(value) else f"{value:.3f}"
