"""Architectures: a model as a plain list of layers, from a preset or a TOML file.

A layer is a table: `layer` names the class, the other keys are its arguments. The number of
classes is not known to the file; `out_features = "classes"` stands for it.
"""

import difflib
import inspect
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from nn import layers
from nn.errors import ArchitectureError
from nn.layers import Layer

Spec: TypeAlias = tuple[dict[str, Any], ...]

LAYERS = {name: getattr(layers, name) for name in layers.__all__ if name != "Layer"}
KINDS = {int: "a whole number", float: "a number", bool: "true or false"}


def presets() -> list[str]:
    """The names of the architectures that come with the package."""
    folder = files("nn") / "presets"
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )


def expand(model: str, *, classes: int) -> Spec:
    """The layers of a preset, or of a TOML file if the name ends with .toml, for K classes.

    Raises ArchitectureError for a name that is neither, naming the nearest preset.
    """
    spec = read_spec(Path(model)) if model.endswith(".toml") else preset(model)
    return tuple(
        {key: classes if value == "classes" else value for key, value in layer.items()}
        for layer in spec
    )


def preset(name: str) -> Spec:
    """The layers of a preset, `classes` unresolved."""
    if name not in presets():
        raise ArchitectureError(
            f"no preset is called {name!r}{_nearest(name, presets())}; "
            f"presets are {', '.join(presets())}, and a file of layers ends with .toml"
        )
    return _parse((files("nn") / "presets" / f"{name}.toml").read_bytes(), name)


def read_spec(path: Path) -> Spec:
    """The layers of a TOML file, `classes` unresolved. Raises ArchitectureError."""
    try:
        return _parse(path.read_bytes(), str(path))
    except FileNotFoundError:
        raise ArchitectureError(f"no such file of layers: {path}") from None


def _parse(data: bytes, source: str) -> Spec:
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except ValueError as error:  # of TOML or of UTF-8
        raise ArchitectureError(f"{source} is no valid TOML: {error}") from error
    spec = document.pop("layers", None)
    tables = isinstance(spec, list) and all(isinstance(layer, dict) for layer in spec)
    if not spec or not tables or document:
        raise ArchitectureError(f"{source} must hold `layers`, a list of tables, and nothing else")
    return tuple(spec)


def layer_of(entry: dict[str, Any]) -> Layer:
    """The layer of one table. Raises ArchitectureError, naming the nearest class or argument."""
    arguments = dict(entry)
    name = arguments.pop("layer", None)
    if name is None:
        raise ArchitectureError(f"a table of the list has no `layer`: {entry}")
    if name not in LAYERS:
        raise ArchitectureError(f"no layer is called {name!r}{_nearest(str(name), LAYERS)}")
    _check_arguments(name, arguments)
    layer: Layer = LAYERS[name](**arguments)
    return layer


def _check_arguments(name: str, arguments: dict[str, Any]) -> None:
    """Compare the arguments of a table with those that the class of the layer takes."""
    taken = inspect.signature(LAYERS[name]).parameters
    for key, value in arguments.items():
        if key not in taken:
            raise ArchitectureError(f"{name} takes no {key}{_nearest(key, taken)}")
        kind = taken[key].annotation
        if type(value) is not kind and not (kind is float and type(value) is int):
            raise ArchitectureError(f"{key} of {name} must be {KINDS[kind]}, got {value!r}")
    for key, parameter in taken.items():
        if key not in arguments and parameter.default is parameter.empty:
            raise ArchitectureError(f"{name} needs {key}")


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), 1, cutoff=0)
    return f"; did you mean {near[0]}?" if near else ""
