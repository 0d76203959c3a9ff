"""A crawl killed at every boundary there is, and crawls killed a hundred times at random."""

import itertools
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from zlib import crc32

import pytest

from tests.crawler.crawling import image, link, page, picture
from tests.crawler.killed import MOMENTS, Uninterrupted, command, finish, uninterrupted
from tests.killing import Moment, killed_at, passed
from tests.server import Answer, Body, Server, Site

pytestmark = [
    pytest.mark.accept,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there"),
]

KILLS = 100
LIVES = (0.05, 3.0)  # seconds from the start of a process to its kill
LATENCY = 0.12  # seconds at most
HOSTS = [f"127.0.0.{number}" for number in range(1, 21)]


def test_a_kill_at_every_boundary_leaves_no_trace_in_the_result(tmp_path: Path) -> None:
    with uninterrupted(tmp_path / "whole") as whole:
        counts = Counter(passed(command(whole.server, tmp_path / "counted"), MOMENTS))
        assert set(counts) == set(MOMENTS)
        kills = sum(
            kill_and_go_on(whole, tmp_path / f"{moment}-{boundary}", moment, boundary)
            for moment, count in counts.items()
            for boundary in range(count)
        )
        kinds = ", ".join(f"{moment} {count}" for moment, count in counts.items())
        print(f"killed at {kills} boundaries of {counts.total()}: {kinds}")
        assert kills > 0.9 * counts.total()  # workers do not meet alike in every run


def kill_and_go_on(whole: Uninterrupted, out: Path, moment: Moment, boundary: int) -> bool:
    words = command(whole.server, out)
    whole.server.log.clear()
    was_killed = killed_at(boundary, words, [moment])
    finish(words)
    whole.assert_equal(out, kills=int(was_killed))
    return was_killed


def wide_site(server: Server) -> Site:
    """A page for each host, found one from the other, with images of its own and its neighbour.

    No answer comes at once, so that a kill finds many requests under way.
    """
    site: dict[str, Body] = {"/robots.txt": "User-agent: *\nDisallow: /private/"}
    for at, (host, after) in enumerate(zip(HOSTS, HOSTS[1:] + HOSTS[:1], strict=True)):
        names = [f"/{number}.png" for number in range(8)]
        own = [image(name) for name in [*names, "/moved.png", "/private/a.png"]]
        hers = [image(server.url(name, after)) for name in names]
        site[f"{host}/"] = page(*own, *hers, link(server.url("/", after)))
        site[f"{host}/moved.png"] = Answer("", 302, {"Location": server.url("/0.png", after)})
        for number, name in enumerate(names):  # of two hosts each, four are the same
            side = 10 + number + 10 * (at % 7) * (number >= 4)
            site[host + name] = picture("red", side)

    def answer(method: str, host: str, path: str, headers: object) -> Body:
        time.sleep(LATENCY * (crc32((host + path).encode()) % 100) / 100)
        return site.get(host + path, site.get(path))

    return answer


def test_a_hundred_kills_at_random_moments_leave_no_trace(tmp_path: Path) -> None:
    lives = random.Random(3)
    kills = 0
    with uninterrupted(tmp_path / "whole", wide_site, HOSTS) as whole:
        for crawl in itertools.count():
            out = tmp_path / str(crawl)
            whole.server.log.clear()
            killed = 0
            while kills + killed < KILLS and is_killed(lives, whole.server, out):
                killed += 1
            finish(command(whole.server, out, HOSTS))
            whole.assert_equal(out, kills=killed)
            kills += killed
            again = len(whole.server.log) - whole.asked.total()
            print(f"crawl {crawl}: killed {killed} times, {again} requests repeated")
            if kills == KILLS:
                return


def is_killed(lives: random.Random, server: Server, out: Path) -> bool:
    """Start the crawl and kill it after a while; return whether it had not come to its end."""
    words = command(server, out, HOSTS)[1:]
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler", *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _, told = process.communicate(timeout=lives.uniform(*LIVES))
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        time.sleep(2 * LATENCY)  # the server writes to nobody, and its log counts that, too
        return True
    assert process.returncode == 0, told
    return False
