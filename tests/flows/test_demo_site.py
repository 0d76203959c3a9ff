"""The demo's web site: what it shows, every fault of the real web, what a crawl makes of it."""

import io
import socket
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from PIL import Image, UnidentifiedImageError

import crawler
from flows.config import read_plan
from flows.demo.home import settle
from flows.demo.server import HOST, Server, serving
from flows.demo.site import CLASSES, COPIED, COPY, GONE, MOVED, TORN, Answer, Site

SITE = Site(photos=26)
PAGES = 2  # of a gallery of so many photos


def page(target: str) -> BeautifulSoup:
    answer = SITE.answer(target)
    assert answer.status == 200
    assert answer.content_type.startswith("text/html")
    charset = answer.content_type.partition("charset=")[2]
    return BeautifulSoup(answer.body.decode(charset), "html.parser")


def links(target: str) -> list[str]:
    return [urljoin(target, str(a["href"])) for a in page(target).find_all("a")]


def photo(label: str, name: str) -> Answer:
    return SITE.answer(f"/photos/{label}/{name}")


@pytest.fixture(scope="module")
def statuses() -> dict[str, int]:
    """Of every target that links reach from the front page, but for forbidden ones, the status."""
    found, waiting = dict[str, int](), ["/"]
    while waiting:
        target = unquote(waiting.pop())
        if target in found or target.startswith("/private/"):
            continue
        answer = SITE.answer(target)
        found[target] = answer.status
        if answer.status == 200 and answer.content_type.startswith("text/html"):
            waiting += links(target)
    return found


def test_links_reach_every_gallery_page_and_every_photo(statuses: dict[str, int]) -> None:
    folders = Counter(urlsplit(target).path.rpartition("/")[0] for target in statuses)
    for label in CLASSES:
        assert folders[f"/gallery/{label}"] == PAGES
        assert folders[f"/photos/{label}"] == SITE.photos + len([COPY, TORN, MOVED, GONE])


def test_only_the_dead_page_and_the_images_that_are_gone_are_not_found(
    statuses: dict[str, int],
) -> None:
    dead = {target for target, status in statuses.items() if status == 404}
    assert dead == {"/lost.html", *(f"/photos/{label}/{GONE}" for label in CLASSES)}


def test_japanese_paths_are_answered_percent_encoded_and_raw() -> None:
    assert SITE.answer("/gallery/%E8%96%94%E8%96%87/") == SITE.answer("/gallery/薔薇/")
    assert "薔薇" in page("/gallery/%E8%96%94%E8%96%87/").get_text()


def test_the_japanese_gallery_is_written_in_shift_jis() -> None:
    answer = SITE.answer("/gallery/薔薇/")
    assert "charset=shift_jis" in answer.content_type
    assert "薔薇の写真" in answer.body.decode("shift_jis")


def test_robots_txt_forbids_a_page_that_the_front_page_links_to() -> None:
    assert b"Disallow: /private/" in SITE.answer("/robots.txt").body
    assert "/private/" in links("/")
    assert any(str(img["src"]).startswith("/private/") for img in page("/").find_all("img"))
    ghosts = [str(img["src"]) for img in page("/private/").find_all("img")]
    assert SITE.answer(ghosts[-1]).content_type == "image/jpeg"


def test_every_figure_offers_its_photo_with_a_smaller_alternative() -> None:
    for img in page("/gallery/fish/?page=2").select("figure img"):
        thumb, photo = (part.split() for part in str(img["srcset"]).split(","))
        assert (thumb[1], photo[1]) == ("64w", "128w")
        assert img["src"] == thumb[0]
        small = Image.open(io.BytesIO(SITE.answer(thumb[0]).body))
        large = Image.open(io.BytesIO(SITE.answer(photo[0]).body))
        assert max(small.size) == 64 < max(large.size)


@pytest.mark.parametrize("label", CLASSES)
def test_every_gallery_shows_the_faults_of_the_real_web(label: str) -> None:
    shown = {Path(target).name for target in links(f"/gallery/{label}/")}
    assert {COPY, TORN, MOVED, GONE} <= shown
    assert photo(label, COPY) == photo(label, f"{COPIED:04}.jpg")
    assert photo(label, MOVED).content_type.startswith("text/html")
    assert photo(label, GONE).status == 404
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(photo(label, TORN).body)).load()


def test_some_photos_are_shown_on_two_pages() -> None:
    assert set(links("/favourites.html")) & set(links("/gallery/snail/"))


def test_every_page_has_a_spacer_of_one_pixel() -> None:
    assert page("/").find("img", src="/spacer.gif")
    assert Image.open(io.BytesIO(SITE.answer("/spacer.gif").body)).size == (1, 1)


@pytest.mark.parametrize(
    "target",
    [
        "/gallery/fish/?page=9",
        "/gallery/fish/?page=x",
        "/gallery/ghost/",
        "/photos/fish/9999.jpg",
        "/photos/fish/0002.png",
        "/private/x",
        "/thumbs/fish/x.jpg",
    ],
)
def test_what_is_not_there_is_not_found(target: str) -> None:
    assert SITE.answer(target).status == 404


def test_a_page_that_was_an_image_is_none() -> None:
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(photo("leaf", MOVED).body))


def test_the_server_answers_a_condition_that_holds_without_a_body() -> None:
    with serving(Server(0, SITE.answer)) as address:
        with urllib.request.urlopen(address + "spacer.gif") as first:
            etag = first.headers["ETag"]
        request = urllib.request.Request(address + "spacer.gif", headers={"If-None-Match": etag})
        with pytest.raises(urllib.error.HTTPError) as unchanged:
            urllib.request.urlopen(request)
    assert unchanged.value.code == 304
    unchanged.value.close()


class Watched(Server):
    """A server that tells when it is through with a request."""

    def __init__(self, site: Callable[[str], Answer]) -> None:
        self.through = threading.Event()
        super().__init__(0, site)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        self.through.set()


@pytest.mark.parametrize("size", [0, 50_000_000])
def test_a_client_that_goes_away_is_no_news(size: int, capfd: pytest.CaptureFixture[str]) -> None:
    server = Watched(lambda target: Answer(bytes(size), "image/jpeg"))
    with serving(server):
        with socket.create_connection((HOST, server.server_port)) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            client.recv(1)
        assert server.through.wait(10)
    assert capfd.readouterr().err == ""


def test_another_error_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    server = Watched(lambda target: Answer(b"", "no\x00type", status=int(target)))
    with serving(server), socket.create_connection((HOST, server.server_port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert server.through.wait(10)
    assert "ValueError" in capfd.readouterr().err


def expected() -> dict[str, tuple[str, str, str]]:
    """Of each path a crawl should try: its label, its status, and the word of its error."""
    rows = {
        "/spacer.gif": ("", "rejected", "too-small"),
        "/private/0.jpg": ("", "denied", "robots"),
    }
    for label in CLASSES:
        for name in SITE.names(label):
            rows[f"/photos/{label}/{name}"] = (label, "ok", "")
        rows[f"/photos/{label}/{COPY}"] = (label, "duplicate", "")
        rows[f"/photos/{label}/{TORN}"] = (label, "rejected", "truncated")
        rows[f"/photos/{label}/{MOVED}"] = (label, "rejected", "not-an-image")
        rows[f"/photos/{label}/{GONE}"] = (label, "failed", "http")
    return rows


def test_a_crawl_with_the_demo_configuration_finds_exactly_what_is_there(tmp_path: Path) -> None:
    asked: list[str] = []

    def site(target: str) -> Answer:
        asked.append(target)
        return SITE.answer(target)

    with serving(settle(tmp_path / "demo.toml", site)):
        plan = read_plan(tmp_path / "demo.toml")
        manifest = crawler.run(plan.crawl, plan.sources, tmp_path / "crawl")
    rows = {
        unquote(urlsplit(row.url).path): (
            row.label,
            str(row.status),
            row.error.partition(":")[0],
        )
        for row in crawler.read_manifest(manifest)
    }
    assert rows == expected()
    assert asked[0] == "/robots.txt"
    assert [target for target in asked if target.startswith(("/private/", "/thumbs/"))] == []
    assert len(asked) == len(set(asked))
