import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from crawler.command import (
    Parser,
    UsageError,
    config_flags,
    execute,
    existing,
    make_config,
    table_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    name: str = field(metadata={"help": "what to call it"})
    delay: float = field(default=1.0, metadata={"help": "seconds between two"})
    hosts: tuple[str, ...] = field(default=(), metadata={"help": "names"})
    stored: int | None = field(default=None, metadata={"help": "pixels"})
    metric: Literal["accuracy", "loss"] = field(default="accuracy", metadata={"help": "100 %"})

    def __post_init__(self) -> None:
        if self.delay < 0:
            raise ValueError(f"delay must not be negative, got {self.delay}")


def options(*words: str) -> dict[str, object]:
    parser = Parser("deeprunning test", "Tests.")
    config_flags(parser, Config)
    return dict(vars(parser.parse_args(words)))


def test_only_flags_that_are_given_are_set() -> None:
    assert options() == {}
    assert options("--delay", "2", "--hosts", "a", "b") == {"delay": 2.0, "hosts": ["a", "b"]}


def test_flags_win_over_the_file_and_the_file_over_defaults() -> None:
    config = make_config(Config, {"name": "file", "delay": 3}, options("--name", "flag"))
    assert config == Config(name="flag", delay=3.0)


def test_a_mistyped_flag_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        options("--dealy", "2")
    assert caught.value.code == 2
    assert "no such argument: --dealy; did you mean --delay?" in capsys.readouterr().err


def test_a_flag_is_never_cut_short(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options("--del", "2")
    assert "did you mean --delay?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"name": "x", "dealy": 1}, "unknown key dealy; did you mean delay?"),
        ({"name": "x", "delay": "fast"}, "delay must be a number, got 'fast'"),
        ({"name": "x", "delay": True}, "delay must be a number, got True"),
        ({"name": "x", "stored": 1.5}, "stored must be a whole number, got 1.5"),
        ({"name": "x", "hosts": "a"}, "hosts must be a list, each item a text, got 'a'"),
        ({"name": "x", "hosts": [1]}, "hosts must be a text, got 1"),
        ({"name": "x", "metric": "f1"}, "metric must be one of accuracy, loss, got 'f1'"),
        ({"name": "x", "delay": -1}, "delay must not be negative, got -1.0"),
        ({}, "name is required: what to call it"),
    ],
)
def test_a_wrong_table_is_one_sentence(table: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_config(Config, table)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[crawll]\n", "unknown table [crawll]; did you mean crawl?"),
        ("[crawl\n", "is no valid TOML"),
        ("crawl = 3\n", "crawl must be a table, written [crawl]"),
    ],
)
def test_a_wrong_file_is_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "設定.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        table_of(path, "crawl")
    assert message in str(caught.value)
    assert str(path) in str(caught.value) or "must be a table" in str(caught.value)


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        table_of(tmp_path / "none.toml", "crawl")
    with pytest.raises(UsageError, match="no such file or folder"):
        existing(tmp_path / "none")


def test_a_table_that_is_absent_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[train]\nepochs = 3\n", encoding="utf-8")
    assert table_of(tmp_path / "a.toml", "crawl") == {}
    assert table_of(tmp_path / "a.toml", "train") == {"epochs": 3}


class Failure(Exception):
    pass


def fail(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (UsageError("wrong"), 2, "test: wrong\n"),
        (Failure("no seed could be fetched"), 1, "test: no seed could be fetched\n"),
        (OSError(28, "No space left on device", "a.csv"), 1, "a.csv: No space left on device"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_each_kind_of_failure_has_its_status_and_one_sentence(
    capsys: pytest.CaptureFixture[str], error: BaseException, status: int, message: str
) -> None:
    assert execute(lambda: fail(error), [Failure], prog="test") == status
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_sigterm_is_taken_like_ctrl_c() -> None:
    assert execute(lambda: os.kill(os.getpid(), signal.SIGTERM), [], prog="test") == 130


def test_a_reader_that_has_enough_is_no_failure() -> None:
    code = (
        "import sys; from crawler.command import execute\n"
        "work = lambda: [print('row', flush=True) for _ in range(100_000)] and None\n"
        "sys.exit(execute(work, [], prog='test'))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as rows:
        assert rows.stdout
        assert rows.stderr
        assert rows.stdout.readline() == b"row\n"
        rows.stdout.close()
        assert (rows.wait(), rows.stderr.read()) == (0, b"")


def test_an_error_we_did_not_expect_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        execute(lambda: fail(ZeroDivisionError()), [Failure], prog="test")
