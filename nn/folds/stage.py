"""Cross-validation as a stage: a snapshot with folds in; a model a fold and their verdicts out.

Each fold is an ordinary training in a folder of its own, fold-1, fold-2 and so on. The same command
again goes on in the fold, and the epoch, where it was stopped.
"""

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from crawler.files import replacing, sweep
from dataset.store import read_samples
from nn.architecture import expand
from nn.config import TrainConfig
from nn.evaluation.evaluate import Evaluation, evaluate
from nn.evaluation.facts import scores_of
from nn.files.identity import identity
from nn.files.record import claimed
from nn.folds.table import FoldRow, SuspectRow, among, fold_rows, spread, suspects
from nn.material import Material, material
from nn.predict import load_classifier
from nn.reporting.tables import table
from nn.snapshot import DataError
from nn.stage import Watch, train

log = logging.getLogger(__name__)

STAGE = "folds"
RESULT = "folds.csv"
SUSPECTS = "suspects.csv"
SCORES = "folds.json"


def run_folds(
    config: TrainConfig,
    dataset: Path,
    out: Path,
    *,
    start: Path | None = None,
    restart: bool = False,
    watch: Watch = iter,
) -> Path:
    """Train a network a fold of a dataset.json into the folder `out`; return its folds.csv.

    The arguments are those of nn.stage.run. Raises NNError, DatasetError.
    """
    whole = material(dataset, start)
    if not whole.snapshot.folds:
        raise DataError(f"{dataset} has no folds; make it with `deeprunning dataset --folds 5`")
    spec = expand(config.model, classes=len(whole.snapshot.classes), width=config.width)
    this = identity(config, spec, whole.inputs)
    with claimed(out, this, stage=STAGE, result=RESULT, restart=restart) as claim:
        if not claim.is_finished or not (out / RESULT).is_file():
            sweep(out)
            claim.begin()
            found = []
            for number in range(1, len(whole.snapshot.folds) + 1):
                log.info("fold %d of %d", number, len(whole.snapshot.folds))
                fold, folder = whole.with_fold(number), out / f"fold-{number}"
                model = train(config, fold, folder, restart=restart, watch=watch)
                test = evaluate(load_classifier(model), fold.snapshot.split("test"))
                found.append(among(test, _members(dataset, whole, number)))
            _publish(out, found)
            claim.finish()
    return out / RESULT


def _members(dataset: Path, whole: Material, fold: int) -> set[str]:
    """The ids of the samples of a fold; those of an official split are in none."""
    rows = read_samples(dataset.parent, whole.snapshot)
    return {row.sha256 for row in rows if row.fold == fold}


def _publish(out: Path, found: Sequence[Evaluation]) -> None:
    """Put the tables in place, each whole."""
    rows = [row for number, one in enumerate(found, 1) for row in fold_rows(one, number)]
    for name, body in (
        (SCORES, _scores(found)),
        (SUSPECTS, table(SuspectRow, suspects(rows))),
        (RESULT, table(FoldRow, rows)),
    ):
        with replacing(out / name) as part:
            part.write_bytes(body)


def _scores(found: Sequence[Evaluation]) -> bytes:
    """folds.json: the scores of each fold, and mean and deviation of each score."""
    folds = [scores_of(one) for one in found]
    facts = {name: spread([fold[name] for fold in folds]) for name in folds[0]}
    for name, both in facts.items():
        log.info("%s %s, deviation %s", name.replace("_", " "), both["mean"], both["deviation"])
    return (json.dumps({"folds": folds, **facts}, indent=2, sort_keys=True) + "\n").encode()
