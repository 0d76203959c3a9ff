"""`deeprunning bench`: a table of benches, each imported only when it is called."""

import sys
from collections.abc import Sequence

from crawler.command import EXIT_STATUSES, hint
from flows.cli import Command, call

BENCHES = {
    "crawl": Command("flows.bench.crawl", "main", "our crawl beside Scrapy and icrawler"),
    "dataset": Command(
        "flows.bench.dataset.command", "main", "our dataset beside torchvision, albumentations, ..."
    ),
    "nn": Command("flows.bench.nn.command", "main", "our network beside PyTorch, onnxruntime, ..."),
}

EXAMPLES = """\
examples:
  deeprunning bench crawl --out bench                       a gallery of drawn pictures
  deeprunning bench crawl --photos FOLDER --runs 5 --out bench
  deeprunning bench dataset --photos FOLDER --out bench         augmentation, decoding, audit
  deeprunning bench nn --out bench                          training, inference, cold start
  deeprunning bench nn --tasks train --models reference --batches 128 --peers torch --out bench

Those we are measured against are installed by `pip install 'deeprunning[bench,onnx,peer]'`; without
them our own figures are shown alone."""


def main(argv: Sequence[str] | None = None, prog: str = "deeprunning bench") -> int:
    """Call the bench named first with the rest of the arguments; return its exit status."""
    name, *rest = (list(sys.argv[1:]) if argv is None else list(argv)) or ["--help"]
    if name in {"--help", "-h"}:
        print(overview(prog))
        return 0
    if name in BENCHES:
        return call(BENCHES[name], rest, prog=f"{prog} {name}")
    print(f"{prog}: no such bench: {name}{hint(name, BENCHES)}", file=sys.stderr)
    print(f"(`{prog} --help` lists every bench)", file=sys.stderr)
    return 2


def overview(prog: str) -> str:
    """What `deeprunning bench --help` prints."""
    lines = [f"  {name:10}{bench.help}" for name, bench in BENCHES.items()]
    return "\n".join(
        [
            f"usage: {prog} [--help] BENCH ...",
            "",
            "Measure ourselves beside the best of the field.",
            "",
            "benches:",
            *lines,
            "",
            f"`{prog} BENCH --help` says more about one.",
            "",
            EXAMPLES,
            "",
            EXIT_STATUSES,
        ]
    )
