"""The gallery crawled by Scrapy and its ImagesPipeline, as polite as its settings allow.

One request in flight a host, the delay without jitter, robots.txt obeyed; no cookies, no cache, no
telnet. Scrapy counts a delay from the start of a request to the start of the next, not from the
end; that stays as it is. Its pipeline decodes every photo and writes it again as JPEG.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess

from flows.bench.gallery import HOSTS
from flows.bench.terms import AGENT, DELAY, PATIENCE


class GallerySpider(scrapy.Spider):  # type: ignore[misc]  # unknown where it is not installed
    """Follows every link; of each picture it takes the largest alternative."""

    name = "gallery"
    allowed_domains = HOSTS

    def parse(self, response: Any, **_: Any) -> Iterator[Any]:
        for image in response.css("img"):
            offered = image.attrib.get("srcset", image.attrib["src"]).split(", ")
            yield {"image_urls": [offered[-1].split()[0]]}
        yield from response.follow_all(css="a")


def crawl(seed: str, out: Path) -> None:
    """Follow the pages from `seed`; write images into `out`."""
    process = CrawlerProcess(
        {
            "USER_AGENT": AGENT,
            "ROBOTSTXT_OBEY": True,
            "DOWNLOAD_DELAY": DELAY,
            "RANDOMIZE_DOWNLOAD_DELAY": False,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "AUTOTHROTTLE_ENABLED": False,
            "DOWNLOAD_TIMEOUT": PATIENCE,
            "ITEM_PIPELINES": {"scrapy.pipelines.images.ImagesPipeline": 1},
            "IMAGES_STORE": str(out),
            "COOKIES_ENABLED": False,
            "HTTPCACHE_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
        }
    )
    process.crawl(GallerySpider, start_urls=[seed])
    process.start()
