"""A whole crawl of a host that means harm: every attack ends in time, with its row."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.config import Source
from tests.crawler.crawling import crawl, table
from tests.crawler.hostile import LONG, attacks, outcomes, site
from tests.server import serve

DEADLINE = 1.0  # seconds


def test_every_attack_ends_in_time_with_its_row(tmp_path: Path) -> None:
    out = tmp_path / "crawl"
    with serve({}) as server:
        chosen = [a for name, a in attacks(server.port).items() if name not in LONG]
        server.site = site(*chosen)
        limits: dict[str, Any] = {"deadline": DEADLINE, "tries": 1, "max_bytes": 5_000_000}
        sitemaps = tuple(server.url(attack.sitemap) for attack in chosen if attack.sitemap)
        source = Source(label="rose", seeds=(server.url("/"),), sitemaps=sitemaps)
        crawl(server, out, source, delay=0.0, allow_private=["127.0.0.1"], **limits)
        # A host that never ends its headers could as well be beyond a network that went away.
        assert [server.paths().count(path) for path in ("/a.png", "/b.png", "/c.png")] == [2, 1, 1]
    assert outcomes(out) == {path: row for attack in chosen for path, row in attack.rows.items()}
    for request in table(out / "requests.csv"):
        start, end = (datetime.fromisoformat(request[key]) for key in ("start", "end"))
        assert (end - start).total_seconds() < DEADLINE + 1.0, request
    written = [path.relative_to(out).as_posix() for path in (out / "images").rglob("*.*")]
    assert [re.fullmatch(r"images/../[0-9a-f]{64}\.png", path) is not None for path in written] == [
        True
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["crawl"]
