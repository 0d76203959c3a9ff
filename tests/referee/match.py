"""One match: a web of hosts in one process, a crawl in another, kills, and the verdict."""

import csv
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.referee.judge import Asked, Breach, Life, judge
from tests.referee.world import AGENT, DELAY, TRIES, Host, hosts

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Match:
    """What came of it."""

    out: Path  # of the crawl
    hosts: Sequence[Host]
    log: Sequence[Asked]
    lives: Sequence[Life]
    breaches: Sequence[Breach]

    @property
    def kills(self) -> int:
        return sum(life.was_killed for life in self.lives)

    @property
    def seconds(self) -> float:
        return self.lives[-1].end - self.lives[0].start

    @property
    def unrecorded(self) -> Counter[tuple[str, str]]:
        """Host and path of what the servers saw and the records of the crawl do not show."""
        with (self.out / "requests.csv").open(newline="", encoding="utf-8") as file:
            urls = [urlsplit(row["url"]) for row in csv.DictReader(file)]
        recorded = Counter((str(url.hostname), url.path) for url in urls)
        return Counter((asked.host, asked.path) for asked in self.log) - recorded

    def told(self) -> str:
        """The figures in one sentence."""
        kinds = Counter(breach.kind for breach in self.breaches)
        names = ("early", "overlapping", "forbidden", "robots not first", "asked twice")
        counts = ", ".join(f"{name} {kinds[name]}" for name in names)
        tls = sum(host.proof != "" for host in self.hosts)
        busy = sum(asked.is_busy for asked in self.log)
        return (
            f"{len(self.log)} requests to {len(self.hosts)} hosts ({tls} over TLS) "
            f"in {self.seconds:.0f} s, {busy} answered 429 or 5xx, "
            f"killed {self.kills} times: {counts}"
        )


def play(folder: Path, *, count: int, seconds: float, kills: Sequence[float], seed: int) -> Match:
    """Crawl so many hosts for about so many seconds; kill each process after its seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    web, out = hosts(count, seconds, seed), folder / "crawl"
    with _web_of(folder, count, seconds, seed) as port:
        config = folder / "crawl.toml"
        config.write_text(_config(web, port, folder / "ca.pem"), encoding="utf-8")
        lives = list(_lives(config, out, kills))
    rows = json.loads((folder / "log.json").read_text(encoding="utf-8"))
    log = [Asked(**row) for row in rows]
    return Match(out, web, log, lives, judge(log, web, lives))


@contextmanager
def _web_of(folder: Path, count: int, seconds: float, seed: int) -> Iterator[int]:
    """The process of the server while the block runs; gives its port. Then its log is there."""
    words = [sys.executable, "-m", "tests.referee.server", str(count), str(seconds), str(seed)]
    pipe = subprocess.PIPE
    process = subprocess.Popen([*words, str(folder)], cwd=REPOSITORY, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.stdout.close()
        assert process.wait(60) == 0


def _lives(config: Path, out: Path, kills: Sequence[float]) -> Iterator[Life]:
    """Each process of the crawl: some that are killed, and the last that comes to the end."""
    words = [sys.executable, "-m", "crawler", str(config), "--out", str(out)]
    for seconds in (*kills, None):
        start = time.monotonic()
        process = subprocess.Popen(words, cwd=REPOSITORY, stdout=subprocess.DEVNULL)
        with suppress(subprocess.TimeoutExpired):
            assert process.wait(seconds) == 0
            yield Life(start, time.monotonic(), was_killed=False)
            return
        process.kill()
        process.wait()
        yield Life(start, time.monotonic(), was_killed=True)


def kill_times(count: int, longest: float, seed: int) -> list[float]:
    """Seconds from a start to its kill, so many times."""
    chance = random.Random(seed)
    return [chance.uniform(0.5, longest) for _ in range(count)]


def _config(web: Sequence[Host], port: int, ca_file: Path) -> str:
    """The [crawl] table of a configuration file; JSON's texts and lists are TOML's, too."""
    seeds = [f"http{'s' * bool(host.proof)}://{host.name}:{port}/" for host in web]
    crawl = {
        "user_agent": AGENT,
        "delay": DELAY,
        "tries": TRIES,
        "max_images": 1_000_000,
        "allow_private": [host.name for host in web],
        "ca_file": str(ca_file),
    }
    source = {"label": "red", "seeds": seeds, "follow": seeds}
    lines = [
        "[crawl]",
        *(f"{key} = {json.dumps(value)}" for key, value in crawl.items()),
        "[[crawl.sources]]",
        *(f"{key} = {json.dumps(value)}" for key, value in source.items()),
    ]
    return "\n".join(lines) + "\n"
