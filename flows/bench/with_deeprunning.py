"""The gallery crawled by us: as `deeprunning crawl` does it, with everything it records and fsync.

The settings are those of a user with hosts of his own: a short delay, no budget in the way.
"""

from pathlib import Path
from urllib.parse import urlsplit

import crawler
from flows.bench.gallery import HOSTS, PAGES
from flows.bench.terms import AGENT, DELAY, PATIENCE

NO_BUDGET = 1_000_000


def crawl(seed: str, out: Path) -> None:
    """Follow the pages from `seed`; write images and manifest into `out`."""
    config = crawler.CrawlConfig(
        user_agent=AGENT,
        delay=DELAY,
        deadline=PATIENCE,
        max_pages=NO_BUDGET,
        max_images=NO_BUDGET,
        allow_private=HOSTS,
    )
    source = crawler.Source(
        label_pattern="/(?:class|photo|full)/(?P<label>[^/]+)/",
        seeds=(seed,),
        follow=tuple(f"http://{host}:{urlsplit(seed).port}/" for host in PAGES),
    )
    crawler.run(config, [source], out)
