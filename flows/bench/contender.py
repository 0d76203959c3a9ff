"""One contender's crawl, a process of its own: `python -m flows.bench.contender MODULE SEED OUT`.

It prints the CPU seconds it took, start and imports included: each system counts them for a
process and the children it has waited for, and Python reads them everywhere by the same call.
"""

import importlib
import os
import sys
from pathlib import Path


def main(module: str, seed: str, out: str) -> None:
    """Crawl with the function `crawl` of a module."""
    importlib.import_module(module).crawl(seed, Path(out))
    user, system, of_children, system_of_children, _ = os.times()
    print(user + system + of_children + system_of_children)


if __name__ == "__main__":
    main(*sys.argv[1:])
