"""Crawls that are killed and run again, and what must be true of them in the end."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from pathlib import Path

from crawler.cli import crawl_main
from crawler.ledger import Ledger
from crawler.proof.verify import breaches
from tests.crawler.crawling import AGENT, image, link, page, picture, whole_rows
from tests.killing import Moment
from tests.server import Answer, Body, Server, Site, early_requests, serve

DELAY = 0.01  # seconds
MOMENTS = tuple(each for each in Moment if not each.startswith("remove"))  # a crawl removes no file
HOSTS = ("127.0.0.1", "127.0.0.2")


def site(server: Server) -> dict[str, Body]:
    """Two hosts with a page named like an image, a redirect across, and a duplicate."""
    one, two = HOSTS
    return {
        "/robots.txt": "User-agent: *\nDisallow: /private/",
        f"{one}/": page(image("/a.png"), image("/private/b.png"), link("/about.jpg")),
        f"{one}/about.jpg": page(link("/"), image("/moved.png"), image(server.url("/d.png", two))),
        f"{one}/a.png": picture("red"),
        f"{one}/moved.png": Answer("", 302, {"Location": server.url("/c.png", two)}),
        f"{two}/c.png": picture("red"),
        f"{two}/d.png": picture("blue"),
    }


def command(server: Server, out: Path, hosts: Sequence[str] = HOSTS) -> list[str]:
    """For `tests.killing`; without its first word, for `crawl_main`."""
    flags = ["--label", "x", "--out", str(out), "--user-agent", AGENT, "--delay", str(DELAY)]
    follow = ["--follow", *(server.url("/", host) for host in hosts)]
    return ["crawler.cli:crawl_main", server.url("/"), *flags, *follow, "--allow-private", *hosts]


def finish(words: Sequence[str]) -> None:
    """Run a `command` here, to its end."""
    with redirect_stdout(StringIO()):
        assert crawl_main(words[1:]) == 0


@dataclass(frozen=True)
class Uninterrupted:
    """A crawl that nobody killed, to which others are compared."""

    server: Server
    out: Path
    asked: Counter[tuple[str, str]]  # host, path -> how often

    def assert_equal(self, out: Path, *, kills: int) -> None:
        """A crawl killed so often, and then ended, left the same, and no host has noticed."""
        assert whole_rows(out) == whole_rows(self.out)
        assert (out / "found.csv").read_bytes() == (self.out / "found.csv").read_bytes()
        assert images(out) == images(self.out)
        assert not list(out.rglob("*.part"))
        again = asked(self.server) - self.asked
        for host in {host for host, _ in again}:
            repeated = {path: count for (name, path), count in again.items() if name == host}
            assert sum(repeated.values()) <= kills, (host, repeated)
        early = early_requests(self.server.log, DELAY)
        assert early == [], early
        assert_polite(out)


@contextmanager
def uninterrupted(
    out: Path, site: Callable[[Server], Site] = site, hosts: Sequence[str] = HOSTS
) -> Iterator[Uninterrupted]:
    """Serve the site while the block runs, and crawl it once."""
    with serve({}, hosts=hosts) as server:
        server.site = site(server)
        finish(command(server, out, hosts))
        yield Uninterrupted(server, out, asked(server))


def asked(server: Server) -> Counter[tuple[str, str]]:
    return Counter((exchange.host, exchange.path) for exchange in server.log)


def images(out: Path) -> set[str]:
    """The names of all images, each of which says what is in the file."""
    files = [path for path in (out / "images").rglob("*") if path.is_file()]
    assert [sha256(path.read_bytes()).hexdigest() for path in files] == [f.stem for f in files]
    return {path.relative_to(out).as_posix() for path in files}


def assert_polite(out: Path) -> None:
    with Ledger(out / "crawl.sqlite") as ledger:
        assert list(breaches(ledger, out / "requests.csv")) == []
