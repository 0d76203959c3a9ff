"""`deeprunning predict`: parse, call, print; and the table of all commands."""

import logging
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.command import (
    EXIT_STATUSES,
    Parser,
    UsageError,
    execute,
    existing,
    hint,
    log_to_stderr,
)
from crawler.errors import FetchError
from dataset.errors import DatasetError
from nn.errors import NNError
from nn.evaluate import evaluate_main, views_flag
from nn.find_rate import find_rate_main
from nn.reporting.tables import printed_table, rounded
from nn.summary import summary_main
from nn.train import train_main

if TYPE_CHECKING:
    from nn.inputs import Fetch

log = logging.getLogger(__name__)

FAILURES = (NNError, DatasetError)

PREDICT = """\
deeprunning predict model.safetensors photo.jpg                       one photo
deeprunning predict model.safetensors holiday > holiday.csv           every image below a folder
deeprunning predict model.safetensors photo.jpg --top 3               its three likeliest classes
deeprunning predict model.safetensors https://example.org/a.jpg \\
    --user-agent "flowers-study/1.0 (+mailto:me@example.org)"         an image on the web"""


def predict_main(argv: Sequence[str] | None = None, prog: str = "deeprunning predict") -> int:
    """Predict; stdout carries the table input,label,probability,error. Returns the exit status."""
    parser = Parser(prog, "Name what is on images.", epilog=PREDICT)
    parser.add_argument("model", type=Path, metavar="MODEL", help="a model.safetensors")
    parser.add_argument(
        "inputs", nargs="+", metavar="FILE | FOLDER | URL", help="images, or where they are"
    )
    parser.add_argument(
        "--top", type=int, metavar="K", help="likeliest classes of an image, in a column rank"
    )
    views_flag(parser)
    parser.add_argument("--user-agent", help="name/version (+contact) to fetch URLs with")
    parser.add_argument(
        "--allow-private",
        action="append",
        metavar="HOST",
        help="a host that may be fetched though its address is private; may be repeated",
    )
    flags = vars(parser.parse_args(argv))
    log_to_stderr()
    return execute(partial(_predict, flags), FAILURES, prog=prog)


def _predict(flags: dict[str, Any]) -> int:
    from nn.inputs import is_address
    from nn.predict import load_classifier, predict
    from nn.views import ManyViews

    inputs, top = flags["inputs"], flags.get("top", 1)
    if top < 1:
        raise UsageError(f"--top must be at least 1, got {top}")
    if "" in inputs:
        raise UsageError("an input has an empty name; name a file, a folder or a URL")
    for path in (flags["model"], *(Path(name) for name in inputs if not is_address(name))):
        existing(path)
    fetch = _fetch(flags) if any(map(is_address, inputs)) else None
    classifier = load_classifier(flags["model"], partial(ManyViews, views=flags["views"]))
    columns = ["input", "label", "probability", "error", "rank"][: 5 if "top" in flags else 4]
    write, failed = printed_table(*columns), False
    bare = {name for name in inputs if Path(name).is_dir()}  # folders, until an image is seen
    for row in predict(classifier, inputs, fetch=fetch, top=top):
        cells = [row.input, row.label, rounded(row.probability), row.error, row.rank]
        write(cells[: len(columns)])
        failed |= bool(row.error)
        bare -= {name for name in bare if Path(name) in Path(row.input).parents}
    for name in sorted(bare):
        log.warning("no image in %s", name)
    return int(failed)


def _fetch(flags: dict[str, Any]) -> "Fetch":
    """The crawler's safe fetch of one address, its failures turned into rows."""
    if "user_agent" not in flags:
        raise UsageError(
            "a URL is fetched under a name: add --user-agent "
            '"flowers-study/1.0 (+mailto:me@example.org)" with your own'
        )
    from crawler.fetch import fetching
    from nn.inputs import UnreadableError

    private = tuple(flags.get("allow_private", ()))
    try:
        get = fetching(user_agent=flags["user_agent"], allow_private=private)
    except ValueError as error:
        raise UsageError(str(error)) from error

    def fetch(url: str) -> bytes:
        try:
            return get(url)
        except FetchError as error:
            raise UnreadableError(f"{error.word}: {error.sentence}") from error

    return fetch


COMMANDS: dict[str, Callable[..., int]] = {
    "train": train_main,
    "find-rate": find_rate_main,
    "evaluate": evaluate_main,
    "predict": predict_main,
    "summary": summary_main,
}


def main(argv: Sequence[str] | None = None, prog: str = "python -m nn") -> int:
    """Call the command named first with the rest of the arguments; return its exit status."""
    name, *rest = (sys.argv[1:] if argv is None else list(argv)) or ["--help"]
    if name in COMMANDS:
        return COMMANDS[name](rest, prog=f"{prog} {name}")
    if name in {"--help", "-h"}:
        usage = f"usage: {prog} {{{','.join(COMMANDS)}}} ..."
        print(f"{usage}\n\n`{prog} COMMAND --help` says more about one.\n\n{EXIT_STATUSES}")
        return 0
    print(f"{prog}: no such command: {name}{hint(name, COMMANDS)}", file=sys.stderr)
    return 2
