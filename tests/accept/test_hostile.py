"""Each attack of a hostile host alone: it costs a bounded time and a bounded part of the memory."""

import sys
from pathlib import Path

import pytest

from tests.crawler.crawling import AGENT
from tests.crawler.hostile import attacks, outcomes, site
from tests.crawler.measured import Measured, measured
from tests.server import serve

pytestmark = [
    pytest.mark.accept,
    pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc"),
]

DEADLINE = 8.0  # seconds
MORE = 64.0  # MiB


def attacked(name: str, out: Path) -> Measured:
    """Crawl one attack by the command; its rows are checked."""
    with serve({}) as server:
        attack = attacks(server.port)[name]
        server.site = site(attack)
        limits = ["--delay", "0", "--deadline", str(DEADLINE), "--tries", "1"]
        words = [server.url("/"), "--label", "x", "--user-agent", AGENT, "--out", str(out)]
        if attack.sitemap:
            words += ["--sitemaps", server.url(attack.sitemap)]
        figures = measured([*words, *limits, "--allow-private", "127.0.0.1"])
    assert outcomes(out) == attack.rows
    return figures


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """A crawl of a page with one image that does no harm."""
    return attacked("nothing", tmp_path_factory.mktemp("idle") / "crawl")


@pytest.mark.parametrize("name", sorted(set(attacks(0)) - {"nothing"}))
def test_an_attack_ends_by_its_deadline_in_bounded_memory(
    name: str, idle: Measured, tmp_path: Path
) -> None:
    figures = attacked(name, tmp_path / "crawl")
    seconds, more = figures.seconds - idle.seconds, figures.peak - idle.peak
    print(f"{name}: {seconds:.1f} s and {more:.1f} MiB more than {idle.peak:.0f} MiB")
    waits = 2 * DEADLINE + 1.0 if "header" in name else DEADLINE  # asked twice, a second apart
    assert seconds < waits + 1.0
    assert more < MORE
