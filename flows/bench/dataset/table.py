"""The table of the dataset bench: a row a way through a job, for people and as CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from flows.bench.dataset.jobs import Job
from flows.bench.dataset.programs import OURS, Program
from flows.bench.dataset.rounds import Measured
from flows.bench.dataset.step import STEP
from flows.bench.installed import INSTALL
from flows.bench.rows import aligned


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How quick a way was: medians of all rounds; ratios are those within each round."""

    job: str
    program: str
    version: str  # empty where it is not installed; then there are no figures
    how: str
    antialias: str
    images: int | None  # of a pass
    images_per_second: float | None  # of processor time
    slowest: float | None  # images a second of the slowest round
    ours_over_it: float | None  # times that our first way is as quick
    part_of_a_step: float | None  # what a batch costs against a training step of `small`


def rows_of(job: Job, found: Sequence[Measured], programs: Sequence[Program]) -> Iterator[Row]:
    """A row for each way that was measured, then one for each program that is missing."""
    ours = next((one for one in found if one.program.name == OURS.name), None)
    step = next((one for one in found if one.way.how == STEP), None)
    for one in found:
        is_peer = ours is not None and one.program.name != ours.program.name
        yield Row(
            job=job.name,
            program=one.program.name,
            version=one.program.version or "",
            how=one.way.how,
            antialias=one.way.antialias,
            images=one.way.images,
            images_per_second=round(1 / median(one.seconds), 1),
            slowest=round(1 / max(one.seconds), 1),
            ours_over_it=_ratio(one, ours, 3) if is_peer else None,
            part_of_a_step=_ratio(one, step, 5) if one is not step else None,
        )
    for program in programs:
        if job.kind in program.kinds and program.version is None:
            yield _missing(job, program)


def _ratio(one: Measured, other: Measured | None, digits: int) -> float | None:
    if other is None:
        return None
    pairs = zip(one.seconds, other.seconds, strict=True)
    return round(median(mine / theirs for mine, theirs in pairs), digits)


def _missing(job: Job, program: Program) -> Row:
    figures = ("images", "images_per_second", "slowest", "ours_over_it", "part_of_a_step")
    return Row(
        job=job.name,
        program=program.name,
        version="",
        how=f"missing: {INSTALL}",
        antialias="",
        **dict.fromkeys(figures),
    )


HEADER = ("program", "how", "antialias", "images/s", "ours / it", "of a step")
NAMES = 3  # columns to the left that are words


def shown(rows: Sequence[Row]) -> str:
    """The table for people: a block a job, words to the left, figures to the right."""
    header, *cells = aligned([HEADER, *(_cells(row) for row in rows)], NAMES)
    lines = [f"  {header}"]
    for number, row in enumerate(rows):
        if number == 0 or rows[number - 1].job != row.job:
            lines += ["", row.job]
        lines.append(f"  {cells[number]}")
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    rate, ratio, part = row.images_per_second, row.ours_over_it, row.part_of_a_step
    return (
        f"{row.program} {row.version}".strip(),
        row.how,
        row.antialias,
        "-" if rate is None else f"{rate:,.0f}",
        "" if ratio is None else f"{ratio:.2f}",
        "" if part is None else f"{part:.2%}",
    )


def verdicts(rows: Sequence[Row]) -> Iterator[str]:
    """For each job with peers one line: the quickest of them that does what we do, and we."""
    for job in dict.fromkeys(row.job for row in rows):
        peers = [
            (row.ours_over_it, row)
            for row in rows
            if row.job == job and row.ours_over_it is not None and row.antialias != "no"
        ]
        if peers:
            ratio, best = min(peers, key=lambda pair: pair[0])
            yield f"{job}: ours / best peer ({best.program}, {best.how}): {ratio:.2f}"
