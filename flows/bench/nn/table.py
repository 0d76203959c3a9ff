"""The table of the network bench: a row a cell and peer, for people and as CSV."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from flows.bench.nn.cell import Cell
from flows.bench.nn.contenders import GEMM, OURS, Contender
from flows.bench.nn.rounds import Measured
from flows.bench.nn.terms import INSTALL
from flows.bench.nn.work import of_products, of_step
from flows.bench.rows import aligned


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Ours beside a peer: medians of all rounds; ratios are those within each round.

    What is unknown is empty; a peer without figures has a reason. From cold an image is a process.
    """

    task: str
    model: str
    batch: int
    threads: int
    ours: float | None  # images a second
    peer: str
    peer_version: str
    ratio: float | None  # our rate over the peer's
    theirs: float | None = None  # images a second
    ours_slowest: float | None = None  # images a second of the slowest round
    theirs_slowest: float | None = None
    gflops: float | None = None  # 10^9 operations a second of ours, those of the weights alone
    gemm_gflops: float | None = None  # of bare matrix products of the model's convolutions
    share_of_gemm: float | None = None  # gflops over gemm_gflops within each round
    growth_mib: float | None = None  # ours at most, above the state after import and build
    peer_growth_mib: float | None = None
    faults: float | None = None  # page faults of a step of ours
    reason: str = ""  # why a peer, or ours, has no figures

    @property
    def cell(self) -> Cell:
        """Where it belongs."""
        return Cell(self.task, self.model, self.batch, self.threads)


def rows_of(cell: Cell, found: Sequence[Measured], peers: Sequence[Contender]) -> Iterator[Row]:
    """A row for each peer that has a way for the cell, or one of ours alone where none has."""
    by_name = {one.contender.name: one for one in found}
    ours, gemm = by_name[OURS.name], by_name.get(GEMM.name)
    fitting: list[Contender | None] = [peer for peer in peers if peer.takes(cell)]
    for peer in fitting or [None]:
        theirs = by_name.get(peer.name) if peer else None
        yield Row(
            **cell._asdict(),
            ours=_rate(cell, ours),
            peer=peer.name if peer else "",
            peer_version=(peer.version or "") if peer else "",
            ratio=_ratio(theirs, ours),
            theirs=_rate(cell, theirs),
            ours_slowest=_rate(cell, ours, slowest=True),
            theirs_slowest=_rate(cell, theirs, slowest=True),
            gflops=_gflops(of_step, cell, ours),
            gemm_gflops=_gflops(of_products, cell, gemm),
            share_of_gemm=_share(cell, ours, gemm),
            growth_mib=_rounded(ours.growth),
            peer_growth_mib=_rounded(theirs.growth) if theirs else None,
            faults=ours.faults,
            reason=ours.reason or _reason(peer, theirs),
        )


def _rate(cell: Cell, one: Measured | None, *, slowest: bool = False) -> float | None:
    if one is None or not one.seconds:
        return None
    return round(cell.batch / (max if slowest else median)(one.seconds), 3)


def _ratio(one: Measured | None, other: Measured | None) -> float | None:
    """The median, over the rounds, of the seconds of one over those of the other."""
    if one is None or other is None or not one.seconds or not other.seconds:
        return None
    pairs = zip(one.seconds, other.seconds, strict=True)
    return round(median(mine / theirs for mine, theirs in pairs), 4)


def _gflops(work: Callable[[Cell], int], cell: Cell, one: Measured | None) -> float | None:
    if one is None or not one.seconds or cell.task not in GEMM.tasks:
        return None
    return round(work(cell) / median(one.seconds) / 1e9, 2)


def _share(cell: Cell, ours: Measured, gemm: Measured | None) -> float | None:
    """Our rate of arithmetic over that of bare products, within each round."""
    quotient = _ratio(gemm, ours)
    if quotient is None:
        return None
    return round(quotient * of_step(cell) / of_products(cell), 4)


def _reason(peer: Contender | None, theirs: Measured | None) -> str:
    if peer is None:
        return ""
    return f"missing: {INSTALL}" if theirs is None else theirs.reason


def _rounded(mib: float | None) -> float | None:
    return None if mib is None else round(mib, 1)


HEADER = (
    *("task", "model", "batch", "threads", "peer", "ours", "peer's", "ratio"),
    *("of GEMM", "MiB", "peer's MiB", "faults"),
)


def shown(rows: Sequence[Row]) -> str:
    """The table for people: rates in images a second, and below it why figures are missing."""
    lines = aligned([HEADER, *map(_cells, rows)], 2)
    reasons = dict.fromkeys(f"{row.peer or OURS.name}: {row.reason}" for row in rows if row.reason)
    return "\n".join([*lines, *(["", *reasons] if reasons else [])])


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.task,
        row.model,
        f"{row.batch}",
        f"{row.threads}",
        f"{row.peer} {row.peer_version}".strip(),
        *(
            _number(value, ",.0f" if row.task != "cold" else ".2f")
            for value in (row.ours, row.theirs)
        ),
        _number(row.ratio, ".2f"),
        _number(row.share_of_gemm, ".0%"),
        *(_number(value, ",.0f") for value in (row.growth_mib, row.peer_growth_mib, row.faults)),
    )


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)
