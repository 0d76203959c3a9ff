"""The root command: an overview, the nearest name, and sub-commands called with the rest."""

import sys
from importlib.metadata import version
from types import ModuleType

import pytest

from flows import cli


def test_help_lists_every_command_and_the_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    for argv in ["--help"], ["-h"], []:
        assert cli.main(argv) == 0
        shown = capsys.readouterr().out
        assert [name for name in cli.COMMANDS if f"\n  {name} " not in shown] == []
        assert "130 interrupted" in shown


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"deeprunning {version('deeprunning')}\n"


def test_a_mistyped_command_is_answered_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["tran"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "no such command: tran; did you mean train?" in shown.err


def test_a_sub_command_gets_the_rest_and_gives_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def greet(argv: list[str], prog: str) -> int:
        calls.append((argv, prog))
        return 130

    module = ModuleType("greeting")
    monkeypatch.setattr(module, "greet", greet, raising=False)
    monkeypatch.setitem(sys.modules, "greeting", module)
    monkeypatch.setitem(cli.COMMANDS, "greet", cli.Command("greeting", "greet", "says hello"))
    assert cli.main(["greet", "--to", "you"]) == 130
    assert calls == [(["--to", "you"], "deeprunning greet")]
