"""A contender whose process ends in the midst of a step, as one that the system kills."""

import os
from collections.abc import Callable


def train(cell: object, form: str) -> Callable[[], object]:
    """A step that nothing comes back from."""
    return lambda: os._exit(3)
