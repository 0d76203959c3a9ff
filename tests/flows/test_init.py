"""A configuration to begin with: from words or questions; where something is wrong, nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.config import Plan, read_plan
from flows.init import main

AGENT = "flowers-study/1.0 (+mailto:me@example.org)"
ROSES = "https://example.org/roses/"


def written(file: Path, *words: str) -> Plan:
    assert main([str(file), *words]) == 0
    return read_plan(file)


def test_classes_with_their_pages_become_sources(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "flowers.toml"
    words = [f"薔薇={ROSES}", 'a"b\\c=https://example.org/?q=1', f"薔薇={ROSES}more/"]
    plan = written(file, *words, "--user-agent", AGENT)
    assert capsys.readouterr().out == f"{file}\n"
    assert plan.crawl.user_agent == AGENT
    assert [(source.label, source.seeds) for source in plan.sources] == [
        ("薔薇", (ROSES, f"{ROSES}more/")),
        ('a"b\\c', ("https://example.org/?q=1",)),
    ]


def test_a_pattern_takes_pages_without_a_label(tmp_path: Path) -> None:
    pattern = r"/birds/(?P<label>[^/]+)/"
    words = ["--label-pattern", pattern, "https://example.org/?a=b", "--user-agent", AGENT]
    (source,) = written(tmp_path / "birds.toml", *words).sources
    assert (source.label_pattern, source.seeds) == (pattern, ("https://example.org/?a=b",))


def test_every_key_that_is_only_a_comment_may_be_switched_on(tmp_path: Path) -> None:
    file = tmp_path / "flowers.toml"
    written(file, f"rose={ROSES}", "--user-agent", AGENT)
    lines = file.read_text(encoding="utf-8").splitlines()
    keys = [
        line.removeprefix("# ") if line.startswith("# ") and " = " in line else line
        for line in lines
    ]
    file.write_text("\n".join(keys), encoding="utf-8")
    plan = read_plan(file)
    assert (plan.crawl.min_side, plan.sources[0].select) == (1, "main")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["x.toml", f"rose={ROSES}"], "user_agent is required"),
        (["x.toml", "--user-agent", AGENT], "name at least one class"),
        (["x.toml", ROSES, "--user-agent", AGENT], "has no label; write LABEL="),
        (["x.toml", "rose=example.org", "--user-agent", AGENT], "is no web address"),
        (["x.txt", f"rose={ROSES}", "--user-agent", AGENT], "should end in .toml"),
        (["there.toml", f"rose={ROSES}", "--user-agent", AGENT], "is there already"),
        (["no/x.toml", f"rose={ROSES}", "--user-agent", AGENT], "no such folder"),
        (["x.toml", f"rose={ROSES}", "--user-agent", "薔薇"], "printable ASCII"),
    ],
)
def test_where_something_is_wrong_nothing_is_written(
    words: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.toml").write_text("mine", encoding="utf-8")
    assert main(words) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert sentence in shown.err
    assert [path.name for path in tmp_path.iterdir()] == ["there.toml"]
    assert Path("there.toml").read_text(encoding="utf-8") == "mine"


def test_a_sitemap_is_told_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "flowers.toml"
    words = ["https://example.org/sitemap.xml", ROSES, "--label-pattern", "(?P<label>x)"]
    (source,) = written(file, *words, "--user-agent", AGENT).sources
    assert (source.seeds, source.sitemaps) == ((ROSES,), ("https://example.org/sitemap.xml",))
    assert '# follow = ["https://example.org/"]' in file.read_text(encoding="utf-8")


def at_a_terminal(file: Path, *answers: str) -> tuple[str, str]:
    """What `init` prints and asks where these are the answers; it ends well."""
    controller, terminal = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "flows", "init", str(file)],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.close(terminal)
    os.write(controller, "\n".join([*answers, ""]).encode())
    out, asked = process.communicate(timeout=60)
    os.close(controller)
    assert process.returncode == 0
    return out.decode(), asked.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal there")
def test_at_a_terminal_it_asks(tmp_path: Path) -> None:
    file = tmp_path / "flowers.toml"
    answers = ["rose-study", "me@example.org", "rose", "example.org/roses/", ROSES, ""]
    out, asked = at_a_terminal(file, *answers)
    assert out == f"{file}\n"
    assert "example.org/roses/ is no whole address" in asked
    plan = read_plan(file)
    assert plan.crawl.user_agent == "rose-study/1.0 (+mailto:me@example.org)"
    assert plan.sources[0].seeds == (ROSES,)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal there")
def test_where_no_class_is_named_it_asks_for_a_pattern(tmp_path: Path) -> None:
    file = tmp_path / "birds.toml"
    at_a_terminal(file, "birds", "me@example.org", "", "", ROSES)
    (source,) = read_plan(file).sources
    assert (source.label_pattern, source.seeds) == ("//[^/]+/(?P<label>[^/]+)/", (ROSES,))
