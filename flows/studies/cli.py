"""`deeprunning study`: a question to networks, answered by many small trainings."""

import importlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crawler.command import (
    Parser,
    UsageError,
    config_flags,
    execute,
    existing,
    folder,
    hint,
    log_to_stderr,
    make_config,
)
from dataset.errors import DatasetError
from flows.studies.config import StudyConfig
from flows.studies.errors import StudyError

log = logging.getLogger(__name__)

STUDIES = ("gradients", "initialisation", "optimizers", "overfitting")
CLAIMS = "claims"

EXAMPLES = """\
studies:
  gradients        what reaches the first layer, by depth, activation and batch normalisation
  initialisation   whether a signal survives the layers of a fresh network
  optimizers       rates that are too large, too small or fall; valley, saddle and double well
  overfitting      300 images: penalties, dropout, augmentation, width and depth
  claims           a table of all that the course says, with verdicts, from the studies in DIR

examples:
  deeprunning study gradients --dataset fashion/dataset.json --quick --out studies
  deeprunning study gradients --dataset fashion/dataset.json --seeds 5 --out studies
  deeprunning study claims --out studies

Each study has a folder in DIR, with results.csv (a row a run) and study.html. Stopped, the same
command goes on with the runs that are missing."""


def main(argv: Sequence[str] | None = None, prog: str = "deeprunning study") -> int:
    """Make a study; stdout carries the path of its report only. Returns the exit status."""
    parser = Parser(prog, "Ask many small trainings what a course says.", epilog=EXAMPLES)
    parser.add_argument("name", metavar="NAME", help=", ".join((*STUDIES, CLAIMS)))
    parser.add_argument("--dataset", type=Path, metavar="DATASET.json", help="what to learn from")
    parser.add_argument("--out", type=folder, required=True, metavar="DIR", help="of all studies")
    config_flags(parser, StudyConfig)
    flags = vars(parser.parse_args(argv))
    log_to_stderr()
    return execute(lambda: _study(flags), (StudyError, DatasetError), prog=prog)


def _study(flags: dict[str, Any]) -> None:
    name, out, dataset = flags.pop("name"), flags.pop("out"), flags.pop("dataset", None)
    if name not in (*STUDIES, CLAIMS):
        raise UsageError(f"no such study: {name}{hint(name, (*STUDIES, CLAIMS))}")
    if name == CLAIMS:
        _claims(out)
        return
    config = make_config(StudyConfig, flags)
    if dataset is None:
        raise UsageError(f"--dataset is required: the dataset.json that {name} learns from")
    existing(dataset)
    from flows.studies.perform import run

    study = importlib.import_module(f"flows.studies.{name}").STUDY
    print(run(study, config, dataset, out / name))


def _claims(out: Path) -> None:
    existing(out)
    from flows.studies.claims.ledger import write_ledger

    print(write_ledger(out))
