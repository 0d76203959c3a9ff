"""Crawls of the same web are equal, whatever arrives first; and polite, however many hosts."""

import random
import time
from collections.abc import Mapping
from pathlib import Path

from crawler.cli import verify_main
from crawler.config import Source
from tests.crawler.crawling import DELAY, crawl, image, link, page, picture, whole_rows
from tests.server import Answer, Body, Server, early_requests, serve

HOSTS = tuple(f"127.0.0.{n}" for n in range(1, 9))
COLOURS = ("red", "green", "blue", "gold")


def web(server: Server, seed: int) -> None:
    """Pages on eight hosts that link to each other; every answer takes its own time."""
    shape, times = random.Random(0), random.Random(seed)
    site: dict[str, Body] = {}
    for number in range(24):
        others = [shape.randrange(24) for _ in range(3)]
        parts = [link(server.url(f"/p{other}", HOSTS[other % 8])) for other in others]
        for _ in range(2):
            name, owner = shape.randrange(30), shape.choice(HOSTS)
            parts.append(image(server.url(f"/i{name}.png", owner), f"{number}"))
        site[f"/p{number}"] = page(*parts)
    for name in range(30):
        site[f"/i{name}.png"] = picture(shape.choice(COLOURS))
    site["/i3.png"] = None
    site["/i4.png"] = Answer("", 302, {"Location": server.url("/i5.png", HOSTS[7])})
    site["127.0.0.4/robots.txt"] = "User-agent: *\nDisallow: /i"
    site["127.0.0.5/robots.txt"] = "User-agent: *\nCrawl-delay: 0.06"

    def answer(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        time.sleep(times.random() * 0.02)
        return site.get(host + path, site.get(path))

    server.site = answer


def test_a_manifest_does_not_depend_on_what_arrives_first(tmp_path: Path) -> None:
    with serve({}, hosts=HOSTS) as server:
        home = tuple(server.url("/p", host) for host in HOSTS)
        sources = [
            Source(label="rose", seeds=(server.url("/p1", HOSTS[1]),), follow=home),
            Source(label="tulip", seeds=(server.url("/p2", HOSTS[2]),), follow=home),
        ]
        found = []
        for seed in 1, 2, 3:
            server.log.clear()
            web(server, seed)
            out = tmp_path / str(seed)
            crawl(server, out, *sources, allow_private=HOSTS)
            found.append((whole_rows(out), (out / "found.csv").read_bytes()))
            assert early_requests(server.log, DELAY) == []
            assert verify_main([str(out)]) == 0
    assert found[0] == found[1] == found[2]
    statuses = {row["status"] for row in found[0][0]}
    assert statuses == {"ok", "duplicate", "denied", "failed"}
