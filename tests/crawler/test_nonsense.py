"""Flags with nonsense: one sentence and exit status 2, never a traceback."""

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.cli import crawl_main
from crawler.command import UsageError, make_config, table_of
from crawler.config import CrawlConfig, Source
from tests.crawler.crawling import AGENT, image, page, picture
from tests.server import Body, serve

NO_TEXT = os.fsdecode(b"ros\xff")  # as a shell hands on bytes that are no UTF-8
SECONDS = ("delay", "deadline", "max_wait")
SEED = "http://127.0.0.1:9/"


@pytest.mark.parametrize(
    "words",
    [
        ["--label", NO_TEXT],
        ["--select", NO_TEXT],
        ["--allow-private", NO_TEXT],
        ["--follow", NO_TEXT],
        ["--user-agent", NO_TEXT],
        ["--ca-file", NO_TEXT],
        ["--out", ""],
        ["--user-agent", ""],
        ["--delay", ""],
        ["--max-pages", "9" * 5000],
        ["--max-pages", "1.5"],
        ["--tries", "nan"],
        *(
            [f"--{name.replace('_', '-')}", value]
            for name in SECONDS
            for value in ("nan", "inf", "-inf", "1e308", "1e400", "-1", "9" * 30)
        ),
    ],
)
def test_nonsense_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    try:
        flags = ["--user-agent", AGENT, "--out", str(tmp_path / "out"), *words]
        assert crawl_main([SEED, *flags]) == 2
    except SystemExit as end:  # argparse
        assert end.code == 2
    said = capsys.readouterr()
    assert words[0].strip("-").replace("-", "_") in said.err.replace("-", "_")
    assert "Traceback" not in said.err
    assert not (tmp_path / "out").exists()


def test_a_seed_that_is_no_text_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert crawl_main([f"{SEED}{NO_TEXT}", "--user-agent", AGENT, "--out", "nowhere"]) == 2
    assert "seeds must be a text in UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize("name", SECONDS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -0.5, 1e9])
def test_a_library_is_refused_the_same_seconds(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be at least 0 and at most 315360000"):
        CrawlConfig(user_agent=AGENT, **{name: value})  # type: ignore[arg-type]


def test_a_text_that_is_none_is_refused_within_a_list() -> None:
    with pytest.raises(UsageError, match="follow must be a text in UTF-8"):
        make_config(Source, {"seeds": [SEED], "follow": ["https://example.org/", NO_TEXT]})


@pytest.mark.parametrize("text", ["x = " + "9" * 5000, "x = " + "[" * 5000])
def test_toml_beyond_all_measure_is_no_valid_toml(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="is no valid TOML"):
        table_of(tmp_path / "a.toml", "crawl")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a name of a file is text")
def test_a_folder_whose_name_is_no_text_is_printed_as_it_was_given(tmp_path: Path) -> None:
    out = os.fsencode(tmp_path) + b"/ros\xff"
    site: dict[str, Body] = {"/": page(image("/a.png")), "/a.png": picture("red")}
    with serve(site) as server:
        flags = ["--user-agent", AGENT, "--delay", "0", "--allow-private", "127.0.0.1"]
        words = ["-m", "crawler", server.url("/"), *flags, "--out", os.fsdecode(out)]
        command = [sys.executable, *words]
        done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, out + b"/manifest.csv\n")
