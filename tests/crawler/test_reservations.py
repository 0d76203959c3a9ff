"""What hosts reserve in their tdmrep.json: how it is read, and what a crawl asks them for then."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import stage
from crawler.cli import verify_main
from crawler.config import Source
from crawler.events import Event, RequestEnded
from crawler.permission.tdmrep import MOST_RULES, SIGNAL, Reservations
from tests.crawler.crawling import (
    LOOPBACK,
    RESERVATIONS,
    crawl,
    image,
    page,
    picture,
    rows,
    settings,
    statuses,
    table,
)
from tests.crawler.killed import command, finish
from tests.killing import Moment, killed_at
from tests.server import Answer, Body, serve

# How it is read.


def reserved(entries: Any, path: str = "/a.png") -> bool:
    """Whether a file with these entries reserves a path."""
    signal = Reservations(json.dumps(entries).encode()).signal(f"https://a.example{path}")
    assert signal in {"", "tdmrep.json: tdm-reservation: 1"}
    return bool(signal)


def rule(location: Any, reservation: Any = 1) -> dict[str, Any]:
    return {"location": location, "tdm-reservation": reservation}


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/", "/photos/a.png"),
        ("*", "/photos/a.png"),
        ("/photos/", "/photos/a.png"),
        ("/photo", "/photos/a.png"),
        ("photos/", "/photos/a.png"),
        (" /photos/\n", "/photos/a.png"),
        ("/*/a.png", "/photos/a.png"),
        ("*.png$", "/photos/a.png"),
        ("/*.png$", "/photos/a.png"),
        ("/photos/a.png$", "/photos/a.png"),
        ("/show?id=*", "/show?id=7"),
        ("/桜/", "/%E6%A1%9C/a.png"),
        ("/%e6%a1%9c/", "/%E6%A1%9C/a.png"),
    ],
)
def test_a_location_is_the_beginning_of_a_path_and_may_have_wildcards(
    location: str, path: str
) -> None:
    assert reserved([rule(location)], path)


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/photos/", "/a.png"),
        ("/photos/", "/other/photos/a.png"),
        ("/Photos/", "/photos/a.png"),
        ("/*.png$", "/a.png?w=512"),
        ("/a$", "/a.png"),
        ("/a\nDisallow: /", "/b.png"),
        ("/a\u2028Disallow: /", "/b.png"),
        ("/\x00", "/a.png"),
        ("https://a.example/", "/a.png"),
    ],
)
def test_a_location_reserves_nothing_else(location: str, path: str) -> None:
    assert not reserved([rule(location)], path)


def test_the_first_rule_that_matches_counts() -> None:
    free, kept = rule("/photos/free/", 0), rule("/photos/")
    assert not reserved([free, kept], "/photos/free/a.png")
    assert reserved([free, kept], "/photos/a.png")
    assert reserved([kept, free], "/photos/free/a.png")
    assert not reserved([free, kept], "/a.png")


def test_rules_that_agree_do_not_change_places_with_those_that_do_not() -> None:
    rules = [rule("/a/b/c", 0), rule("/x"), rule("/a/b", 1), rule("/a", 0), rule("/", 1)]
    assert [reserved(rules, path) for path in ("/a/b/c/d", "/a/b/d", "/a/d", "/d")] == [
        False,
        True,
        False,
        True,
    ]


def test_a_single_object_is_as_good_as_a_list_of_one() -> None:
    assert reserved(rule("/"))
    assert not reserved(rule("/photos/"))


@pytest.mark.parametrize("number", [0, 1])
def test_a_reservation_is_a_number_or_a_string(number: int) -> None:
    for reservation in number, str(number):
        assert reserved([rule("/", reservation), rule("/", 1 - number)]) == bool(number)


@pytest.mark.parametrize(
    "entry",
    [
        *(rule("/", value) for value in (True, None, 2, -1, 1.0, "", "yes", "1 ", [1], {"1": 1})),
        *(rule(value) for value in (None, "", " \n", 7, True, ["/"], {"/": "/"})),
        {"location": "/"},
        {"tdm-reservation": 1},
        {"tdm-policy": "https://a.example/terms"},
        "/",
        1,
        None,
        [rule("/")],
    ],
)
def test_anything_else_is_no_rule(entry: object) -> None:
    assert not reserved([entry])
    assert reserved([entry, rule("/")])


def test_a_file_with_too_many_rules_reserves_everything() -> None:
    many = [rule(f"/{number}/", 0) for number in range(MOST_RULES)]
    assert not reserved(many)
    assert reserved([*many, rule("/more/", 0)])
    assert not reserved([*many, "no rule"])


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"null",
        b'"tdm-reservation: 1"',
        b"1",
        b"{}",
        b"[]",
        b"tdm-reservation: 1",
        b"<!doctype html><p>not here",
        b'[{"location": "/", "tdm-reservation": 1}',
        b"[" * (2 << 20),
        b'{"location":' * 170_000,
        b"[" * (1 << 20) + b"]" * (1 << 20),
        b"[%s]" % (b"1" * 10_000),
        b"\xff\xff\xff",
        picture("red"),
    ],
    ids=lambda text: f"{text[:12]!r} of {len(text)} bytes",
)
def test_what_is_no_such_file_reserves_nothing(text: bytes) -> None:
    assert Reservations(text).signal("https://a.example/a.png") == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_any_encoding_of_unicode_will_do(encoding: str) -> None:
    text = json.dumps([rule("/桜/")], ensure_ascii=False).encode(encoding)
    assert Reservations(text).signal("https://a.example/%E6%A1%9C/a.png") == SIGNAL


def test_half_of_a_surrogate_pair_matches_nothing() -> None:
    text = rb'[{"location": "/\ud800", "tdm-reservation": 1}]'
    assert Reservations(text).signal("https://a.example/a.png") == ""


ANY_TEXT = st.text(st.characters(exclude_categories=()))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT
ENTRIES = st.fixed_dictionaries(
    {}, optional={"location": LEAVES, "tdm-reservation": st.sampled_from([0, 1, "0", "1"]) | LEAVES}
)


@given(st.lists(ENTRIES | LEAVES) | ENTRIES | LEAVES)
def test_no_json_makes_it_fail(entries: object) -> None:
    reserved(entries, "/photos/%E6%A1%9C.png?w=1")


@given(st.binary())
def test_no_bytes_make_it_fail(text: bytes) -> None:
    assert Reservations(text).signal("https://a.example/a.png") in {"", SIGNAL}


# What a crawl asks for then.

RED, BLUE = picture("red"), picture("blue")
BUSY = {"Retry-After": "0"}  # no back-off of our own


def reserving(*locations: str) -> str:
    return json.dumps([rule(location) for location in locations])


def gallery(reservations: Body = None, robots: Body = None) -> dict[str, Body]:
    """A page with two images, one of them in a folder of its own."""
    return {
        "/robots.txt": robots,
        RESERVATIONS: reservations,
        "/": page(image("/kept/a.png"), image("/b.png")),
        "/kept/a.png": RED,
        "/b.png": BLUE,
    }


IMAGES = ["/kept/a.png", "/b.png"]
ALL = ["/robots.txt", "/", RESERVATIONS, *IMAGES]
BOTH_OK = dict.fromkeys(IMAGES, "ok")


@pytest.mark.parametrize("status", [200, 203])
def test_an_image_that_is_reserved_is_never_asked_for_and_has_its_row(
    tmp_path: Path, status: int
) -> None:
    with serve(gallery(Answer(reserving("/kept/"), status))) as server:
        crawl(server, tmp_path)
        assert server.paths() == ["/robots.txt", "/", RESERVATIONS, "/b.png"]
    assert statuses(tmp_path) == {"/kept/a.png": "denied optout", "/b.png": "ok"}
    row = rows(tmp_path)["/kept/a.png"]
    assert row["optout"] == "tdmrep.json: tdm-reservation: 1"
    assert (row["http_status"], row["sha256"], row["path"]) == ("0", "", "")
    assert rows(tmp_path)["/b.png"]["optout"] == ""
    assert len(list((tmp_path / "images").rglob("*.png"))) == 1
    assert verify_main([str(tmp_path)]) == 0


def test_the_file_of_a_host_counts_for_that_host_alone(tmp_path: Path) -> None:
    one, two = LOOPBACK[:2]
    with serve({}, hosts=LOOPBACK[:2]) as server:
        server.site = {
            "/": page(image("/a.png"), image(server.url("/b.png", two))),
            f"{two}{RESERVATIONS}": reserving("/"),
            "/a.png": RED,
            "/b.png": BLUE,
        }
        crawl(server, tmp_path)
        assert server.paths(one) == ["/robots.txt", "/", RESERVATIONS, "/a.png"]
        assert server.paths(two) == ["/robots.txt", RESERVATIONS]
    assert statuses(tmp_path) == {"/a.png": "ok", "/b.png": "denied optout"}


def test_an_image_that_redirects_to_what_is_reserved_is_denied(tmp_path: Path) -> None:
    with serve({}, hosts=LOOPBACK[:2]) as server:
        server.site = {
            "/": page(image("/a.png")),
            "/a.png": Answer("", 302, {"Location": server.url("/b.png", LOOPBACK[1])}),
            f"{LOOPBACK[1]}{RESERVATIONS}": reserving("/"),
            "/b.png": BLUE,
        }
        crawl(server, tmp_path)
        assert server.paths(LOOPBACK[1]) == ["/robots.txt", RESERVATIONS]
    assert statuses(tmp_path) == {"/a.png": "denied optout"}
    assert rows(tmp_path)["/a.png"]["optout"] == SIGNAL


def test_images_of_a_list_are_asked_for_after_it_too(tmp_path: Path) -> None:
    with serve(gallery(reserving("/kept/"))) as server:
        urls = tmp_path / "urls.csv"
        urls.write_text("\n".join(["url", *map(server.url, IMAGES)]), encoding="utf-8")
        crawl(server, tmp_path / "out", Source(label="rose", list=str(urls)))
        assert server.paths() == ["/robots.txt", RESERVATIONS, "/b.png"]
    assert statuses(tmp_path / "out") == {"/kept/a.png": "denied optout", "/b.png": "ok"}


@pytest.mark.parametrize(
    "answer",
    [
        Answer("", 204),
        *(Answer(reserving("/"), status) for status in (401, 403, 404, 410)),
        Answer(reserving("/"), 302, {"Location": "/moved.json"}),
        page("<p>There is no such page, but here are others."),
        "",
        "[" * (2 << 20),
        RED,
    ],
    ids=["204", "401", "403", "404", "410", "redirect", "HTML", "empty", "nested", "image"],
)
def test_what_is_no_file_says_nothing(tmp_path: Path, answer: Body) -> None:
    with serve(gallery(answer) | {"/moved.json": reserving("/")}) as server:
        crawl(server, tmp_path)
        assert server.paths() == ALL
    assert statuses(tmp_path) == BOTH_OK


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_file_that_is_not_given_is_tried_and_then_says_nothing(
    tmp_path: Path, status: int
) -> None:
    with serve(gallery(Answer(reserving("/"), status, BUSY))) as server:
        crawl(server, tmp_path, tries=3)
        assert server.paths() == ["/robots.txt", "/", *[RESERVATIONS] * 3, *IMAGES]
    assert statuses(tmp_path) == BOTH_OK
    assert verify_main([str(tmp_path)]) == 0


def test_a_file_that_is_given_at_last_is_obeyed(tmp_path: Path) -> None:
    site, refusals = gallery(reserving("/")), iter([Answer("", 503, BUSY)])

    def busy(method: str, host: str, path: str, headers: object) -> Body:
        return next(refusals, site[path]) if path == RESERVATIONS else site[path]

    with serve(busy) as server:
        crawl(server, tmp_path, tries=2)
        assert server.paths() == ["/robots.txt", "/", RESERVATIONS, RESERVATIONS]
    assert statuses(tmp_path) == dict.fromkeys(IMAGES, "denied optout")


def test_a_file_that_was_not_given_is_asked_for_again_with_what_is_retried(tmp_path: Path) -> None:
    site = gallery(Answer("", 503, BUSY)) | {"/b.png": Answer("", 503, BUSY)}
    with serve(site) as server:
        crawl(server, tmp_path, tries=1)
        assert statuses(tmp_path) == {"/kept/a.png": "ok", "/b.png": "failed http"}
        site |= {RESERVATIONS: reserving("/"), "/b.png": BLUE}
        server.log.clear()
        chosen = (Source(label="rose", seeds=(server.url("/"),)),)
        stage.run(settings(tries=1), chosen, tmp_path, retry="failed")
        assert server.paths() == [RESERVATIONS]
    assert statuses(tmp_path) == {"/kept/a.png": "ok", "/b.png": "denied optout"}
    assert verify_main([str(tmp_path)]) == 0


@pytest.mark.parametrize("reservations", [None, reserving("/kept/")])
def test_a_file_that_was_read_or_is_not_there_is_asked_for_once(
    tmp_path: Path, reservations: Body
) -> None:
    """In a crawl, of however many runs: here with another budget, and to try again what failed."""
    site = gallery(reservations) | {"/b.png": None}
    with serve(site) as server:
        crawl(server, tmp_path, max_images=1)
        crawl(server, tmp_path, max_images=9)
        assert statuses(tmp_path)["/b.png"] == "failed http"
        chosen = (Source(label="rose", seeds=(server.url("/"),)),)
        stage.run(settings(max_images=9), chosen, tmp_path, retry="failed")
        assert server.paths().count("/b.png") == 2
        assert server.paths().count(RESERVATIONS) == 1


@pytest.mark.parametrize("forbidden", ["/.well-known/", RESERVATIONS, "/.*.json$"])
def test_where_robots_txt_forbids_the_file_it_is_not_asked_for_and_images_are(
    tmp_path: Path, forbidden: str
) -> None:
    robots = f"User-agent: *\nDisallow: {forbidden}"
    with serve(gallery(reserving("/"), robots)) as server:
        crawl(server, tmp_path)
        assert server.paths() == ["/robots.txt", "/", *IMAGES]
    assert statuses(tmp_path) == BOTH_OK
    assert verify_main([str(tmp_path)]) == 0


@pytest.mark.parametrize(
    ("robots", "row"),
    [
        ("User-agent: *\nDisallow: /*.png", "denied robots"),
        ("User-agent: *\nContent-Signal: ai-train=no", "denied optout"),
    ],
)
def test_where_robots_txt_leaves_no_image_to_ask_for_the_file_is_not_asked_for(
    tmp_path: Path, robots: str, row: str
) -> None:
    with serve(gallery(reserving("/"), robots)) as server:
        crawl(server, tmp_path)
        assert server.paths() == ["/robots.txt", "/"]
    assert statuses(tmp_path) == dict.fromkeys(IMAGES, row)


def test_a_refresh_reads_the_file_again_and_removes_what_is_reserved_now(tmp_path: Path) -> None:
    site = gallery()
    with serve(site) as server:
        crawl(server, tmp_path)
        site[RESERVATIONS] = reserving("/kept/")
        asked = len(server.log)
        crawl(server, tmp_path, refresh=True)
        assert server.paths()[asked:] == ["/", RESERVATIONS, "/b.png"]
    assert statuses(tmp_path) == {"/kept/a.png": "denied optout", "/b.png": "ok"}
    assert changes(tmp_path) == {"/kept/a.png": "gone", "/b.png": "unchanged"}
    assert [file.read_bytes() for file in (tmp_path / "images").rglob("*.png")] == [BLUE]


def test_a_refresh_fetches_what_is_reserved_no_more(tmp_path: Path) -> None:
    site = gallery(reserving("/kept/"))
    with serve(site) as server:
        crawl(server, tmp_path)
        site[RESERVATIONS] = None
        crawl(server, tmp_path, refresh=True)
    assert statuses(tmp_path) == BOTH_OK
    assert changes(tmp_path) == {"/kept/a.png": "new", "/b.png": "unchanged"}


def changes(out: Path) -> dict[str, str]:
    return {"/" + row["url"].split("/", 3)[3]: row["change"] for row in table(out / "changes.csv")}


def until_it_is_read(events: Iterator[Event]) -> Iterator[Event]:
    for event in events:
        yield event
        if isinstance(event, RequestEnded) and event.kind == "tdmrep":
            raise KeyboardInterrupt


def test_an_interruption_after_it_was_read_does_not_ask_for_it_again(tmp_path: Path) -> None:
    with serve(gallery(reserving("/kept/"))) as server:
        chosen = (Source(label="rose", seeds=(server.url("/"),)),)
        with suppress(KeyboardInterrupt):
            stage.run(settings(), chosen, tmp_path, watch=until_it_is_read)
        assert server.paths()[:3] == ["/robots.txt", "/", RESERVATIONS]
        crawl(server, tmp_path)
        assert set(server.paths()[3:]) == {"/b.png"}
    assert statuses(tmp_path) == {"/kept/a.png": "denied optout", "/b.png": "ok"}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
@pytest.mark.parametrize(
    ("sent", "before", "after"),
    [
        (2, ["/robots.txt", "/"], [RESERVATIONS, "/b.png"]),
        (3, ["/robots.txt", "/", RESERVATIONS], ["/b.png"]),
    ],
)
def test_a_kill_before_a_request_is_sent_repeats_none_of_those_before_it(
    tmp_path: Path, sent: int, before: Sequence[str], after: Sequence[str]
) -> None:
    with serve(gallery(reserving("/kept/"))) as server:
        words = command(server, tmp_path, LOOPBACK[:1])
        assert killed_at(sent, words, [Moment.SEND])
        assert server.paths() == before
        finish(words)
        assert server.paths() == [*before, *after]
    assert statuses(tmp_path) == {"/kept/a.png": "denied optout", "/b.png": "ok"}
