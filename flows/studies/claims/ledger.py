"""CLAIMS.md: every claim of the course with its test and its verdict, from the studies' results."""

import json
import logging
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from crawler.files import replacing
from flows.studies.claims.exact import FORMULAS
from flows.studies.claims.slips import SLIPS
from flows.studies.cli import STUDIES
from flows.studies.errors import StudyError
from flows.studies.perform import made
from flows.studies.results import Results
from flows.studies.study import Claim, Study, found, verdict

log = logging.getLogger(__name__)

LEDGER = "CLAIMS.md"
HEAD = "| claim | formula | seen when | verdict | found |\n|---|---|---|---|---|"
INTRODUCTION = """\
# What the course says, and what was seen

Made by `deeprunning study claims --out DIR` from the results of the studies in DIR. A claim is a
set of cases, each judged by a rule with a margin: it holds where all were seen, holds if those
named were, and is not seen where none was. Figures are mean ± standard deviation over the seeds.
"""


class Section(NamedTuple):
    """Claims of one kind, and what they were judged by."""

    title: str
    source: str
    claims: Sequence[Claim]
    results: Results | None  # None where they were not measured


def write_ledger(out: Path) -> Path:
    """Write CLAIMS.md of the studies in a folder; return its path. Raises StudyError."""
    records = {name: _record(out / name) for name in STUDIES}
    if not any(records.values()):
        raise StudyError(f"{out} holds no finished study; make one: {', '.join(STUDIES)}")
    for name, record in records.items():
        if record is None:
            log.warning("%s is not finished in %s: its claims are not measured", name, out)
    with replacing(out / LEDGER) as part:
        part.write_text(ledger(_sections(out, records)), encoding="utf-8")
    return out / LEDGER


def ledger(sections: Sequence[Section]) -> str:
    """The whole text."""
    return "\n".join([INTRODUCTION, *(_shown(section) for section in sections)])


def _sections(out: Path, records: dict[str, dict[str, Any] | None]) -> list[Section]:
    exactly = Results(())
    measured = [
        _section(import_module(f"flows.studies.{name}").STUDY, out / name, record)
        for name, record in records.items()
    ]
    slips = "What is written in the course, in its own form; the formula is the right one."
    return [
        Section("Formulas", "Judged by the library itself.", FORMULAS, exactly),
        *measured,
        Section("Slips, corrected", slips, SLIPS, exactly),
    ]


def _record(folder: Path) -> dict[str, Any] | None:
    """stage.json of a finished study, None where there is none."""
    try:
        record = json.loads((folder / "stage.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and record.get("finished") is True else None


def _section(study: Study, folder: Path, record: dict[str, Any] | None) -> Section:
    title = f"The study `{study.name}`"
    if record is None:
        return Section(title, "Not made yet.", study.claims, None)
    config, results = record["config"], made(study, folder, record)
    source = (
        f"{len(results.rows):,} runs, seeds: {config['seeds']}"
        f"{', quick' if config['quick'] else ''}; dataset `{record['inputs']['dataset'][:12]}`."
    )
    return Section(title, source, study.claims, results)


def _shown(section: Section) -> str:
    lines = [f"## {section.title}", "", section.source, "", HEAD]
    lines += [f"| {' | '.join(map(_escaped, cells))} |" for cells in _rows(section)]
    return "\n".join([*lines, ""])


def _rows(section: Section) -> Iterator[tuple[str, ...]]:
    for claim in section.claims:
        cases = [] if section.results is None else claim.cases(section.results)
        formula = f"`{claim.formula}`"
        yield claim.text, formula, claim.rule, f"**{verdict(cases)}**", found(cases)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
