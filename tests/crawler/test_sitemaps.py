"""Sources that start from sitemaps: what is asked, what ends them, and what a refresh asks."""

import gzip
from collections.abc import Iterable, Mapping
from hashlib import md5
from pathlib import Path

import pytest

from crawler.cli import crawl_main, verify_main
from crawler.config import Source
from crawler.reading.documents import parse_sitemap
from tests.crawler.crawling import (
    AGENT,
    LOOPBACK,
    crawl,
    image,
    link,
    page,
    picture,
    rows,
    statuses,
    table,
)
from tests.server import Answer, Body, Server, serve

IMAGES = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


def sitemap(server: Server, *paths: str, shows: Iterable[str] = ()) -> str:
    """A sitemap of these pages, of which the first shows these images."""
    shown = "".join(
        f"<image:image><image:loc>{server.url(path)}</image:loc></image:image>" for path in shows
    )
    locs = [f"<loc>{server.url(path)}</loc>" for path in paths]
    urls = "".join(f"<url>{loc}{shown if not at else ''}</url>" for at, loc in enumerate(locs))
    return f'<?xml version="1.0"?><urlset {IMAGES}>{urls}</urlset>'


def index(server: Server, *paths: str) -> str:
    maps = "".join(f"<sitemap><loc>{server.url(path)}</loc></sitemap>" for path in paths)
    return f"<sitemapindex>{maps}</sitemapindex>"


def of(server: Server, *paths: str, **changes: object) -> Source:
    urls = tuple(map(server.url, paths))
    return Source(**{"label": "rose", "sitemaps": urls} | changes)  # type: ignore[arg-type]


def asked(server: Server) -> list[str]:
    """What was asked but for rules, sorted."""
    return sorted(path for path in server.paths() if "robots" not in path and "tdm" not in path)


SITE: dict[str, Body] = {
    "/a": page(image("/1.png")),
    "/b": page(image("/2.png")),
    "/1.png": picture("red"),
    "/2.png": picture("blue"),
    "/3.png": picture("green"),
}


def test_pages_and_images_of_a_sitemap_are_asked_and_told_of(tmp_path: Path) -> None:
    with serve(dict(SITE)) as server:
        server.site = SITE | {"/map.xml": sitemap(server, "/a", "/b", shows=["/3.png", "/1.png"])}
        crawl(server, tmp_path, of(server, "/map.xml"))
        assert asked(server) == sorted([*SITE, "/map.xml"])
        assert {row["status"] for row in rows(tmp_path).values()} == {"ok"}
        found = {
            (row["url"][-6:], row["attribute"]): (row["page_url"], row["depth"])
            for row in table(tmp_path / "found.csv")
        }
        first = server.url("/a")
    assert found == {
        ("/1.png", "src"): (first, "1"),
        ("/1.png", "image:loc"): (first, "0"),
        ("/2.png", "src"): (first[:-1] + "b", "1"),
        ("/3.png", "image:loc"): (first, "0"),
    }
    assert verify_main([str(tmp_path)]) == 0
    kinds = {row["url"][-8:]: row["kind"] for row in table(tmp_path / "requests.csv")}
    assert kinds["/map.xml"] == "sitemap"


def test_the_label_is_read_from_the_page_that_a_sitemap_names(tmp_path: Path) -> None:
    with serve(dict(SITE)) as server:
        server.site = SITE | {"/map.xml": sitemap(server, "/rose/1", "/oak/1", shows=["/3.png"])}
        crawl(
            server, tmp_path, of(server, "/map.xml", label="", label_pattern=r"/(?P<label>\w+)/1")
        )
    assert rows(tmp_path)["/3.png"]["label"] == "rose"


def test_only_pages_below_the_folder_of_the_sitemap_are_asked(tmp_path: Path) -> None:
    with serve(dict(SITE)) as server:
        server.site = SITE | {"/shop/map.xml": sitemap(server, "/a", "/shop/a")}
        crawl(server, tmp_path, of(server, "/shop/map.xml"))
        assert asked(server) == ["/shop/a", "/shop/map.xml"]


def test_images_of_pages_that_are_left_alone_are_left_alone(tmp_path: Path) -> None:
    with serve(dict(SITE)) as server:
        cars, here = server.url("/cars/"), server.url("/a")
        server.site = SITE | {"/map.xml": sitemap(server, "/cars/1", "/a", shows=["/3.png"])}
        crawl(server, tmp_path / "exclude", of(server, "/map.xml", exclude=(cars,)))
        crawl(server, tmp_path / "follow", of(server, "/map.xml", follow=(here,)))
        assert "/3.png" not in server.paths()
    assert rows(tmp_path / "exclude").keys() == rows(tmp_path / "follow").keys() == {"/1.png"}


def test_the_page_of_an_image_is_read_first_since_it_may_keep_it_back(tmp_path: Path) -> None:
    kept = page("<meta name=robots content=noai>", image("/3.png"))
    with serve(dict(SITE)) as server:
        server.site = SITE | {"/a": kept, "/map.xml": sitemap(server, "/a", shows=["/3.png"])}
        crawl(server, tmp_path, of(server, "/map.xml"))
        assert asked(server) == ["/a", "/map.xml"]
    assert statuses(tmp_path) == {"/3.png": "denied optout"}


@pytest.mark.parametrize("moved", ["/old/map.xml", "/old/"])
def test_where_a_sitemap_or_a_seed_redirects_to_is_home(tmp_path: Path, moved: str) -> None:
    """The seed is asked for after the sitemap, whose pages are its own from then on."""
    with serve(dict(SITE)) as server:
        server.site = {
            "/old/map.xml": sitemap(server, "/new/a"),
            "/new/map.xml": sitemap(server, "/new/a"),
            "/old/": page("roses"),
            "/new/": page("roses"),
            "/new/a": page(image("/1.png")),
            "/1.png": picture("red"),
            moved: Answer("", 302, {"Location": moved.replace("old", "new")}),
        }
        seeds = (server.url("/old/"),)
        crawl(server, tmp_path, of(server, "/old/map.xml", seeds=seeds))
    assert statuses(tmp_path) == {"/1.png": "ok"}


def test_a_page_is_one_link_from_any_sitemap_however_deep_that_lies(tmp_path: Path) -> None:
    with serve(dict(SITE)) as server:
        server.site = SITE | {
            "/map.xml": index(server, "/1.xml", "/2.xml"),
            "/1.xml": sitemap(server, "/near"),
            "/2.xml": index(server, "/3.xml"),
            "/3.xml": sitemap(server, "/b"),
            "/near": page(link("/b")),
        }
        crawl(server, tmp_path, of(server, "/map.xml"))
    assert [row["depth"] for row in table(tmp_path / "found.csv")] == ["1"]


def test_all_that_a_sitemap_may_name_is_read_and_what_is_left_out_is_told() -> None:
    shown = "".join(
        f"<image:image><image:loc>https://cdn.example.org/images/{at}.jpg</image:loc></image:image>"
        for at in "ab"
    )
    urls = (f"<url><loc>/articles/some-name/{at:06}</loc>{shown}</url>" for at in range(50_000))
    body = f"<urlset {IMAGES}>{''.join(urls)}</urlset>".encode()
    found, is_cut = parse_sitemap(body, "https://www.example.org/map.xml")
    assert found
    assert (len(found.links), len(found.references), is_cut) == (50_000, 100_000, False)
    *_, is_cut = parse_sitemap(body, "https://www.example.org/" + "long/" * 1000)
    assert is_cut


def test_an_index_may_name_itself_and_others_may_be_packed(tmp_path: Path) -> None:
    with serve(dict(SITE)) as server:
        server.site = SITE | {
            "/map.xml": index(server, "/map.xml", "/1.xml.gz", "/gone.xml", "/1.xml.gz"),
            "/1.xml.gz": gzip.compress(sitemap(server, "/a").encode()),
        }
        crawl(server, tmp_path, of(server, "/map.xml"))
        assert asked(server) == ["/1.png", "/1.xml.gz", "/a", "/gone.xml", "/map.xml"]


def test_max_sitemaps_ends_an_index_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serve(dict(SITE)) as server:
        server.site = SITE | {
            "/map.xml": index(server, *(f"/{number}.xml" for number in range(9))),
            **{f"/{number}.xml": sitemap(server, "/a") for number in range(9)},
        }
        crawl(server, tmp_path, of(server, "/map.xml"), max_sitemaps=3)
        assert sum(path.endswith(".xml") for path in server.paths()) == 3
    assert "source 0 has more sitemaps than max_sitemaps; the rest is left out" in caplog.text


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (page("no sitemap"), "it is no sitemap"),
        (Answer("", 404), "the server answered 404"),
        (Answer("", 302, {"Location": "/map.xml"}), "its redirects lead to no page"),
    ],
)
def test_a_sitemap_that_is_none_fails_as_a_dead_seed_does(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], answer: Answer, reason: str
) -> None:
    with serve({"/map.xml": answer}) as server:
        config = tmp_path / "crawl.toml"
        config.write_text(
            f'[crawl]\nuser_agent = "{AGENT}"\ndelay = 0\nallow_private = ["{LOOPBACK[0]}"]\n'
            f'[[crawl.sources]]\nlabel = "rose"\nsitemaps = ["{server.url("/map.xml")}"]\n',
            encoding="utf-8",
        )
        assert crawl_main([str(config), "--out", str(tmp_path / "out")]) == 1
        said = capfd.readouterr().err.splitlines()[-1]
    assert said.endswith(f"no seed could be fetched: {server.url('/map.xml')}: {reason}")


class Tagged:
    """A site whose answers have an ETag, and that answers 304 to whoever has it."""

    def __init__(self, site: Mapping[str, Body]) -> None:
        self.site = site

    def __call__(self, method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        body = self.site.get(path)
        if body is None:
            return None
        answer = body if isinstance(body, Answer) else Answer(body)
        tag = '"' + md5(str(answer.body).encode(), usedforsecurity=False).hexdigest() + '"'
        if headers.get("if-none-match") == tag:
            return Answer("", 304, {"ETag": tag})
        return Answer(answer.body, answer.status, {**answer.headers, "ETag": tag})


def test_a_refresh_asks_a_sitemap_whether_it_has_changed(tmp_path: Path) -> None:
    with serve(dict(SITE)) as server:
        site = SITE | {"/map.xml": sitemap(server, "/a", shows=["/3.png"])}
        server.site = Tagged(site)
        source = of(server, "/map.xml")
        crawl(server, tmp_path, source)
        before, count = rows(tmp_path), len(server.log)
        crawl(server, tmp_path, source, refresh=True)
        assert {exchange.status for exchange in server.log[count:]} == {304, 404}
        assert rows(tmp_path) == before
        server.site = Tagged(site | {"/map.xml": sitemap(server, "/b")})
        crawl(server, tmp_path, source, refresh=True)
    assert rows(tmp_path).keys() == {"/2.png"}


def test_a_sitemap_is_obeyed_by_robots_txt(tmp_path: Path) -> None:
    with serve(dict(SITE)) as server:
        server.site = SITE | {
            "/robots.txt": "User-agent: *\nDisallow: /private",
            "/map.xml": index(server, "/private/map.xml", "/1.xml"),
            "/1.xml": sitemap(server, "/a"),
        }
        crawl(server, tmp_path, of(server, "/map.xml"))
        assert "/private/map.xml" not in server.paths()
    assert rows(tmp_path).keys() == {"/1.png"}


def test_a_source_may_have_seeds_and_sitemaps_but_no_list_besides(tmp_path: Path) -> None:
    with serve(dict(SITE)) as server:
        server.site = SITE | {"/map.xml": sitemap(server, "/a")}
        crawl(server, tmp_path, of(server, "/map.xml", seeds=(server.url("/b"),)))
    assert rows(tmp_path).keys() == {"/1.png", "/2.png"}
    with pytest.raises(ValueError, match="not both"):
        Source(label="rose", sitemaps=("https://example.org/sitemap.xml",), list="urls.csv")
