"""Lists at full size: 100,000 addresses on 200 hosts over a kill -9, and a million lines."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from crawler.cli import verify_main
from tests.crawler.crawling import AGENT, picture, table
from tests.crawler.measured import COMMAND, measured
from tests.server import Body, Server, serve

pytestmark = [
    pytest.mark.accept,
    pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc"),
]

HOSTS = [f"127.0.0.{number}" for number in range(1, 201)]
ADDRESSES = 100_000
KILLED_AFTER = 30_000  # requests
MOST = 150.0  # MiB
LINES = 1_000_000
MORE = 6.0  # MiB, for ten times as many lines

PICTURES = [picture(f"#{number:02x}8040", 8) for number in range(256)]


def answer(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
    name = path.rpartition("/")[2]
    return PICTURES[int(name[:-4]) % 256] if name.endswith(".png") else None


def written(folder: Path, lines: Iterable[str], *keys: str) -> list[str]:
    """A list and its configuration, and the words of the command."""
    config, urls = folder / "crawl.toml", folder / "urls.csv"
    with urls.open("w", encoding="utf-8") as file:
        file.write("url,label,licence,creator\n")
        file.writelines(lines)
    hosts = ", ".join(f'"{host}"' for host in HOSTS)
    settings = [f'user_agent = "{AGENT}"', f"allow_private = [{hosts}]", *keys]
    source = f'[[crawl.sources]]\nlist = "{urls}"\n'
    config.write_text("[crawl]\n" + "\n".join(settings) + f"\n{source}", encoding="utf-8")
    return [str(config), "--out", str(folder / "crawl")]


def line(server: Server, number: int) -> str:
    url = server.url(f"/photos/{number}.png", HOSTS[number % len(HOSTS)])
    return f"{url},class {number % 20},CC BY 4.0,Photographer {number % 999}\n"


def killed(words: list[str], server: Server) -> float:
    """Crawl until KILLED_AFTER requests were answered, then kill -9; return the peak so far."""
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, *words], stdout=subprocess.DEVNULL
    ) as process:
        while len(server.log) < KILLED_AFTER:
            assert process.poll() is None
            time.sleep(0.05)
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        os.kill(process.pid, signal.SIGKILL)
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def test_a_long_list_over_many_hosts_is_crawled_politely_over_a_kill(tmp_path: Path) -> None:
    with serve(answer, hosts=HOSTS) as server:
        lines = (line(server, number) for number in range(ADDRESSES))
        words = written(tmp_path, lines, "delay = 0.2", "max_images = 10000")
        begun = time.monotonic()
        before = killed(words, server)
        after = measured(words)
        seconds = time.monotonic() - begun
        asked = Counter((exchange.host, exchange.path) for exchange in server.log)
    rows = table(tmp_path / "crawl" / "manifest.csv")
    again = Counter(host for host, _ in (key for key, count in asked.items() if count > 1))
    print(
        f"{len(rows)} rows, {sum(asked.values())} requests to {len(HOSTS)} hosts in {seconds:.0f} s"
        f", asked twice {sum(again.values())}, peak {before:.1f} and {after.peak:.1f} MiB"
    )
    assert {row["status"] for row in rows} == {"ok", "duplicate"}
    assert len(rows) == ADDRESSES
    assert rows[0]["licence"] == "CC BY 4.0"
    assert max(asked.values()) <= 2
    assert max(again.values(), default=0) <= 1
    assert verify_main([str(tmp_path / "crawl")]) == 0
    assert max(before, after.peak) < MOST


def test_a_million_lines_take_no_more_memory_than_a_tenth_of_them(tmp_path: Path) -> None:
    peaks = []
    with serve(answer, hosts=HOSTS) as server:
        for count in LINES // 10, LINES:
            folder = tmp_path / str(count)
            folder.mkdir()
            lines = (line(server, number) for number in range(count))
            took = measured(written(folder, lines, "delay = 0", "max_images = 5"))
            assert len(table(folder / "crawl" / "manifest.csv")) == 20 * 5
            print(f"{count:,} lines: {took.seconds:.0f} s, peak {took.peak:.1f} MiB")
            peaks.append(took.peak)
    assert peaks[1] < peaks[0] + MORE
