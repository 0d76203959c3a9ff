"""The README speaks of every flag there is, and of none that is not."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli import COMMANDS

REPOSITORY = Path(__file__).parents[1]
READMES = ("README.md", "README.ja.md")
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")


def flags_of(command: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-m", "flows", command, "--help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return set(FLAG.findall(done.stdout))


def shell_lines(readme: str) -> list[str]:
    """The lines of the README's shell blocks that call our command, continuations joined."""
    text = (REPOSITORY / readme).read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line.removeprefix("$ ") for line in lines if "deeprunning " in line]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_flag_is_in_the_readme_and_no_line_of_it_has_another(command: str) -> None:
    flags = flags_of(command)
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert {flag for flag in flags - {"--help"} if f"`{flag}`" not in text} == set()
    for readme in READMES:
        lines = [line for line in shell_lines(readme) if f"deeprunning {command} " in line + " "]
        used = {flag for line in lines for flag in FLAG.findall(line)}
        assert used <= flags, readme


@pytest.mark.parametrize("readme", READMES)
def test_every_command_shown_exists(readme: str) -> None:
    shown = {re.split(r"deeprunning ", line)[1].split()[0] for line in shell_lines(readme)}
    assert {word for word in shown if not word.startswith("-")} <= set(COMMANDS)


@pytest.mark.parametrize("readme", READMES)
def test_every_picture_and_file_linked_is_there(readme: str) -> None:
    text = (REPOSITORY / readme).read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)\)", text)
    assert [path for path in linked if not (REPOSITORY / path).exists()] == []
