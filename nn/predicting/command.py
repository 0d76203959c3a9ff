"""`deeprunning predict`: what is on images, as CSV or JSON lines, with pictures of why."""

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.command import Parser, UsageError, execute, existing, folder, log_to_stderr
from crawler.errors import FetchError
from dataset.errors import DatasetError
from nn.errors import NNError
from nn.evaluate import views_flag
from nn.reporting.tables import PRINTED, rounded

if TYPE_CHECKING:
    from nn.inputs import Fetch
    from nn.predict import Classifier, Look

log = logging.getLogger(__name__)

COLUMNS = ("input", "label", "probability", "error", "rank")
METHODS = ("grad-cam", "occlusion")

PREDICT = """\
deeprunning predict model.safetensors photo.jpg                       one photo
deeprunning predict model.safetensors holiday > holiday.csv           every image below a folder
deeprunning predict model.safetensors photo.jpg --top 3               its three likeliest classes
deeprunning predict model.safetensors photo.jpg --explain why         a picture of where it is seen
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
    parser.add_argument(
        "--format", choices=PRINTED, default="csv", help="csv, or jsonl: an object a line"
    )
    parser.add_argument(
        "--explain", type=folder, metavar="DIR", help="gets a PNG an image: where it was seen"
    )
    parser.add_argument(
        "--explain-by", choices=METHODS, default=METHODS[0], help=f"(default {METHODS[0]})"
    )
    parser.add_argument("--user-agent", help="name/version (+contact) to fetch URLs with")
    parser.add_argument(
        "--allow-private",
        action="append",
        metavar="HOST",
        help="a host that may be fetched though its address is private; may be repeated",
    )
    flags = vars(parser.parse_args(argv))
    log_to_stderr()
    return execute(partial(_predict, flags), (NNError, DatasetError), prog=prog)


def _predict(flags: dict[str, Any]) -> int:
    from nn.files.network import enough_memory
    from nn.inputs import is_address
    from nn.predict import load_classifier, predict
    from nn.views import ManyViews

    inputs, top = flags["inputs"], flags.get("top", 1)
    _check(inputs, top)
    for path in (flags["model"], *(Path(name) for name in inputs if not is_address(name))):
        existing(path)
    fetch = _fetch(flags) if any(map(is_address, inputs)) else None
    classifier = load_classifier(flags["model"], partial(ManyViews, views=flags["views"]))
    look = _explaining(flags, classifier)
    columns = COLUMNS if "top" in flags else COLUMNS[:4]
    write, failed = PRINTED[flags["format"]](*columns), False
    bare = {name for name in inputs if Path(name).is_dir()}  # folders, until an image is seen
    with enough_memory(flags["model"]):
        for row in predict(classifier, inputs, fetch=fetch, top=top, look=look):
            cells = [row.input, row.label, rounded(row.probability), row.error, row.rank]
            write(cells[: len(columns)])
            failed |= bool(row.error)
            bare -= {name for name in bare if Path(name) in Path(row.input).parents}
    for name in sorted(bare):
        log.warning("no image in %s", name)
    return int(failed)


def _check(inputs: Sequence[str], top: int) -> None:
    if top < 1:
        raise UsageError(f"--top must be at least 1, got {top}")
    if "" in inputs:
        raise UsageError("an input has an empty name; name a file, a folder or a URL")


def _explaining(flags: dict[str, Any], classifier: "Classifier") -> "Look | None":
    """What makes a picture of each image, if that is wanted."""
    if "explain" not in flags:
        return None
    from nn.predicting.explained import Explanations

    return Explanations(flags["explain"], classifier, flags["explain_by"]).add


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
