"""The demo from end to end, on a smaller site."""

import os
import subprocess
import sys
from pathlib import Path

from flows.demo.site import CLASSES
from flows.facts import document, images

SMALL = """
import sys
from functools import partial
from flows.demo import cli, site
site.Site = partial(site.Site, photos=12)
sys.exit(cli.main(sys.argv[1:]))
"""


def demo(out: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SMALL, "--out", out],
        cwd=folder,
        env={name: text for name, text in os.environ.items() if name != "PREFECT_API_URL"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_demo_prints_the_path_of_its_report_and_done_does_nothing(tmp_path: Path) -> None:
    out = tmp_path / "実験 1"
    first = demo(out.name, tmp_path)
    assert (first.returncode, first.stdout) == (0, f"{Path(out.name) / 'report.html'}\n"), (
        first.stderr
    )
    accuracy = document(out / "model" / "metrics.json")["test"]["accuracy"]
    assert f"Test accuracy {accuracy:.3f}" in first.stderr
    assert all(f"{label}.jpg: " in first.stderr for label in CLASSES)
    assert {row.label for row in images(out / "crawl") if row.label} == set(CLASSES)
    assert "薔薇" in (out / "report.html").read_text(encoding="utf-8")
    again = demo(out.name, tmp_path)
    assert (again.returncode, again.stdout) == (0, first.stdout), again.stderr
    assert "a web site" not in again.stderr
    assert f"Test accuracy {accuracy:.3f}" in again.stderr
