"""Help answers at once: it imports nothing that takes time."""

import json
import subprocess
import sys

import pytest

import flows.cli

HEAVY = ("requests", "numpy", "prefect", "PIL", "rich", "matplotlib", "bs4", "sqlite3")
COMMANDS = [
    ["flows"],
    ["crawler"],
    ["dataset"],
    ["nn"],
    *(["flows", name] for name in flows.cli.COMMANDS),
]
CODE = """
import json, runpy, sys
sys.argv = [sys.argv[1], *sys.argv[2:], "--help"]
try:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})), file=sys.stderr)
"""


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_imports_nothing_heavy(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, *command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.startswith("usage: ")
    assert "exit status" in done.stdout
    assert set(HEAVY) & set(json.loads(done.stderr)) == set()
