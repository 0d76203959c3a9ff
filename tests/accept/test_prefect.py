"""Prefect's part on the whole: a server that was given, an interruption, pictures of the pages."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.flows.commands import Command, answers, ask, command
from tests.flows.plans import write_config
from tests.flows.shapes import shapes
from tests.server import serve

pytestmark = pytest.mark.accept

FIGURES = Path(__file__).parents[2] / "accept"
CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1280,800",
    "--virtual-time-budget=20000",
)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serve(shapes()) as server:
        yield server.url()


@pytest.fixture(scope="module")
def finished(site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A `run --ui` that has done its work and keeps its server."""
    folder = tmp_path_factory.mktemp("shapes")
    config = write_config(folder, site)
    with command(folder / "log", "run", config, "--out", folder / "shapes", "--ui") as running:
        running.said("stays open until Ctrl-C")
        yield running


def test_a_server_that_the_environment_names_is_used_and_left_alone(
    finished: Command, site: str, tmp_path: Path
) -> None:
    config, api = write_config(tmp_path, site), f"{finished.pages}/api"
    with command(
        tmp_path / "log", "run", config, "--out", tmp_path / "guest", PREFECT_API_URL=api
    ) as guest:
        assert guest.end() == (0, f"{tmp_path}/guest/model/model.safetensors\n")
    assert {run["name"] for run in ask(finished.pages, "flow_runs")} == {"shapes", "guest"}
    assert not (tmp_path / "guest" / "prefect" / "server.log").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_goes_on_and_leaves_no_server(
    number: signal.Signals, finished: Command, site: str, tmp_path: Path
) -> None:
    config, api = write_config(tmp_path, site, **{"epochs = 2": "epochs = 400"}), finished.pages
    with command(tmp_path / "log", "run", config, "--out", tmp_path / "long") as running:
        pages = running.pages
        running.said("train: epoch 1,")
        running.process.send_signal(number)
        assert running.end() == (130, "")
    assert not answers(pages)
    assert "interrupted; the same command goes on" in running.log.read_text(encoding="utf-8")
    with command(
        tmp_path / "log", "run", config, "--out", tmp_path / "long", PREFECT_API_URL=f"{api}/api"
    ) as running:
        assert int(running.said(r"train: epoch (\d+),")[1]) > 1


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_the_pages_show_the_run_and_its_artifacts(finished: Command, tmp_path: Path) -> None:
    (run,) = ask(finished.pages, "flow_runs", flow_runs={"name": {"any_": ["shapes"]}})
    (sheet, *_) = ask(finished.pages, "artifacts", artifacts={"key": {"any_": ["contact-sheet"]}})
    for name, page in {
        "prefect-run": f"runs/flow-run/{run['id']}",
        "prefect-artifacts": "artifacts",
        "prefect-contact-sheet": f"artifacts/artifact/{sheet['id']}",
    }.items():
        path = FIGURES / f"{name}.png"
        photograph(f"{finished.pages}/{page}", path, tmp_path)
        assert path.stat().st_size < 300_000
        assert len(Image.open(path).getcolors(1 << 24) or []) > 500, f"{path} is blank"


def photograph(url: str, path: Path, profile: Path) -> None:
    """Take a picture of a page as a browser shows it."""
    path.parent.mkdir(exist_ok=True)
    subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", f"--screenshot={path}", url],
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )
