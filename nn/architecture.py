"""Architectures: a model as a plain list of layers, from a preset or a TOML file.

A layer is a table: `layer` names the class, the other keys are its arguments; layers within a
layer are a list of such tables. The number of classes is not known to the file; `out_features =
"classes"` stands for it. Beside the list `init` may name the initialiser of all layers that name
none.
"""

import inspect
import math
import tomllib
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from nn import layers
from nn.arguments import check_arguments, is_list_of_tables, is_whole, nearest
from nn.errors import ArchitectureError
from nn.initialization import initialiser
from nn.layers import Layer

Table: TypeAlias = dict[str, Any]
Spec: TypeAlias = tuple[Table, ...]

LAYERS = {name: getattr(layers, name) for name in layers.__all__ if name != "Layer"}
WIDTHS = ("out_channels", "out_features")  # arguments that say how wide a layer is
MAX_DEPTH = 8  # of layers within layers


def presets() -> list[str]:
    """The names of the architectures that come with the package."""
    folder = files("nn") / "presets"
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )


def expand(model: str, *, classes: int, width: float = 1.0, init: str | None = None) -> Spec:
    """The layers of a preset, or of a TOML file if the name ends with .toml, for K classes.

    `width` multiplies the channels and features of all layers but the last; `init` is the
    initialiser of all layers that name none. Raises ArchitectureError for a model that is neither,
    naming the nearest preset.
    """
    spec = read_spec(Path(model)) if model.endswith(".toml") else preset(model)
    spec = spec if width == 1 else _widened(spec, width)
    spec = spec if init is None else _initialised(spec, init)
    return _each(
        spec,
        lambda table: {key: classes if v == "classes" else v for key, v in table.items()},
    )


def preset(name: str) -> Spec:
    """The layers of a preset, `classes` unresolved."""
    if name not in presets():
        raise ArchitectureError(
            f"no preset is called {name!r}{nearest(name, presets())}; "
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
    except (ValueError, RecursionError) as error:  # of TOML or of UTF-8, or nested without end
        raise ArchitectureError(f"{source} is no valid TOML: {error}") from error
    spec, init = document.pop("layers", None), document.pop("init", None)
    if not is_list_of_tables(spec) or document:
        raise ArchitectureError(
            f"{source} must hold `layers`, a list of tables, and besides only `init`"
        )
    if init is None:
        return tuple(spec)
    if not isinstance(init, str):
        raise ArchitectureError(f"init of {source} must be a text, got {init!r}")
    return _initialised(spec, init)


def _initialised(spec: Sequence[Table], init: str) -> Spec:
    """The layers, with an initialiser for those that take one and name none."""
    initialiser(init)

    def change(table: Table) -> Table:
        layer = LAYERS.get(str(table.get("layer")))
        takes = layer is not None and "init" in inspect.signature(layer).parameters
        return {**table, "init": table.get("init", init)} if takes else table

    return _each(spec, change)


def _widened(spec: Sequence[Table], width: float) -> Spec:
    """The layers, their widths multiplied and rounded to what all groups of the list can share."""
    groups = math.lcm(*(g for g in _values(spec, "groups") if is_whole(g) and g > 0))

    def change(table: Table) -> Table:
        return {
            key: max(1, round(value * width / groups)) * groups
            if key in WIDTHS and is_whole(value) and value > 0
            else value
            for key, value in table.items()
        }

    return _each(spec, change)


def _values(spec: Sequence[Table], name: str) -> Iterator[Any]:
    """What the layers say of an argument, those within layers too."""
    for table in spec:
        for key, value in table.items():
            if key == name:
                yield value
            elif is_list_of_tables(value):
                yield from _values(value, name)


def _each(spec: Sequence[Table], change: Callable[[Table], Table]) -> Spec:
    """The layers, each table changed, those within layers too."""
    return tuple(
        {
            key: list(_each(value, change)) if is_list_of_tables(value) else value
            for key, value in change(table).items()
        }
        for table in spec
    )


def layer_of(table: Table, depth: int = 0) -> Layer:
    """The layer of one table. Raises ArchitectureError, naming the nearest class or argument."""
    arguments = dict(table)
    name = arguments.pop("layer", None)
    if name is None:
        raise ArchitectureError(f"a table of the list has no `layer`: {table}")
    if not isinstance(name, str) or name not in LAYERS:
        raise ArchitectureError(f"no layer is called {name!r}{nearest(str(name), LAYERS)}")
    if depth > MAX_DEPTH:
        raise ArchitectureError(f"{name} lies within more than {MAX_DEPTH} layers")
    check_arguments(LAYERS[name], arguments)
    for key, value in arguments.items():
        if is_list_of_tables(value):
            arguments[key] = [layer_of(inner, depth + 1) for inner in value]
    layer: Layer = LAYERS[name](**arguments)
    return layer
