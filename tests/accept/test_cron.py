"""Two runs on a one-minute schedule complete."""

from pathlib import Path

import pytest

from tests.flows.commands import answers, command, completed, until
from tests.flows.plans import write_config
from tests.flows.shapes import shapes
from tests.server import serve

pytestmark = pytest.mark.accept


def test_two_scheduled_runs_complete_a_minute_apart(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with serve(shapes()) as server:
        config = write_config(tmp_path, server.url())
        with command(
            tmp_path / "log", "serve", config, "--cron", "* * * * *", "--out", out
        ) as serving:
            pages = serving.pages
            until(lambda: len(completed(pages)) >= 2, 200)
            serving.process.terminate()
            assert serving.end() == (130, "")
    assert not answers(pages)
    assert (out / "model" / "model.safetensors").is_file()
