"""What the table says of what we promise: a line a promise that its rows can decide."""

from collections.abc import Callable, Iterator, Sequence

from flows.bench.nn.cell import Cell
from flows.bench.nn.contenders import EAGER
from flows.bench.nn.table import Row

Rows = Sequence[Row]

REFERENCE = "reference"
FORMAT = "ours over PyTorch's better eager format"


def verdicts(rows: Rows) -> Iterator[str]:
    """Every promise that is decided, with its figure."""
    for promise in (_training, _inference, _cold, _threads, _batches, _textbook, _memory):
        yield from promise(rows)


def _training(rows: Rows) -> Iterator[str]:
    """The reference at usual batches is no slower than PyTorch, and nothing is much slower."""
    ratios = _ratios(rows, EAGER, lambda cell: cell.task == "train")
    usual = {cell for cell in ratios if cell.model == REFERENCE and cell.batch in {32, 128}}
    for cell in sorted(usual):
        yield _at_least(1.0, ratios[cell], f"{cell}: {FORMAT}")
    others = {cell: ratio for cell, ratio in ratios.items() if cell not in usual}
    yield from _lowest(0.8, others, FORMAT)


def _inference(rows: Rows) -> Iterator[str]:
    large = _ratios(rows, EAGER, lambda cell: cell[0::2] == ("inference", 128))
    yield from _lowest(0.7, large, FORMAT)
    beside = _ratios(rows, ["onnxruntime"], lambda cell: cell[0::2] == ("inference", 128))
    yield from _lowest(0.8, beside, "ours over onnxruntime")
    single = _ratios(rows, EAGER, lambda cell: cell[0::2] == ("inference", 1))
    yield from _lowest(1.0, single, FORMAT)


def _cold(rows: Rows) -> Iterator[str]:
    seconds = {row.cell: 1 / row.ours for row in rows if row.task == "cold" and row.ours}
    yield from _highest(0.6, seconds, "seconds of predict from a cold start")
    ratios = _ratios(rows, ["torch"], lambda cell: cell.task == "cold")
    yield from _lowest(1.0, ratios, "ours over PyTorch's script")


def _threads(rows: Rows) -> Iterator[str]:
    rates = _rates(rows, "train")
    gains = {
        cell: rate / rates[one]
        for cell, rate in rates.items()
        if cell.threads == 2 and (one := cell._replace(threads=1)) in rates
    }
    yield from _lowest(1.7, gains, "two threads over one")


def _batches(rows: Rows) -> Iterator[str]:
    """In times of the smallest batch, from what an image takes in it and in the largest."""
    rates = _rates(rows, "train")
    times = {}
    for cell, rate in rates.items():
        kin = [one for one in rates if one.threads == cell.threads]
        smallest = min(kin, key=lambda one: one.batch)
        if cell.batch > smallest.batch and cell.batch == max(one.batch for one in kin):
            times[cell] = 10 * rates[smallest] / rate
    yield from _highest(10.5, times, "ten times the batch, its time")


def _textbook(rows: Rows) -> Iterator[str]:
    ratios = _ratios(rows, ["textbook"], lambda cell: cell.task == "train")
    yield from _lowest(6.0, ratios, "ours over the textbook")


def _memory(rows: Rows) -> Iterator[str]:
    """Beside the leaner of PyTorch's eager formats."""
    shares: dict[Cell, float] = {}
    for row in rows:
        if row.peer in EAGER and row.growth_mib is not None and row.peer_growth_mib:
            share = row.growth_mib / row.peer_growth_mib
            shares[row.cell] = max(share, shares.get(row.cell, 0.0))
    yield from _highest(1.0, shares, "memory's growth, ours over PyTorch's")
    faults = {row.cell: row.faults for row in rows if row.faults is not None}
    yield from _highest(0.0, faults, "page faults of a step")


def _ratios(rows: Rows, peers: Sequence[str], wanted: Callable[[Cell], bool]) -> dict[Cell, float]:
    """Our rate over that of the quickest of some peers, in each cell that is wanted."""
    found: dict[Cell, float] = {}
    for row in rows:
        if row.peer in peers and row.ratio is not None and wanted(row.cell):
            found[row.cell] = min(row.ratio, found.get(row.cell, row.ratio))
    return found


def _rates(rows: Rows, task: str) -> dict[Cell, float]:
    """Our images a second with the reference."""
    wanted = (row for row in rows if (row.task, row.model) == (task, REFERENCE))
    return {row.cell: row.ours for row in wanted if row.ours}


def _lowest(bound: float, figures: dict[Cell, float], what: str) -> Iterator[str]:
    if figures:
        cell = min(figures, key=lambda cell: figures[cell])
        yield _at_least(bound, figures[cell], f"{cell}: {what}, the lowest of {len(figures)}")


def _highest(bound: float, figures: dict[Cell, float], what: str) -> Iterator[str]:
    if figures:
        cell = max(figures, key=lambda cell: figures[cell])
        figure = figures[cell]
        kept = "kept" if figure <= bound else "not kept"
        named = f"{cell}: {what}, the highest of {len(figures)}"
        yield f"{named}: {figure:.2f} (at most {bound:g}: {kept})"


def _at_least(bound: float, figure: float, what: str) -> str:
    kept = "kept" if figure >= bound else "not kept"
    return f"{what}: {figure:.2f} (at least {bound:g}: {kept})"
