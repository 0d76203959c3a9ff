"""Who is measured: what must be installed for it, its crawl, and how its images are counted."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from crawler.manifest import read_manifest
from flows.bench.installed import version_of


class Contender(NamedTuple):
    """A program that crawls the gallery."""

    name: str
    distribution: str
    module: str  # with a function crawl(seed, out)
    stored: Callable[[Path], int]  # the number of images it left in the folder `out`

    @property
    def version(self) -> str | None:
        """The installed version, or None."""
        return version_of(self.distribution)


def rows_with_a_file(out: Path) -> int:
    """Rows of our manifest whose file is there; equal photos share one."""
    rows = read_manifest(out / "manifest.csv")
    return sum(bool(row.path) and (out / row.path).is_file() for row in rows)


def files(out: Path) -> int:
    """Files anywhere in the folder that are not empty."""
    return sum(path.is_file() and path.stat().st_size > 0 for path in out.rglob("*"))


OURS = Contender("deeprunning", "deeprunning", "flows.bench.with_deeprunning", rows_with_a_file)
SCRAPY = Contender("Scrapy", "scrapy", "flows.bench.with_scrapy", files)
ICRAWLER = Contender("icrawler", "icrawler", "flows.bench.with_icrawler", files)
CONTENDERS = (OURS, SCRAPY, ICRAWLER)
