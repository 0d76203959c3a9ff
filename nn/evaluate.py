"""`deeprunning evaluate`: how good a model is on a snapshot, as a table and as a page."""

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from crawler.command import Parser, UsageError, execute, existing, folder, log_to_stderr
from dataset.errors import DatasetError
from nn.errors import NNError
from nn.train import snapshot

log = logging.getLogger(__name__)

SPLITS = ("train", "val", "test")
VIEWS = ("centre", "flip", "ten")  # as in nn.views, which needs NumPy

EVALUATE = """\
deeprunning evaluate flowers/model/model.safetensors flowers/dataset/dataset.json
deeprunning evaluate model.safetensors dataset.json --out flowers/evaluation   a page and tables
deeprunning evaluate model.safetensors newer/dataset.json --split val > scores.csv
deeprunning evaluate flowers/folds flowers/dataset/dataset.json --suspects   wrong labels first"""


def evaluate_main(argv: Sequence[str] | None = None, prog: str = "deeprunning evaluate") -> int:
    """Measure; stdout carries the table metric,label,value,low,high. Returns the exit status."""
    parser = Parser(prog, "Measure a model on one split of a snapshot.", epilog=EVALUATE)
    parser.add_argument("model", type=Path, metavar="MODEL", help="a model.safetensors")
    parser.add_argument("dataset", type=Path, metavar="DATASET.json", help="what to measure it on")
    parser.add_argument("--split", choices=SPLITS, default="test", help="(default test)")
    parser.add_argument(
        "--out", type=folder, default=None, metavar="DIR", help="gets evaluation.html and tables"
    )
    views_flag(parser)
    parser.add_argument(
        "--suspects",
        action="store_true",
        default=False,
        help="MODEL is the folder of a training with --folds; print which labels are likely wrong",
    )
    flags = vars(parser.parse_args(argv))
    work = _suspects if flags.pop("suspects") else _evaluate
    log_to_stderr()
    return execute(partial(work, **flags), (NNError, DatasetError), prog=prog)


def views_flag(parser: Parser) -> None:
    """The flag --views, with which predict looks as well."""
    parser.add_argument(
        "--views",
        choices=VIEWS,
        default="centre",
        help="what is averaged: the middle alone; it and its mirror image (flip); also the four "
        "corners and theirs (ten) (default centre)",
    )


def _suspects(model: Path, dataset: Path, **_: object) -> None:
    from nn.folds.reading import read_suspects
    from nn.reporting.tables import printed_table

    header, *rows = read_suspects(existing(model), snapshot(dataset))
    write = printed_table(*header)
    for row in rows:
        write(row)


def _evaluate(model: Path, dataset: Path, split: str, out: Path | None, views: str) -> None:
    existing(model)
    snapshot(dataset)
    if out is not None and (out / "stage.json").exists():
        raise UsageError(f"{out} holds the result of a stage; choose another --out")
    from nn.evaluation.evaluate import evaluate
    from nn.evaluation.rows import metric_rows
    from nn.files.network import enough_memory
    from nn.reporting.tables import printed_table, rounded
    from nn.snapshot import matching, sources_of

    classifier, source = matching(model, dataset, views)
    with enough_memory(model):
        found = evaluate(classifier, source.split(split), sources_of(dataset, source))
    if out is not None:
        from nn.reporting.evaluation import Subject, evaluation_files
        from nn.reporting.judgement import Judgement

        subject = Subject(trained_on=classifier.dataset, dataset=source.id, split=split)
        _write(out, evaluation_files(Judgement.of(found, source.split(split)), subject))
    write = printed_table("metric", "label", "value", "low", "high")
    for row in metric_rows(found):
        write([row.metric, row.label, rounded(row.value), rounded(row.low), rounded(row.high)])


def _write(out: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Put every file in place, each whole; all of them are made before the first is."""
    from crawler.files import replacing

    made = list(files)
    out.mkdir(parents=True, exist_ok=True)
    for name, body in made:
        with replacing(out / name) as part:
            part.write_bytes(body)
    log.info("%s", out / made[-1][0])
