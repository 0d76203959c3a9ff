"""The gallery crawled by icrawler, with a parser that follows its links, and made to wait.

icrawler knows no robots.txt and no delay. The first stays as it is; for the second its session
lets one request at a time through to each host, and the delay runs from the end of the one before.
Its queues are made endless: a URL put into a full one is dropped after a second.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from icrawler import Crawler, ImageDownloader, Parser, UrlListFeeder
from icrawler.utils import CachedQueue, ProxyPool, Session

from flows.bench.gallery import HOSTS
from flows.bench.terms import AGENT, DELAY, PATIENCE

THREADS = len(HOSTS)
IDLE = 1.0  # seconds without work after which a thread of icrawler ends


class PoliteSession(Session):  # type: ignore[misc]  # unknown where it is not installed
    """One request at a time to a host, and a delay after it."""

    def __init__(self) -> None:
        super().__init__(ProxyPool())
        self.headers["User-Agent"] = AGENT
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._free: defaultdict[str, float] = defaultdict(float)  # monotonic seconds

    def get(self, url: str, **options: Any) -> Any:
        host = urlsplit(url).netloc
        with self._turns[host]:
            time.sleep(max(0.0, self._free[host] - time.monotonic()))
            try:
                return super().get(url, **options)
            finally:
                self._free[host] = time.monotonic() + DELAY


class GalleryParser(Parser):  # type: ignore[misc]  # as above
    """Follows every link; of each picture it takes the largest alternative."""

    def parse(self, response: Any, **_: Any) -> Iterator[dict[str, str] | str]:
        soup = BeautifulSoup(response.content, "lxml")  # the parser of icrawler's own crawlers
        for image in soup("img"):
            offered = str(image.get("srcset", image["src"])).split(", ")
            yield {"file_url": offered[-1].split()[0]}
        for link in soup("a"):
            yield urljoin(response.url, str(link["href"]))


class GalleryCrawler(Crawler):  # type: ignore[misc]  # as above
    """A crawler with our session and with queues that never fill."""

    def set_session(self, headers: None = None) -> None:
        self.session = PoliteSession()

    def join(self) -> None:
        """Connect feeder, parser and downloader by endless queues."""
        self.feeder.out_queue = self.parser.in_queue = CachedQueue()
        self.parser.out_queue = self.downloader.in_queue = CachedQueue()


def crawl(seed: str, out: Path) -> None:
    """Follow the pages from `seed`; write images into `out`."""
    crawler = GalleryCrawler(
        UrlListFeeder,
        GalleryParser,
        ImageDownloader,
        parser_threads=THREADS,
        downloader_threads=THREADS,
        storage={"backend": "FileSystem", "root_dir": str(out)},
        log_level=logging.ERROR,
    )
    crawler.join()
    waiting = {"queue_timeout": IDLE, "req_timeout": PATIENCE}
    crawler.crawl({"url_list": [seed]}, waiting, waiting | {"max_num": 0})
