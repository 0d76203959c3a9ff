"""A crawl as a user starts it, by a file and the command: what it asked for and what it tells."""

from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

from crawler.cli import crawl_main, verify_main
from tests.crawler.crawling import table
from tests.server import Server

# What is asked of a host before its first image.
TERMS = {"/robots.txt", "/.well-known/tdmrep.json"}


def crawl(server: Server, config: str, folder: Path) -> Path:
    """Crawl by a configuration, in which PORT stands for that of the server; return the results.

    The crawl must end well, be proved polite, and have written down what the server saw.
    """
    file, out = folder / "crawl.toml", folder / "crawl"
    file.write_text(config.replace("PORT", str(server.port)), encoding="utf-8")
    assert crawl_main([str(file), "--out", str(out)]) == 0
    assert verify_main([str(out)]) == 0
    seen = sorted(server.url(exchange.path, exchange.host) for exchange in server.log)
    assert sorted(row["url"] for row in table(out / "requests.csv")) == seen
    return out


def asked(server: Server) -> dict[str, set[str]]:
    """The paths, decoded, that each host was asked for, each of them once."""
    times = Counter((exchange.host, unquote(exchange.path)) for exchange in server.log)
    assert [request for request, count in times.items() if count > 1] == []
    return {host: {path for name, path in times if name == host} for host, _ in times}


def told(out: Path, *columns: str) -> dict[str, tuple[str, ...]]:
    """What these columns of the manifest say of each image, by the path of its address."""
    return {
        path_of(row["url"]): tuple(_said(row, column) for column in columns)
        for row in table(out / "manifest.csv")
    }


def found(out: Path, column: str) -> dict[str, str]:
    """What a column of found.csv says of each image that was to be fetched; see `told`."""
    rows = [row for row in table(out / "found.csv") if row["chosen"] == "1"]
    return {path_of(row["url"]): _said(row, column) for row in reversed(rows)}  # the first counts


def kinds(out: Path) -> dict[str, str]:
    """As what each address was asked, by its path."""
    return {path_of(row["url"]): row["kind"] for row in table(out / "requests.csv")}


def path_of(url: str) -> str:
    """The path of a URL and its query, decoded."""
    parts = urlsplit(url)
    return unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def _said(row: dict[str, str], column: str) -> str:
    """Of an error the word, of the address of a page the path."""
    if column == "error":
        return row[column].partition(":")[0]
    return path_of(row[column]) if column == "page_url" else row[column]
