"""What failed is asked once more, by cause; nothing else is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import crawler
from crawler.cli import crawl_main, verify_main
from crawler.config import Source
from tests.crawler.crawling import (
    AGENT,
    LOOPBACK,
    RESERVATIONS,
    crawl,
    image,
    link,
    page,
    picture,
    settings,
    statuses,
    table,
    whole_rows,
)
from tests.killing import killed_at
from tests.server import Answer, Body, Server, serve

DELAY = 0.01  # seconds
LINKS = ("/next", "/leads-to-gone")
IMAGES = ("/ok.png", "/gone.png", "/busy.png", "/moved.png", "/round.png", "/reset.png", "/bad.png")
BROKEN: dict[str, Body] = {
    "/robots.txt": "User-agent: *\nDisallow: /private/",
    "/": page(*map(image, IMAGES), image("/private/p.png"), *map(link, LINKS)),
    "/ok.png": picture("red"),
    "/busy.png": Answer("", 503),
    "/moved.png": Answer("", 302, {"Location": "/away.png"}),
    "/round.png": Answer("", 302, {"Location": "/round.png"}),
    "/reset.png": Answer(b"", raw=True),  # the connection is closed without a word
    "/bad.png": b"no image",
    "/next": Answer("", 404),
    "/leads-to-gone": Answer("", 302, {"Location": "/gone"}),
}
HEALED: dict[str, Body] = BROKEN | {
    "/gone.png": picture("blue"),
    "/busy.png": picture("green"),
    "/away.png": picture("white"),
    "/round.png": picture("black"),
    "/reset.png": picture("yellow"),
    "/next": page(image("/more.png")),
    "/gone": page(image("/found.png")),
    "/more.png": picture("pink"),
    "/found.png": picture("cyan"),
}
FAILURES = {
    "/gone.png": "failed http",
    "/busy.png": "failed http",
    "/moved.png": "failed http",
    "/round.png": "failed redirect",
    "/reset.png": "failed connect",
}
BUSY = Answer("", 503, {"Retry-After": "0"})  # no back-off of our own
AGAIN = ["/next", "/leads-to-gone", "/gone", *(set(FAILURES) | {"/away.png"})]


def words(server: Server, out: Path, *more: str) -> list[str]:
    flags = ["--label", "x", "--out", str(out), "--user-agent", AGENT, "--delay", str(DELAY)]
    return [server.url("/"), *flags, "--tries", "1", "--allow-private", *LOOPBACK, *more]


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(dict(BROKEN)) as server:
        yield server


@contextmanager
def risen(address: tuple[str, int], folder: Path) -> Iterator[None]:
    """A host that comes up: the files of a folder at this very address."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(address, handler) as host:
        threading.Thread(target=host.serve_forever, args=(0.02,), daemon=True).start()
        yield
        host.shutdown()


def healed(server: Server) -> None:
    server.site = HEALED
    server.log.clear()


def test_all_that_failed_is_asked_again_and_nothing_else(server: Server, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert crawl_main(words(server, out)) == 0
    assert {path: word for path, word in statuses(out).items() if "failed" in word} == FAILURES
    healed(server)
    assert crawl_main(words(server, out, "--retry", "failed")) == 0
    assert sorted(server.paths()) == sorted([*AGAIN, "/more.png", "/found.png"])
    assert verify_main([str(out)]) == 0
    assert crawl_main(words(server, tmp_path / "fresh")) == 0
    assert whole_rows(out) == whole_rows(tmp_path / "fresh")


def test_one_cause_alone_may_be_retried(server: Server, tmp_path: Path) -> None:
    crawl_main(words(server, tmp_path))
    for cause, asked in {
        "dns": set[str](),
        "redirect": {"/round.png"},
        "connect": {"/reset.png"},
        "http": {*AGAIN, "/more.png", "/found.png"} - {"/round.png", "/reset.png"},
        "failed": set[str](),
    }.items():
        healed(server)
        assert crawl_main(words(server, tmp_path, "--retry", cause)) == 0
        assert set(server.paths()) == asked, cause


def test_where_nothing_failed_nothing_happens_and_the_path_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve({"/": page(image("/a.png")), "/a.png": picture("red")}) as server:
        crawl_main(words(server, tmp_path))
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
        server.log.clear()
        capsys.readouterr()
        assert crawl_main(words(server, tmp_path, "--retry", "failed")) == 0
        assert (capsys.readouterr().out, server.log) == (f"{tmp_path / 'manifest.csv'}\n", [])
        assert {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()} == before


def test_a_robots_txt_that_could_not_be_read_is_asked_again(tmp_path: Path) -> None:
    site: dict[str, Body] = {
        "/a.png": picture("red"),
        f"{LOOPBACK[1]}/robots.txt": Answer("", 503),
    }
    with serve(site, hosts=LOOPBACK[:2]) as server:
        site["/"] = page(image(server.url("/a.png", LOOPBACK[1])))
        crawl(server, tmp_path, delay=0.0, tries=1)
        assert statuses(tmp_path) == {"/a.png": "denied robots"}
        site[f"{LOOPBACK[1]}/robots.txt"] = "User-agent: *\nDisallow:"
        server.log.clear()
        chosen = (Source(label="rose", seeds=(server.url("/"),)),)
        crawler.run(settings(delay=0.0, tries=1), chosen, tmp_path, retry="failed")
    assert server.paths() == []
    assert server.paths(LOOPBACK[1]) == ["/robots.txt", RESERVATIONS, "/a.png"]
    assert statuses(tmp_path) == {"/a.png": "ok"}


def test_a_dead_host_that_has_come_up_is_asked(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "a.png").write_bytes(picture("red"))
    out, site = tmp_path / "out", dict[str, Body]()
    with serve(site) as server:
        site["/"] = page(image(server.url("/a.png", LOOPBACK[1])))  # where nobody listens
        crawl_main(words(server, out))
        assert statuses(out) == {"/a.png": "failed connect"}
        with risen((LOOPBACK[1], server.port), tmp_path / "site"):
            assert crawl_main(words(server, out, "--retry", "connect")) == 0
    assert statuses(out) == {"/a.png": "ok"}


def test_what_fails_again_has_had_all_its_tries_again(tmp_path: Path) -> None:
    with serve({"/": page(image("/a.png")), "/a.png": BUSY}) as server:
        source = (Source(label="rose", seeds=(server.url("/"),)),)
        for retry in "", "failed", "http":
            crawler.run(settings(delay=0.0, tries=2), source, tmp_path, retry=retry)
            assert server.paths().count("/a.png") == 2
            server.log.clear()


def test_a_retry_that_is_killed_goes_on_with_the_plain_command(tmp_path: Path) -> None:
    site: dict[str, Body] = {"/": page(image("/a.png"), image("/b.png")), "/b.png": picture("red")}
    with serve(site) as server:
        for boundary in 1, 3, 6:
            site.pop("/a.png", None)
            out = tmp_path / str(boundary)
            crawl_main(words(server, out))
            assert statuses(out) == {"/a.png": "failed http", "/b.png": "ok"}
            site["/a.png"] = picture("blue")
            command = ["crawler.cli:crawl_main", *words(server, out, "--retry", "failed")]
            assert killed_at(boundary, command)
            assert crawl_main(words(server, out)) == 0
            assert statuses(out) == {"/a.png": "ok", "/b.png": "ok"}, boundary
            assert server.paths().count("/b.png") == 1
            server.log.clear()


def test_of_a_refresh_only_what_failed_in_it_is_asked_again(tmp_path: Path) -> None:
    site: dict[str, Body] = {"/": page(image("/a.png"), image("/b.png")), "/b.png": picture("red")}
    with serve(site) as server:
        for more in [], ["--refresh"]:
            crawl_main(words(server, tmp_path, *more))
        site["/a.png"] = picture("blue")
        server.log.clear()
        assert crawl_main(words(server, tmp_path, "--retry", "failed")) == 0
        assert server.paths() == ["/a.png"]
    changes = {row["url"][-6:]: row["change"] for row in table(tmp_path / "changes.csv")}
    assert changes == {"/a.png": "new", "/b.png": "unchanged"}


@pytest.mark.parametrize("more", [("--retry", "404"), ("--retry", "failed", "--refresh")])
def test_a_cause_that_is_none_is_refused(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as end:
        crawl_main(words(server, tmp_path, *more))
    assert end.value.code == 2
    assert "argument --re" in capsys.readouterr().err


def test_the_library_refuses_the_same(tmp_path: Path) -> None:
    source = (Source(seeds=("https://example.org/",)),)
    with pytest.raises(ValueError, match="retry must be one of failed, dns"):
        crawler.run(settings(), source, tmp_path, retry="404")
    with pytest.raises(ValueError, match="choose one"):
        crawler.run(settings(), source, tmp_path, retry="failed", refresh=True)


def test_what_is_retried_keeps_its_place_in_the_budget(tmp_path: Path) -> None:
    """Though the images that the budget left out lie on a host that could be asked at once."""
    away = [f"/{number}.png" for number in range(9)]
    site: dict[str, Body] = {path: picture("red") for path in away}
    site["/patient.png"] = Answer("", 503, {"Retry-After": "1"})
    with serve(site, hosts=LOOPBACK[:2]) as server:
        images = (server.url(path, LOOPBACK[1]) for path in away)
        site["/"] = page(image("/patient.png"), *map(image, images))
        command = words(server, tmp_path, "--max-images", "3")
        crawl_main(command)
        assert statuses(tmp_path)["/patient.png"] == "failed http"
        site["/patient.png"] = picture("blue")
        server.log.clear()
        assert crawl_main([*command, "--retry", "failed"]) == 0
        assert [each.path for each in server.log] == ["/patient.png"]
    assert len(statuses(tmp_path)) == 3


def test_until_it_is_answered_what_is_retried_keeps_its_row(tmp_path: Path) -> None:
    site: dict[str, Body] = {"/": page(image("/a.png"))}
    with serve(site) as server:
        crawl_main(words(server, tmp_path))
        before = statuses(tmp_path)
        site["/a.png"] = Answer("", 503, {"Retry-After": "5000"})
        assert crawl_main(words(server, tmp_path, "--retry", "failed", "--tries", "2")) == 0
        assert statuses(tmp_path) == before == {"/a.png": "failed http"}
