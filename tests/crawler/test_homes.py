"""Seeds that redirect: what is home to a source in one crawl and in the next."""

from pathlib import Path

from crawler.config import Source
from tests.crawler.crawling import crawl, image, link, page, picture, statuses, table
from tests.server import Answer, Body, serve

RED, BLUE, GREEN = picture("red"), picture("blue"), picture("green")


def test_a_seed_that_moved_leaves_its_old_home(tmp_path: Path) -> None:
    """Its images are gone, those of the new home are new, and what both show is judged as ever."""
    pages: dict[str, Body] = {
        "/start/": Answer("", 302, {"Location": "/old/"}),
        "/old/": page(link("/old/two"), image("/both.png"), image("/both-changed.png")),
        "/old/two": page(image("/old.png")),
        "/new/": page(link("/old/two"), link("/new/two"), image("/both.png")),
        "/new/two": page(image("/new.png"), image("/both-changed.png")),
        "/both.png": RED,
        "/both-changed.png": BLUE,
        "/old.png": GREEN,
        "/new.png": GREEN,
    }
    with serve(pages) as server:
        source = Source(label="x", seeds=(server.url("/start/"),))
        crawl(server, tmp_path, source)
        pages["/start/"] = Answer("", 302, {"Location": "/new/"})
        pages["/both-changed.png"] = RED
        crawl(server, tmp_path, source, refresh=True)
    changes = {
        row["url"].rsplit("/", 1)[1]: row["change"] for row in table(tmp_path / "changes.csv")
    }
    assert changes == {
        "both-changed.png": "changed",
        "both.png": "unchanged",
        "new.png": "new",
        "old.png": "gone",
    }


def test_pages_known_before_a_seed_answers_are_followed_into_its_home(tmp_path: Path) -> None:
    """The first seed links to the home of the second before anybody knows that it is one."""
    pages: dict[str, Body] = {
        "/a/": page(link("/b/x")),
        "/slow/": Answer("", 302, {"Location": "/b/"}),
        "/b/": page("nothing here"),
        "/b/x": page(image("/x.png")),
        "/x.png": RED,
    }
    with serve(pages) as server:
        source = Source(label="x", seeds=(server.url("/a/"), server.url("/slow/")))
        crawl(server, tmp_path, source)
    assert statuses(tmp_path) == {"/x.png": "ok"}
    assert table(tmp_path / "found.csv")[0]["depth"] == "1"
