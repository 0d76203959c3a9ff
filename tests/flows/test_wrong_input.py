"""What `run` and `serve` cannot do is told in one sentence, with the exit status of its kind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.files import stage_folder
from tests.flows.plans import write_config


def flows(*argv: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows", *map(str, argv)],
        # Encodings are checked here, in this process; a child would tell of those of libraries.
        env=os.environ | {"PYTHONWARNDEFAULTENCODING": ""} | env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What a command said: one line, and nothing on stdout."""
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("command", [["run"], ["serve", "--cron", "0 3 * * *"]], ids=" ".join)
def test_a_missing_configuration_is_a_usage_error(command: list[str], tmp_path: Path) -> None:
    done = flows(*command, tmp_path / "nothing.toml", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "no such file" in sentence(done)
    assert not (tmp_path / "out").exists()


def test_a_mistyped_key_is_a_usage_error(tmp_path: Path) -> None:
    done = flows("run", write_config(tmp_path, epochs="epoch"), "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "did you mean epochs?" in sentence(done)


def test_a_mistyped_flag_is_answered_with_the_nearest() -> None:
    done = flows("run", "x.toml", "--out", "x", "--uii")
    assert done.returncode == 2
    assert "no such argument: --uii; did you mean --ui?" in done.stderr


def test_a_bad_cron_expression_is_a_usage_error_and_starts_no_server(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = flows("serve", write_config(tmp_path), "--cron", "0 25 * * *", "--out", out)
    assert done.returncode == 2
    assert "'0 25 * * *' is no cron expression" in sentence(done)
    assert not (out / "prefect" / "server.log").exists()


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    done = flows(
        "run",
        write_config(tmp_path),
        "--out",
        tmp_path / "out",
        PREFECT_API_URL="http://127.0.0.1:9/api",
    )
    assert done.returncode == 1
    assert "no Prefect server answers at PREFECT_API_URL=http://127.0.0.1:9/api" in sentence(done)


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with stage_folder(out / "prefect"):
        done = flows("run", write_config(tmp_path), "--out", out)
    assert done.returncode == 1
    assert "is in use by another process" in sentence(done)
