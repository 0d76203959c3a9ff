"""Arguments of layers as a table gives them, checked before a layer is made of them."""

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nn.errors import ArchitectureError
from nn.layers import Layer
from nn.layers.residual import Layers
from nn.ops.window import Size


def check_arguments(layer: type[Layer], arguments: Mapping[str, Any]) -> None:
    """Compare the arguments of a table with those that the class of its layer takes.

    Raises ArchitectureError, naming the nearest argument or the kind of value that is wanted.
    """
    name, taken = layer.__name__, inspect.signature(layer).parameters
    for key, value in arguments.items():
        if key not in taken:
            raise ArchitectureError(f"{name} takes no {key}{nearest(key, taken)}")
        wanted, fits = KINDS[taken[key].annotation]
        if not fits(value):
            raise ArchitectureError(f"{key} of {name} must be {wanted}, got {value!r}")
    for key, parameter in taken.items():
        if key not in arguments and parameter.default is parameter.empty:
            raise ArchitectureError(f"{name} needs {key}")


def is_list_of_tables(value: object) -> bool:
    """Whether a value can stand for layers."""
    return isinstance(value, list) and value != [] and all(isinstance(v, dict) for v in value)


def is_whole(value: object) -> bool:
    """Whether a value is an int, and no bool."""
    return type(value) is int  # true and false are whole numbers too, for Python


def _is_size(value: object) -> bool:
    return is_whole(value) or (
        isinstance(value, list) and value != [] and all(map(is_whole, value))
    )


# What an argument is in a table, by its type in the class: in words, and as a question.
KINDS: dict[object, tuple[str, Callable[[object], bool]]] = {
    int: ("a whole number", is_whole),
    float: ("a number", lambda value: type(value) in {int, float}),
    bool: ("true or false", lambda value: type(value) is bool),
    str: ("a text", lambda value: type(value) is str),
    Size: ("a whole number or a list of them", _is_size),
    Layers: ("a list of layers", lambda value: value == [] or is_list_of_tables(value)),
}


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint at what was meant, to end a sentence with; empty where nothing is known."""
    by_letters = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), list(by_letters), 1, cutoff=0)
    return f"; did you mean {by_letters[near[0]]}?" if near else ""
