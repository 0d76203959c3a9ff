"""The gallery of the benches: its photos and pages, its server and what that counts."""

import http.client
import io
import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from PIL import Image

from crawler.command import UsageError
from flows.bench.gallery import A_PAGE, HOSTS, IMAGES, PAGES, Gallery, photos_in
from flows.bench.hosting import hosting
from flows.bench.tally import Tally

PORT = 8000
COUNTS = {"薔薇": 2 * A_PAGE + 5, "cat & dog": 3, "fish": 1}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Photos whose bytes are their names, and a few files that are none."""
    for label, count in COUNTS.items():
        (tmp_path / label).mkdir()
        for index in range(count):
            (tmp_path / label / f"photo {index}.jpg").write_text(f"{label} {index}", "utf-8")
    (tmp_path / "fish" / "notes.txt").touch()
    (tmp_path / "stray.jpg").touch()
    return tmp_path


def pages_of(gallery: Gallery) -> dict[str, str]:
    """HTML by address, as a browser would write it."""
    return {
        f"http://{host}:{gallery.port}{unquote(path)}": html for host, path, html in gallery.pages()
    }


def reached(gallery: Gallery) -> set[str]:
    """The pages that links lead to from the front page."""
    pages, found, left = pages_of(gallery), set[str](), [gallery.seed]
    while left:
        url = left.pop()
        if url not in found:
            found.add(url)
            links = re.findall(r'<a href="([^"]+)"', pages[url])
            left += [unquote(urljoin(url, link)) for link in links]
    return found


def test_links_lead_to_every_page_and_the_pages_show_exactly_the_photos(folder: Path) -> None:
    gallery = Gallery(photos_in(folder), PORT)
    pages = pages_of(gallery)
    assert reached(gallery) == set(pages)
    larger = {url for html in pages.values() for url in re.findall(r", (\S+) 2x", html)}
    alone = {url for html in pages.values() for url in re.findall(r'src="(\S*/full/\S+)"', html)}
    assert larger == alone == gallery.expected()
    assert {unquote(urlsplit(url).path) for url in gallery.expected()} == {
        f"/full/{label}/photo {index}.jpg"
        for label, count in COUNTS.items()
        for index in range(count)
    }


def test_there_is_a_page_a_photo_and_a_page_for_every_sixty_of_a_class(folder: Path) -> None:
    paths = [path.split("/")[1] for _, path, _ in Gallery(photos_in(folder), PORT).pages()]
    assert {kind: paths.count(kind) for kind in set(paths)} == {
        "": 1,
        "private": 1,
        "class": 3 + 1 + 1,
        "photo": sum(COUNTS.values()),
    }


def test_hosts_share_the_photos_and_their_pages_evenly(folder: Path) -> None:
    gallery = Gallery(photos_in(folder), PORT)
    hosts = [urlsplit(url).hostname for url in gallery.expected()]
    of_photos = [host for host, path, _ in gallery.pages() if path.startswith("/photo/")]
    for found, two in (hosts, IMAGES), (of_photos, PAGES):
        assert sum(found.count(host) for host in two) == len(gallery.photos)
        assert abs(found.count(two[0]) - found.count(two[1])) <= 1


@pytest.mark.parametrize("name", ["fish/notes.txt", "missing"])
def test_a_folder_without_photos_is_refused(name: str, folder: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(name)):
        photos_in(folder / name)


def test_the_server_sends_pages_and_photos_over_one_connection_and_counts(tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()
    for index in range(2):
        Image.new("RGB", (200, 100)).save(tmp_path / "cat" / f"{index}.png")
    with hosting(tmp_path) as host:
        port = urlsplit(host.seed).port
        pages, images = (
            http.client.HTTPConnection(name, port, timeout=10) for name in (PAGES[0], IMAGES[0])
        )
        assert b'href="/private/"' in get(pages, "/")[1]
        socket = pages.sock
        assert get(pages, "/robots.txt")[1] == b"User-agent: *\nDisallow: /private/\n"
        assert [get(pages, path)[0] for path in ("/private/", "/nowhere", "/")] == [200, 404, 200]
        assert pages.sock is socket
        photo = (tmp_path / "cat" / "0.png").read_bytes()
        assert get(images, "/full/cat/0.png") == (200, photo)
        with Image.open(io.BytesIO(get(images, "/thumb/cat/0.png")[1])) as thumb:
            assert thumb.size == (96, 48)
        pages.close()
        images.close()
        counts = host.counts()
    asked = {PAGES[0]: 5, PAGES[1]: 0, IMAGES[0]: 2, IMAGES[1]: 0}
    assert {name: counts[name] for name in HOSTS} == asked
    assert (counts["double"], counts["forbidden"]) == (1, 1)


def get(connection: http.client.HTTPConnection, path: str) -> tuple[int, bytes]:
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_a_request_sooner_than_the_delay_after_the_end_before_it_is_early() -> None:
    tally = Tally(delay=0.5)
    tally.note(PAGES[0], "/1", start=0.0, end=2.0)
    tally.note(PAGES[0], "/2", start=2.25, end=2.5)  # early
    tally.note(PAGES[0], "/3", start=3.0, end=4.0)  # exactly the delay
    tally.note(PAGES[1], "/1", start=3.5, end=4.0)  # another host
    tally.note(PAGES[0], "/4", start=3.75, end=4.0)  # before the other has ended
    assert tally.counts()["early"] == 2
    assert tally.counts()["double"] == 0
