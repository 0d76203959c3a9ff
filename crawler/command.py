"""What every command line shares: flags and TOML tables that become a config, and exit statuses."""

import argparse
import difflib
import io
import logging
import os
import sys
import tomllib
import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar, get_args, get_origin, get_type_hints

from crawler.interrupt import interruptible

Config = TypeVar("Config")

TABLES = ("crawl", "dataset", "train")  # of a configuration file, one a stage

EXIT_STATUSES = """\
exit status: 0 done (items that failed are rows of the result); 1 the work failed;
2 a wrong flag, key, value or missing path; 130 interrupted, with the state saved"""


class UsageError(Exception):
    """A flag, key, value or path that the user must mend; exit status 2."""


def hint(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?` for the nearest known word, or nothing where none is near."""
    near = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]}?" if near else ""


class Parser(argparse.ArgumentParser):
    """argparse with flags anywhere among the words, the nearest named when one is mistyped."""

    def __init__(self, prog: str, description: str, *, epilog: str = "") -> None:
        super().__init__(
            prog,
            description=description,
            epilog=f"{epilog}\n\n{EXIT_STATUSES}".strip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            argument_default=argparse.SUPPRESS,
            allow_abbrev=False,
        )

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        options, unknown = self.parse_known_intermixed_args(args, namespace)
        if unknown:
            flag = unknown[0].split("=")[0]
            self.error(f"no such argument: {flag}{hint(flag, self._option_string_actions)}")
        return options

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n(`{self.prog} --help` lists every argument)\n")


def config_flags(
    parser: argparse.ArgumentParser, config: type, names: Collection[str] = ()
) -> None:
    """Add a flag for each field of a config, or those in `names`; defaults stay in the config.

    A field's metadata key `help` is the flag's help; a tuple takes several words, a bool gives
    --name and --no-name.
    """
    hints = get_type_hints(config)
    for field in fields(config):
        if not names or field.name in names:
            flag = "--" + field.name.replace("_", "-")
            parser.add_argument(flag, help=_help(field), **_reader(hints[field.name]))


def _help(field: Field[Any]) -> str:
    text = str(field.metadata.get("help", "")).replace("%", "%%")
    if field.default is MISSING or field.default in ("", (), None):
        return text
    shown = " ".join(field.default) if isinstance(field.default, tuple) else field.default
    return f"{text} (default {shown})"


def _reader(hint: Any) -> dict[str, Any]:
    """The keywords of `add_argument` that read a value of this type."""
    if hint is bool:
        return {"action": argparse.BooleanOptionalAction}
    if get_origin(hint) is Literal:
        return {"choices": get_args(hint)}
    if get_origin(hint) is tuple:
        return {"nargs": "*", "type": get_args(hint)[0], "metavar": _metavar(get_args(hint)[0])}
    if get_origin(hint) is types.UnionType:  # `int | None`
        hint = get_args(hint)[0]
    return {"type": hint, "metavar": _metavar(hint)}


def _metavar(kind: type) -> str:
    return {str: "TEXT", int: "N", float: "NUMBER"}.get(kind, kind.__name__.upper())


def table_of(path: Path, name: str) -> dict[str, Any]:
    """The table of one stage in a TOML file; empty where the file has none.

    Raises UsageError for a missing file, for text that is no TOML, and for an unknown table.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UsageError(f"no such file: {path}") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder; name a configuration file") from None
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, or beyond all measure
        raise UsageError(f"{path} is no valid TOML: {error}") from error
    for key in document:
        if key not in TABLES:
            raise UsageError(f"{path}: unknown table [{key}]{hint(key, TABLES)}")
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise UsageError(f"{path}: {name} must be a table, written [{name}]")
    return table


def make_config(config: type[Config], *layers: Mapping[str, Any]) -> Config:
    """Build a config from mappings, the later winning.

    Raises UsageError for an unknown key (naming the nearest), a wrong type and a refused value.
    """
    hints = get_type_hints(config)
    merged = {key.replace("-", "_"): value for layer in layers for key, value in layer.items()}
    for key in merged:
        if key not in hints:
            raise UsageError(f"unknown key {key}{hint(key, hints)}")
    values = {key: _checked(key, value, hints[key]) for key, value in merged.items()}
    for field in fields(config):  # type: ignore[arg-type]  # every config is a dataclass
        if field.name not in values and field.default is field.default_factory is MISSING:
            raise UsageError(f"{field.name} is required: {field.metadata.get('help', '')}")
    try:
        return config(**values)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _checked(key: str, value: object, hint: Any) -> object:
    """The value in the type of its field, or UsageError."""
    kind, inner = get_origin(hint), get_args(hint)
    if kind is tuple and isinstance(value, (list, tuple)):
        return tuple(_checked(key, item, inner[0]) for item in value)
    if kind is types.UnionType and value is not None:
        return _checked(key, value, inner[0])
    if kind is Literal and value in inner:
        return value
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is str and not value.isascii():
        _check_text(key, value)
    if type(value) is hint or (kind is types.UnionType and value is None):
        return value
    raise UsageError(f"{key} must be {_named(hint)}, got {value!r}")


def _check_text(key: str, value: str) -> None:
    """What a shell passes on need not be text at all."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{key} must be a text in UTF-8, got {value!r}") from None


def _named(hint: Any) -> str:
    names = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(map(str, get_args(hint)))
    if get_origin(hint) is tuple:
        return f"a list, each item {_named(get_args(hint)[0])}"
    if get_origin(hint) is types.UnionType:
        return _named(get_args(hint)[0])
    return names.get(hint, str(hint))


def folder(text: str) -> Path:
    """What --out names; an empty text is a variable that was not set, and not this folder."""
    if not text:
        raise argparse.ArgumentTypeError("a folder needs a name")
    return Path(text)


def existing(path: Path) -> Path:
    """The path itself, or UsageError where nothing is there."""
    if not path.exists():
        raise UsageError(f"no such file or folder: {path}")
    return path


def log_to_stderr() -> None:
    """Send what our packages tell to stderr, plainly, and of others only their warnings."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    for package in ("crawler", "dataset", "nn", "flows"):
        logging.getLogger(package).setLevel(logging.INFO)


def execute(
    work: Callable[[], int | None], failures: Sequence[type[Exception]], *, prog: str
) -> int:
    """Do the work of a command; turn what it raises into one sentence and an exit status.

    `failures` are the errors a stage raises on purpose; they, and errors of the operating system
    (disk full, no permission), end with 1. SIGTERM is taken like Ctrl-C, and a second of either
    leaves the first a moment to save the state.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="surrogateescape")  # a path goes out as it came in
    try:
        with interruptible():
            return work() or 0
    except UsageError as error:
        return _report(prog, error, 2)
    except tuple(failures) as error:
        return _report(prog, error, 1)
    except BrokenPipeError:  # `... | head`: whoever reads has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _report(prog, f"{where}{error.strerror or error}", 1)
    except KeyboardInterrupt:
        return _report(prog, "interrupted; the same command goes on from here", 130)


def _report(prog: str, message: object, status: int) -> int:
    print(f"{prog}: {message}", file=sys.stderr)
    return status
