"""A look around before a crawl: it fails where a crawl fails, and counts what one would ask."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from crawler.cli import crawl_main
from tests.crawler.crawling import AGENT, LOOPBACK, image, link, page
from tests.server import Answer, Body, Server, serve


def words(server: Server, out: Path, *more: str) -> list[str]:
    flags = ["--label", "x", "--out", str(out), "--user-agent", AGENT, "--tries", "1"]
    return [server.url("/"), *flags, "--delay", "0", "--allow-private", *LOOPBACK, *more]


@pytest.mark.parametrize(
    "site",
    [
        {},
        {"/robots.txt": "User-agent: *\nDisallow: /"},
        {"/robots.txt": Answer("", 503)},
        {"/": Answer("", 302, {"Location": "/"})},
    ],
)
def test_a_dead_seed_fails_with_the_sentence_of_a_crawl(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], site: Mapping[str, Body]
) -> None:
    sentences = []
    with serve(site) as server:
        for more in ["--dry-run"], []:
            assert crawl_main(words(server, tmp_path, *more)) == 1
            said = capfd.readouterr()
            assert said.out == ""
            sentences.append(said.err.splitlines()[-1])
    assert sentences[0] == sentences[1]
    assert "no seed could be fetched" in sentences[0]


def test_budgets_bound_what_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = [image(f"/{number}.png") for number in range(20)]
    with serve({"/": page(*images, *(link(f"/{number}") for number in range(20)))}) as server:
        budgets = ["--max-images", "7", "--max-pages", "5"]
        assert crawl_main(words(server, tmp_path, "--dry-run", *budgets)) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[-2] for line in lines[1:3]] == ["5", "7"]


def test_a_host_that_asks_for_patience_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site: dict[str, Body] = {"/": Answer("", 503, {"Retry-After": "5000"})}
    with serve(site) as server:
        assert crawl_main(words(server, tmp_path, "--dry-run", "--tries", "2")) == 0
        plan = capsys.readouterr().out
        host = f"{LOOPBACK[0]}:{server.port}"
    assert plan.splitlines()[-1].startswith(f"{host} asks for patience for another ")
    assert "(retry-after), longer than max_wait" in plan


def test_images_of_each_label_and_their_room_on_disk_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = [image(f"/{label}/{number}.png") for label in ("rose", "oak") for number in range(30)]
    with serve({"/": page(*images, image("/none.png"))}) as server:
        flags = words(server, tmp_path, "--dry-run")
        flags[1:3] = ["--label-pattern", "/(?P<label>rose|oak)/"]
        assert crawl_main(flags) == 0
        assert all(not path.endswith(".png") for path in server.paths())
    said = capsys.readouterr().out
    assert "images known now: 1 without a label, 30 oak, 30 rose\n" in said
    assert "disk: about 12 MB for them, at most 100 MB until the budgets are spent" in said
