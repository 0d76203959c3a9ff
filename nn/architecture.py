"""Architectures: a model as a plain list of layers, from a preset or a TOML file.

A layer is a table: `layer` names the class, the other keys are its arguments; layers within a
layer are a list of such tables. The number of classes is not known to the file; `out_features =
"classes"` stands for it. Beside the list `init` may name the initialiser of all layers that name
none.
"""

import difflib
import inspect
import itertools
import tomllib
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from nn import layers
from nn.errors import ArchitectureError
from nn.initialization import initialiser
from nn.layers import Layer
from nn.layers.residual import Layers
from nn.ops.window import Size

Table: TypeAlias = dict[str, Any]
Spec: TypeAlias = tuple[Table, ...]

LAYERS = {name: getattr(layers, name) for name in layers.__all__ if name != "Layer"}
MAX_DEPTH = 8  # of layers within layers
MAX_LAYERS = 10_000


def presets() -> list[str]:
    """The names of the architectures that come with the package."""
    folder = files("nn") / "presets"
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )


def expand(model: str, *, classes: int, init: str | None = None) -> Spec:
    """The layers of a preset, or of a TOML file if the name ends with .toml, for K classes.

    `init` is the initialiser of all layers that name none. Raises ArchitectureError for a model
    that is neither, naming the nearest preset.
    """
    spec = read_spec(Path(model)) if model.endswith(".toml") else preset(model)
    spec = spec if init is None else _initialised(spec, init)
    return _each(
        spec,
        lambda table: {key: classes if v == "classes" else v for key, v in table.items()},
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
    except (ValueError, RecursionError) as error:  # of TOML or of UTF-8, or nested without end
        raise ArchitectureError(f"{source} is no valid TOML: {error}") from error
    spec, init = document.pop("layers", None), document.pop("init", None)
    if not _is_list_of_tables(spec) or document:
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


def _each(spec: Sequence[Table], change: Callable[[Table], Table]) -> Spec:
    """The layers, each table changed, those within layers too."""
    return tuple(
        {
            key: list(_each(value, change)) if _is_list_of_tables(value) else value
            for key, value in change(table).items()
        }
        for table in spec
    )


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, list) and value != [] and all(isinstance(v, dict) for v in value)


def layers_of(spec: Spec) -> list[Layer]:
    """The layers of a list. Raises ArchitectureError, as layer_of, and for too many."""
    tables, count = list(spec), 0
    while tables:
        count += 1
        lists = (value for value in tables.pop().values() if _is_list_of_tables(value))
        tables += itertools.chain.from_iterable(lists)
        if count > MAX_LAYERS:
            raise ArchitectureError(f"a list of more than {MAX_LAYERS:,} layers is none of ours")
    return [layer_of(table) for table in spec]


def layer_of(table: Table, depth: int = 0) -> Layer:
    """The layer of one table. Raises ArchitectureError, naming the nearest class or argument."""
    arguments = dict(table)
    name = arguments.pop("layer", None)
    if name is None:
        raise ArchitectureError(f"a table of the list has no `layer`: {table}")
    if not isinstance(name, str) or name not in LAYERS:
        raise ArchitectureError(f"no layer is called {name!r}{_nearest(str(name), LAYERS)}")
    if depth > MAX_DEPTH:
        raise ArchitectureError(f"{name} lies within more than {MAX_DEPTH} layers")
    _check_arguments(name, arguments)
    for key, value in arguments.items():
        if _is_list_of_tables(value):
            arguments[key] = [layer_of(inner, depth + 1) for inner in value]
    layer: Layer = LAYERS[name](**arguments)
    return layer


def _check_arguments(name: str, arguments: Table) -> None:
    """Compare the arguments of a table with those that the class of the layer takes."""
    taken = inspect.signature(LAYERS[name]).parameters
    for key, value in arguments.items():
        if key not in taken:
            raise ArchitectureError(f"{name} takes no {key}{_nearest(key, taken)}")
        wanted, fits = KINDS[taken[key].annotation]
        if not fits(value):
            raise ArchitectureError(f"{key} of {name} must be {wanted}, got {value!r}")
    for key, parameter in taken.items():
        if key not in arguments and parameter.default is parameter.empty:
            raise ArchitectureError(f"{name} needs {key}")


def _is_whole(value: object) -> bool:
    return type(value) is int  # true and false are whole numbers too, for Python


def _is_size(value: object) -> bool:
    return _is_whole(value) or (
        isinstance(value, list) and value != [] and all(map(_is_whole, value))
    )


# What an argument is in a table, by its type in the class: in words, and as a question.
KINDS: dict[object, tuple[str, Callable[[object], bool]]] = {
    int: ("a whole number", _is_whole),
    float: ("a number", lambda value: type(value) in {int, float}),
    bool: ("true or false", lambda value: type(value) is bool),
    str: ("a text", lambda value: type(value) is str),
    Size: ("a whole number or a list of them", _is_size),
    Layers: ("a list of layers", lambda value: value == [] or _is_list_of_tables(value)),
}


def _nearest(word: str, known: Iterable[str]) -> str:
    by_letters = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), list(by_letters), 1, cutoff=0)
    return f"; did you mean {by_letters[near[0]]}?" if near else ""
