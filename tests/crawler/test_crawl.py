"""Whole crawls of small sites on loopback."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.config import Source
from crawler.errors import CrawlerError
from tests.crawler.crawling import (
    DELAY,
    LOOPBACK,
    RESERVATIONS,
    crawl,
    image,
    link,
    page,
    picture,
    rows,
    statuses,
    table,
)
from tests.server import Answer, Body, early_requests, serve

RED, BLUE = picture("red"), picture("blue")


def test_every_image_becomes_a_row_and_nothing_forbidden_is_asked(tmp_path: Path) -> None:
    site: dict[str, Body] = {
        "/robots.txt": "User-agent: *\nDisallow: /private/",
        "/": page(link("/two"), image("/a.png", "a rose"), image("/private/b.png")),
        "/two": page(link("/"), image("/copy.png"), image("/gone.png"), image("/text.png")),
        "/a.png": RED,
        "/copy.png": RED,
        "/private/b.png": BLUE,
        "/text.png": Answer("hello", 200, {"Content-Type": "image/png"}),
    }
    with serve(site) as server:
        assert crawl(server, tmp_path) == tmp_path / "manifest.csv"
        assert server.paths()[0] == "/robots.txt"
        assert sorted(server.paths()) == sorted(
            {*site, RESERVATIONS, "/gone.png"} - {"/private/b.png"}
        )
        assert early_requests(server.log, DELAY) == []
    assert statuses(tmp_path) == {
        "/a.png": "ok",
        "/copy.png": "duplicate",
        "/gone.png": "failed http",
        "/private/b.png": "denied robots",
        "/text.png": "rejected not-an-image",
    }
    row = rows(tmp_path)["/a.png"]
    assert (row["label"], row["alt"], row["page_url"]) == ("rose", "a rose", server.url("/"))
    assert (tmp_path / row["path"]).read_bytes() == RED
    assert rows(tmp_path)["/copy.png"]["path"] == row["path"]


def test_a_finished_crawl_does_nothing(tmp_path: Path) -> None:
    with serve({"/": page(image("/a.png")), "/a.png": RED}) as server:
        crawl(server, tmp_path)
        asked = len(server.log)
        manifest = (tmp_path / "manifest.csv").read_bytes()
        crawl(server, tmp_path)
        assert len(server.log) == asked
        assert (tmp_path / "manifest.csv").read_bytes() == manifest


def test_another_configuration_goes_on_and_asks_only_what_is_new(tmp_path: Path) -> None:
    site: dict[str, Body] = {
        "/": page(link("/two"), image("/a.png")),
        "/two": page(image("/b.png")),
    }
    with serve({**site, "/a.png": RED, "/b.png": BLUE}) as server:
        crawl(server, tmp_path, max_pages=1)
        assert list(rows(tmp_path)) == ["/a.png"]
        crawl(server, tmp_path, max_pages=9)
        assert list(rows(tmp_path)) == ["/a.png", "/b.png"]
        first, then = ["/robots.txt", "/", RESERVATIONS, "/a.png"], ["/two", "/b.png"]
        assert server.paths() == first + then


def test_only_links_below_the_folder_of_the_seed_are_followed(tmp_path: Path) -> None:
    site: dict[str, Body] = {
        "/roses/": page(link("/tulips/"), link("more"), link("/roses/secret/x")),
        "/roses/more": page(image("/anywhere.png")),
        "/anywhere.png": RED,
    }
    with serve(site) as server:
        source = Source(
            label="rose", seeds=(server.url("/roses/"),), exclude=(server.url("/roses/secret/"),)
        )
        crawl(server, tmp_path, source)
        pages = ["/roses/", "/roses/more"]
        assert server.paths() == ["/robots.txt", *pages, RESERVATIONS, "/anywhere.png"]


def test_images_may_be_confined_to_prefixes(tmp_path: Path) -> None:
    site: dict[str, Body] = {"/": page(image("/in/a.png"), image("/out/b.png")), "/in/a.png": RED}
    with serve(site) as server:
        source = Source(label="x", seeds=(server.url("/"),), images=(server.url("/in/"),))
        crawl(server, tmp_path, source)
    assert statuses(tmp_path) == {"/in/a.png": "ok"}


def test_a_link_named_like_an_image_is_what_its_answer_says(tmp_path: Path) -> None:
    site: dict[str, Body] = {
        "/": page(link("/full.jpg"), link("/about.jpg"), image("/about2.jpg")),
        "/full.jpg": picture("red", kind="JPEG"),
        "/about.jpg": page(image("/big.png")),
        "/about2.jpg": page(image("/never.png")),
        "/big.png": BLUE,
    }
    with serve(site) as server:
        crawl(server, tmp_path)
        assert sorted(server.paths()) == [
            "/",
            RESERVATIONS,
            "/about.jpg",
            "/about2.jpg",
            "/big.png",
            "/full.jpg",
            "/robots.txt",
        ]
    assert statuses(tmp_path) == {
        "/about2.jpg": "rejected not-an-image",
        "/big.png": "ok",
        "/full.jpg": "ok",
    }
    found = {
        row["url"].rsplit("/", 1)[1]: row["attribute"] for row in table(tmp_path / "found.csv")
    }
    assert found == {"full.jpg": "href", "about2.jpg": "src", "big.png": "src"}


def test_alternatives_are_told_but_only_one_is_fetched(tmp_path: Path) -> None:
    several = '<img src="/s.png" srcset="/s.png 100w, /m.png 600w, /l.png 2000w">'
    with serve({"/": page(several), "/m.png": RED}) as server:
        crawl(server, tmp_path)
        assert server.paths() == ["/robots.txt", "/", RESERVATIONS, "/m.png"]
    found = table(tmp_path / "found.csv")
    assert {row["url"].rsplit("/", 1)[1]: row["chosen"] for row in found} == {
        "l.png": "0",
        "m.png": "1",
        "s.png": "0",
    }
    assert len({(row["page_url"], row["position"]) for row in found}) == 1


class TestRedirects:
    """Each hop is a request of its own."""

    def test_a_page_counts_under_its_final_address(self, tmp_path: Path) -> None:
        site: dict[str, Body] = {
            "/": page(link("/old")),
            "/old": Answer("", 301, {"Location": "/new/"}),
            "/new/": page(image("a.png")),
            "/new/a.png": RED,
        }
        with serve(site) as server:
            crawl(server, tmp_path)
            assert rows(tmp_path)["/new/a.png"]["page_url"] == server.url("/new/")

    def test_a_seed_may_redirect_to_where_its_pages_are(self, tmp_path: Path) -> None:
        site: dict[str, Body] = {
            "/roses/": Answer("", 301, {"Location": "/flowers/roses/"}),
            "/flowers/roses/": page(link("two"), link("/flowers/tulips")),
            "/flowers/roses/two": page(image("a.png")),
            "/flowers/roses/a.png": RED,
        }
        with serve(site) as server:
            crawl(server, tmp_path, Source(label="rose", seeds=(server.url("/roses/"),)))
        assert statuses(tmp_path) == {"/flowers/roses/a.png": "ok"}

    def test_images_that_redirect_to_one_are_fetched_once(self, tmp_path: Path) -> None:
        to = Answer("", 302, {"Location": "/real.png"})
        site: dict[str, Body] = {
            "/": page(image("/1.png"), image("/2.png")),
            "/1.png": to,
            "/2.png": to,
        }
        with serve({**site, "/real.png": RED}) as server:
            crawl(server, tmp_path)
            assert server.paths().count("/real.png") == 1
            assert rows(tmp_path)["/1.png"]["final_url"] == server.url("/real.png")
        assert statuses(tmp_path) == {"/1.png": "ok", "/2.png": "duplicate"}

    def test_five_hops_are_followed_and_six_are_not(self, tmp_path: Path) -> None:
        site: dict[str, Body] = {"/": page(image("/h6.png"), image("/loop.png"))}
        for hop in range(1, 7):
            site[f"/h{hop}.png"] = Answer("", 302, {"Location": f"/h{hop - 1}.png"})
        site |= {"/h0.png": RED, "/loop.png": Answer("", 302, {"Location": "/loop.png"})}
        with serve(site) as server:
            crawl(server, tmp_path / "six")
            site["/"] = page(image("/h6.png"), image("/h5.png"))
            crawl(server, tmp_path / "five")
        assert statuses(tmp_path / "six") == {
            "/h6.png": "failed redirect",
            "/loop.png": "failed redirect",
        }
        assert statuses(tmp_path / "five") == {"/h5.png": "ok", "/h6.png": "failed redirect"}

    def test_a_hop_is_asked_of_the_robots_txt_of_its_own_host(self, tmp_path: Path) -> None:
        with serve({}, hosts=LOOPBACK) as server:
            server.site = {
                "/": page(image("/a.png")),
                "/a.png": Answer("", 302, {"Location": server.url("/b.png", "127.0.0.2")}),
                "127.0.0.2/robots.txt": "User-agent: *\nDisallow: /",
            }
            crawl(server, tmp_path)
            assert server.paths("127.0.0.2") == ["/robots.txt"]
        assert statuses(tmp_path) == {"/a.png": "denied robots"}

    def test_a_hop_to_a_private_host_that_is_not_allowed_is_not_taken(self, tmp_path: Path) -> None:
        with serve({}, hosts=LOOPBACK) as server:
            server.site = {
                "/": page(image("/a.png")),
                "/a.png": Answer("", 302, {"Location": server.url("/b.png", "127.0.0.2")}),
            }
            crawl(server, tmp_path, allow_private=("127.0.0.1",))
            assert server.paths("127.0.0.2") == []
        assert statuses(tmp_path) == {"/a.png": "denied private-address"}


class TestPoliteness:
    """What servers ask for."""

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_a_robots_txt_that_fails_closes_the_host(self, tmp_path: Path, status: int) -> None:
        with serve({}, hosts=LOOPBACK) as server:
            server.site = {
                "127.0.0.1/": page(image(server.url("/a.png", "127.0.0.2"))),
                "127.0.0.2/robots.txt": Answer("", status, {"Retry-After": "0"}),
                "/a.png": RED,
            }
            crawl(server, tmp_path)
            assert server.paths("127.0.0.2") == ["/robots.txt"] * 2  # tries
        assert statuses(tmp_path) == {"/a.png": "denied robots"}

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
    def test_a_host_without_robots_txt_is_open(self, tmp_path: Path, status: int) -> None:
        site: dict[str, Body] = {
            "/robots.txt": Answer("", status),
            "/": page(image("/a.png")),
            "/a.png": RED,
        }
        with serve(site) as server:
            crawl(server, tmp_path)
        assert statuses(tmp_path) == {"/a.png": "ok"}

    def test_a_robots_txt_that_redirects_for_ever_closes_the_host(self, tmp_path: Path) -> None:
        site: dict[str, Body] = {
            "/robots.txt": Answer("", 302, {"Location": "/robots.txt"}),
            "/": page(),
        }
        with serve(site) as server:
            with pytest.raises(CrawlerError, match=r"robots\.txt cannot be read"):
                crawl(server, tmp_path)
            assert server.paths() == ["/robots.txt"] * 6

    def test_a_robots_txt_may_be_on_another_host(self, tmp_path: Path) -> None:
        with serve({}, hosts=LOOPBACK) as server:
            server.site = {
                "127.0.0.1/robots.txt": Answer(
                    "", 301, {"Location": server.url("/r", "127.0.0.2")}
                ),
                "127.0.0.2/r": "User-agent: *\nDisallow: /private",
                "127.0.0.1/": page(image("/private.png"), image("/a.png")),
                "127.0.0.1/a.png": RED,
            }
            crawl(server, tmp_path)
            assert server.paths() == ["/robots.txt", "/", RESERVATIONS, "/a.png"]
        assert statuses(tmp_path) == {"/a.png": "ok", "/private.png": "denied robots"}

    def test_crawl_delay_is_kept(self, tmp_path: Path) -> None:
        site: dict[str, Body] = {
            "/robots.txt": "User-agent: flowers-study\nCrawl-delay: 0.2",
            "/": page(image("/a.png"), image("/b.png")),
            "/a.png": RED,
            "/b.png": BLUE,
        }
        with serve(site) as server:
            crawl(server, tmp_path)
            assert early_requests(server.log, 0.2) == []
        assert {row["rule"] for row in table(tmp_path / "requests.csv")[1:]} == {"crawl-delay"}

    def test_a_busy_host_is_asked_again_when_it_says_so(self, tmp_path: Path) -> None:
        answers: Iterator[Body] = iter([Answer("", 503, {"Retry-After": "1"}), RED])
        site: dict[str, Body] = {"/robots.txt": "", "/": page(image("/a.png"))}

        def busy(method: str, host: str, path: str, headers: object) -> Body:
            return next(answers) if path == "/a.png" else site.get(path)

        with serve(busy) as server:
            crawl(server, tmp_path)
            first, second = server.log[-2:]
            assert second.start - first.end >= 1.0
        assert statuses(tmp_path) == {"/a.png": "ok"}
        assert table(tmp_path / "requests.csv")[-1]["rule"] == "retry-after"

    def test_a_page_that_is_not_there_is_not_asked_again(self, tmp_path: Path) -> None:
        with serve({"/": page(image("/a.png"))}) as server:
            crawl(server, tmp_path, tries=5)
            assert server.paths().count("/a.png") == 1

    def test_too_much_patience_ends_the_crawl_which_then_goes_on(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        site: dict[str, Body] = {
            "/": page(image("/a.png"), image("/b.png")),
            "/a.png": Answer("", 503, {"Retry-After": "2"}),
            "/b.png": BLUE,
        }
        with serve(site) as server:
            crawl(server, tmp_path, max_wait=1.0)
            assert statuses(tmp_path) == {}
            assert f"127.0.0.1:{server.port} asks for patience for another 2 s" in caplog.text
            site["/a.png"] = RED
            crawl(server, tmp_path, max_wait=3.0)
            last = [each for each in server.log if each.path == "/a.png"]
            assert last[1].start - last[0].end >= 2.0
        assert statuses(tmp_path) == {"/a.png": "ok", "/b.png": "ok"}

    def test_an_opt_out_in_the_answer_is_obeyed(self, tmp_path: Path) -> None:
        site: dict[str, Body] = {
            "/": page(image("/a.png")),
            "/a.png": Answer(RED, 200, {"X-Robots-Tag": "noindex, NoAI"}),
        }
        with serve(site) as server:
            crawl(server, tmp_path)
        assert statuses(tmp_path) == {"/a.png": "denied optout"}
        assert rows(tmp_path)["/a.png"]["optout"] == "X-Robots-Tag: noai"
        assert not list((tmp_path / "images").rglob("*.png"))


class TestSources:
    """Several at once."""

    def test_a_page_that_two_sources_reach_is_fetched_once_and_counts_for_both(
        self, tmp_path: Path
    ) -> None:
        site: dict[str, Body] = {
            "/a/": page(link("/shared")),
            "/b/": page(link("/more")),
            "/more": page(link("/shared")),
            "/shared": page(image("/x.png", "both")),
            "/x.png": RED,
        }
        with serve(site) as server:
            everywhere = (server.url("/"),)
            tulip = Source(label="tulip", seeds=(server.url("/a/"),), follow=everywhere)
            rose = Source(label="rose", seeds=(server.url("/b/"),), follow=everywhere)
            crawl(server, tmp_path, tulip, rose)
            assert server.paths().count("/shared") == 1
        row = rows(tmp_path)["/x.png"]
        assert (row["label"], row["labels"]) == ("tulip", "rose|tulip")
        depths = {(row["source"], row["depth"]) for row in table(tmp_path / "found.csv")}
        assert depths == {("0", "1"), ("1", "2")}

    def test_budgets_end_a_source_and_are_told(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        pictures = [f"/{n}.png" for n in range(5)]
        site: dict[str, Body] = {"/": page(*map(image, pictures)), **dict.fromkeys(pictures, RED)}
        with serve(site) as server:
            crawl(server, tmp_path, max_images=3)
            assert server.paths() == ["/robots.txt", "/", RESERVATIONS, *pictures[:3]]
        assert len(rows(tmp_path)) == 3
        assert "source 0 has more images of rose than max_images" in caplog.text

    def test_pages_named_like_images_take_no_room_in_the_budget_of_images(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        abouts = [f"/about{n}.jpg" for n in range(4)]
        site: dict[str, Body] = {"/": page(*map(link, abouts)), "/a.png": RED, "/b.png": BLUE}
        site |= dict.fromkeys(abouts, page())
        site["/about2.jpg"] = page(image("/a.png"))
        site["/about3.jpg"] = page(image("/b.png"))
        with serve(site) as server:
            crawl(server, tmp_path, max_images=2)
        assert statuses(tmp_path) == {"/a.png": "ok", "/b.png": "ok"}
        assert "max_images" not in caplog.text

    def test_sources_take_turns_at_a_host(self, tmp_path: Path) -> None:
        site: dict[str, Body] = {}
        for name in "a", "b":
            site[f"/{name}/"] = page(*(image(f"{n}.png") for n in range(3)))
        with serve(site) as server:
            crawl(server, tmp_path, *(Source(label=n, seeds=(server.url(f"/{n}/"),)) for n in "ab"))
            pages, images = ["/a/", "/b/"], [f"/{name}/{n}.png" for n in range(3) for name in "ab"]
            assert server.paths() == ["/robots.txt", *pages, RESERVATIONS, *images]

    def test_a_list_names_images_and_their_labels(self, tmp_path: Path) -> None:
        with serve({"/a.png": RED, "/b.png": BLUE}) as server:
            names = tmp_path / "urls.csv"
            names.write_text(
                "url,label,page_url,licence,creator\r\n"
                f"{server.url('/b.png')},薔薇,https://example.org/b,CC0,花子\r\n"
                f"{server.url('/a.png')},,,,\r\n",
                encoding="utf-8",
            )
            crawl(server, tmp_path / "out", Source(label="rose", list=str(names)))
        first, second = rows(tmp_path / "out").values()
        assert (first["label"], first["page_url"]) == ("rose", "")
        assert (second["label"], second["licence"]) == ("薔薇", "CC0")
        assert second["creator"] == "花子"
        assert second["page_url"] == "https://example.org/b"

    def test_a_pattern_reads_labels_from_addresses(self, tmp_path: Path) -> None:
        site: dict[str, Body] = {
            "/": page(link("/gallery/%E8%96%94%E8%96%87/")),
            "/gallery/%E8%96%94%E8%96%87/": page(image("/a.png")),
            "/a.png": RED,
        }
        with serve(site) as server:
            pattern = "/gallery/(?P<label>[^/]+)/"
            crawl(server, tmp_path, Source(label_pattern=pattern, seeds=(server.url("/"),)))
        assert rows(tmp_path)["/a.png"]["label"] == "薔薇"

    def test_only_the_selected_part_of_a_page_counts(self, tmp_path: Path) -> None:
        site: dict[str, Body] = {
            "/": page(image("/ad.png"), "<main>", image("/a.png"), "</main>"),
            "/a.png": RED,
        }
        with serve(site) as server:
            crawl(server, tmp_path, Source(label="x", seeds=(server.url("/"),), select="main"))
        assert statuses(tmp_path) == {"/a.png": "ok"}


class TestFailures:
    """Crawls that cannot go well."""

    def test_a_crawl_without_any_seed_fails_and_may_be_tried_again(self, tmp_path: Path) -> None:
        site: dict[str, Body] = {}
        with serve(site) as server:
            with pytest.raises(CrawlerError, match=r"no seed could be fetched.*answered 404"):
                crawl(server, tmp_path)
            site |= {"/": page(image("/a.png")), "/a.png": RED}
            crawl(server, tmp_path)
        assert statuses(tmp_path) == {"/a.png": "ok"}

    def test_a_host_that_is_not_there_is_one_clear_sentence(self, tmp_path: Path) -> None:
        with serve({}) as server:
            pass
        with pytest.raises(CrawlerError, match="the connection failed"):
            crawl(server, tmp_path, tries=1)

    def test_images_of_a_host_that_is_not_there_are_failures(self, tmp_path: Path) -> None:
        site: dict[str, Body] = {"/": page(image("http://nobody.invalid/a.png"))}
        with serve(site) as server:
            crawl(server, tmp_path, tries=1)
        assert statuses(tmp_path) == {"/a.png": "failed dns"}

    def test_an_image_with_a_limit_passed_is_rejected(self, tmp_path: Path) -> None:
        site: dict[str, Body] = {
            "/": page(image("/long.png"), image("/small.png"), image("/wide.png")),
            "/long.png": RED + bytes(5000),
            "/small.png": picture("red", 4),
            "/wide.png": picture("red", 50),
        }
        with serve(site) as server:
            crawl(server, tmp_path, max_bytes=5000, min_side=5, max_pixels=2000)
        assert statuses(tmp_path) == {
            "/long.png": "rejected too-large",
            "/small.png": "rejected too-small",
            "/wide.png": "rejected bomb",
        }


def test_the_table_of_requests_has_every_request(tmp_path: Path) -> None:
    with serve({"/": page(image("/a.png")), "/a.png": RED}) as server:
        crawl(server, tmp_path)
        asked = [(row["kind"], row["url"]) for row in table(tmp_path / "requests.csv")]
        assert asked == [
            ("robots", server.url("/robots.txt")),
            ("page", server.url("/")),
            ("tdmrep", server.url(RESERVATIONS)),
            ("image", server.url("/a.png")),
        ]


def test_a_host_that_is_slow_to_answer_holds_up_no_other(tmp_path: Path) -> None:
    fast_was_asked = threading.Event()
    with serve({}, hosts=LOOPBACK) as server:
        slow, fast = server.url("/slow.png", "127.0.0.2"), server.url("/fast.png", "127.0.0.3")

        def site(method: str, host: str, path: str, headers: object) -> Body:
            if path == "/fast.png":
                fast_was_asked.set()
            if path == "/slow.png":
                assert fast_was_asked.wait(4.0)
            pages: dict[str, Body] = {"/": page(image(slow), image(fast))}
            return (pages | {"/slow.png": RED, "/fast.png": BLUE}).get(path)

        server.site = site
        crawl(server, tmp_path)
    assert statuses(tmp_path) == {"/fast.png": "ok", "/slow.png": "ok"}
