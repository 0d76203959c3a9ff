"""The pipeline with a real Prefect server of its own: seen, adopted after a kill, on a schedule."""

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.process import Process
from tests.flows.commands import Command, answers, ask, command, completed, until
from tests.flows.plans import write_config
from tests.flows.shapes import shapes
from tests.server import serve


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A configuration whose site is served."""
    with serve(shapes()) as server:
        yield write_config(tmp_path_factory.mktemp("config"), server.url())


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("花 garden")


@pytest.fixture(scope="module")
def finished(config: Path, out: Path) -> Iterator[Command]:
    """A `run --ui` that has done its work and keeps its server."""
    with command(out / "run.log", "run", config, "--out", out, "--ui") as running:
        running.said("stays open until Ctrl-C")
        yield running


def test_the_run_and_its_tasks_are_seen_complete(finished: Command) -> None:
    (run,) = ask(finished.pages, "flow_runs")
    assert run["state_type"] == "COMPLETED"
    tasks = ask(finished.pages, "task_runs", sort="EXPECTED_START_TIME_ASC")
    assert [task["name"] for task in tasks] == ["crawl", "dataset", "train", "report"]
    assert {task["state_type"] for task in tasks} == {"COMPLETED"}


def test_the_lines_of_the_stages_are_in_its_log(finished: Command) -> None:
    said = [line["message"] for line in ask(finished.pages, "logs", limit=200)]
    assert any(line.startswith("train: epoch 2, loss") for line in said)


def test_its_artifacts_are_tables_and_pictures(finished: Command) -> None:
    found = {artifact["key"]: artifact for artifact in ask(finished.pages, "artifacts")}
    assert {key: artifact["type"] for key, artifact in found.items()} == {
        "crawl-counts": "table",
        "class-balance": "table",
        "contact-sheet": "image",
        "test-scores": "table",
        "training-curves": "image",
        "confusion-matrix": "image",
    }
    rows = {row["label"]: row for row in json.loads(found["crawl-counts"]["data"])}
    assert {label: row["ok"] for label, row in rows.items()} == {"丸": 12, "box": 12, "all": 24}
    assert found["contact-sheet"]["data"].startswith("data:image/jpeg;base64,")


def test_the_folder_holds_the_stages_and_the_report(finished: Command, out: Path) -> None:
    for name in "crawl/manifest.csv", "dataset/dataset.json", "model/model.safetensors":
        assert (out / name).is_file()
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<h1>" in page
    assert "丸" in page


def test_a_server_that_dies_is_started_again(finished: Command, out: Path) -> None:
    record = json.loads((out / "prefect" / "stage.json").read_text(encoding="utf-8"))
    Process(record["pid"]).stop(patience=0)
    assert not answers(finished.pages)
    until(lambda: answers(finished.pages), 60)
    (run,) = ask(finished.pages, "flow_runs")
    assert run["state_type"] == "COMPLETED"


def test_a_second_command_on_the_folder_is_refused(
    finished: Command, config: Path, out: Path
) -> None:
    with command(out / "second.log", "run", config, "--out", out) as second:
        assert second.end() == (1, "")
        assert "is in use by another process" in second.log.read_text(encoding="utf-8")


def test_a_schedule_adopts_the_server_that_a_kill_left_and_leaves_none(
    finished: Command, config: Path, out: Path
) -> None:
    finished.process.kill()
    assert finished.end() == (-9, f"{out}/model/model.safetensors\n")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as for a job in the background of a shell
    job = command(out / "serve.log", "serve", config, "--cron", "* * * * *", "--out", out)
    with job as serving:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        assert serving.pages == finished.pages
        until(lambda: completed(serving.pages), 100)
        serving.process.terminate()
        time.sleep(0.3)
        serving.process.terminate()  # as timeout(1) does, and people
        assert serving.end() == (130, "")
    assert not answers(finished.pages)
