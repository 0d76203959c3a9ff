"""What tests of the crawl share: small images, a configuration for loopback, tables read back."""

import csv
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from crawler import stage
from crawler.config import CrawlConfig, Source
from tests.server import Answer, Server

LOOPBACK = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
AGENT = "flowers-study/1.0 (+mailto:me@example.org)"
DELAY = 0.03  # seconds
RESERVATIONS = "/.well-known/tdmrep.json"  # asked of a host before its first image


def picture(colour: str, side: int = 16, kind: str = "PNG") -> bytes:
    """The bytes of a small image of one colour."""
    file = BytesIO()
    Image.new("RGB", (side, side), colour).save(file, kind)
    return file.getvalue()


def page(*parts: str) -> Answer:
    return Answer("<!doctype html>" + "".join(parts), 200, {"Content-Type": "text/html"})


def link(url: str) -> str:
    return f'<a href="{url}">more</a>'


def image(url: str, alt: str = "") -> str:
    return f'<img src="{url}" alt="{alt}">'


def settings(**changes: Any) -> CrawlConfig:
    defaults: dict[str, Any] = {
        "user_agent": AGENT,
        "delay": DELAY,
        "deadline": 5.0,
        "allow_private": LOOPBACK,
    }
    return CrawlConfig(**defaults | changes)


def crawl(
    server: Server, out: Path, *sources: Source, refresh: bool = False, **changes: Any
) -> Path:
    """Crawl a server, from its first page where no source is given."""
    chosen = sources or (Source(label="rose", seeds=(server.url("/"),)),)
    return stage.run(settings(**changes), chosen, out, refresh=refresh)


def contents(server: Server, host: str = LOOPBACK[0]) -> list[str]:
    """The paths asked of one host, in order, but for those that are asked for its rules."""
    return [path for path in server.paths(host) if path not in {"/robots.txt", RESERVATIONS}]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def whole_rows(out: Path) -> list[dict[str, str]]:
    """The manifest without the one column in which two crawls of the same web may differ."""
    return [row for row in table(out / "manifest.csv") if row.pop("fetched_at") is not None]


def rows(out: Path) -> dict[str, dict[str, str]]:
    """The same by the path of the URL, where there is one host."""
    return {"/" + row["url"].split("/", 3)[3]: row for row in whole_rows(out)}


def statuses(out: Path) -> dict[str, str]:
    """Path of the URL -> status and, where there is one, the word of the error."""
    return {
        path: " ".join(filter(None, [row["status"], row["error"].split(":")[0]]))
        for path, row in rows(out).items()
    }
