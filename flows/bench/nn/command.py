"""`deeprunning bench nn`: training and inference beside PyTorch, onnxruntime and a textbook."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from crawler.command import Parser, UsageError, execute
from flows.bench.nn.contenders import GEMM, OURS, PEERS
from flows.bench.nn.terms import BATCHES, COLD_MODEL, INSTALL, MODELS, RUNS, TASKS, THREADS

COLD = f"from cold only {COLD_MODEL} is measured"

EXAMPLES = f"""\
examples:
  deeprunning bench nn --out bench                                     all of it, over an hour
  deeprunning bench nn --tasks train --models reference --batches 128 --out bench
  deeprunning bench nn --tasks inference --peers torch onnxruntime --out bench

In each cell (a task, a model, a batch, a number of threads) every contender is a process of its
own; they take turns of 0.7 seconds, round after round, and only one works at a time. Rates
are images a second of wall time, medians of all rounds; ratios, ours over the peer's, are those
within each round. A training step is forward, loss, backward and Adam in float32; torch-bf16
computes in less, for information. Inference folds normalisations where a library can; `cold` is
`predict` of one photo, process start included, beside a PyTorch script. alexnet has a quarter of
its width and sees 64 pixels, the others 32. Install the others with
`{INSTALL}`; torch-compile also needs a C++ compiler. Those that are
missing or fail are named. The table goes to stdout and, after every cell, to DIR/nn.csv; what
libraries print goes to DIR/nn.log."""


def make_parser(prog: str) -> Parser:
    parser = Parser(prog, "Measure the network library beside others.", epilog=EXAMPLES)
    peers = [peer.name for peer in PEERS]
    for flag, names in {"--tasks": TASKS, "--models": MODELS, "--peers": peers}.items():
        parser.add_argument(
            flag, nargs="+", choices=names, default=[*names], metavar="NAME", help=", ".join(names)
        )
    for flag, numbers in {"--batches": BATCHES, "--threads": THREADS}.items():
        text = f"default {' '.join(map(str, numbers))}"
        parser.add_argument(flag, nargs="+", type=int, default=[*numbers], metavar="N", help=text)
    parser.add_argument(
        "--runs", type=int, default=RUNS, metavar="N", help=f"rounds (default {RUNS})"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to fill")
    return parser


def main(argv: Sequence[str] | None = None, prog: str = "deeprunning bench nn") -> int:
    """Print the table and, last, what it says of our promises; tell on stderr how far it is."""
    options = make_parser(prog).parse_args(argv)
    return execute(lambda: _bench(options), [], prog=prog)


def _bench(options: Namespace) -> None:
    for flag in ("batches", "threads", "runs"):
        for value in _each(getattr(options, flag)):
            if value < 1:
                raise UsageError(f"--{flag} must be at least 1, got {value}")
    from flows.bench.nn.cells import cells
    from flows.bench.nn.conditions import conditions
    from flows.bench.nn.rounds import measured
    from flows.bench.nn.table import Row, rows_of, shown
    from flows.bench.nn.verdicts import verdicts
    from flows.bench.rows import write_csv

    chosen = [*cells(options.tasks, options.models, options.batches, options.threads)]
    if not chosen:
        raise UsageError(f"no cell is left: batches of 1 train no normalisation, and {COLD}")
    peers = [peer for peer in PEERS if peer.name in options.peers]
    where, log, rows = conditions(options.runs), options.out / "nn.log", list[Row]()
    options.out.mkdir(parents=True, exist_ok=True)
    log.write_text("", encoding="utf-8")
    for cell in chosen:
        present = [one for one in (OURS, GEMM, *peers) if one.takes(cell)]
        rows += rows_of(cell, measured(cell, present, options.runs, log), peers)
        write_csv(rows, where, options.out / "nn.csv")
    print("\n".join([shown(rows), "", str(where), *verdicts(rows)]))


def _each(value: int | list[int]) -> list[int]:
    return value if isinstance(value, list) else [value]
