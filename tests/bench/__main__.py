"""Runs every benchmark beside this file, one after the other; each prints its own table."""

import importlib
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("bench_*.py")):
    print(f"\n## {path.stem.removeprefix('bench_')}", flush=True)
    importlib.import_module(f"tests.bench.{path.stem}").main()
