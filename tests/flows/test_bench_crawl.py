"""`deeprunning bench crawl`: a table whose counts are true, and who is missing from it."""

import csv
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from flows import cli
from flows.bench import contenders
from flows.bench.contenders import ICRAWLER, OURS, SCRAPY, Contender
from flows.bench.drawn import drawn
from flows.bench.errors import BenchError
from flows.bench.gallery import HOSTS
from flows.bench.installed import INSTALL
from flows.bench.measure import Measured, measure
from flows.bench.table import ratio, row_of
from flows.demo.site import CLASSES
from tests.test_help import CODE, HEAVY

A_CLASS = 2
PHOTOS = A_CLASS * len(CLASSES) + 1
ROBOTS, FRONT = 4, 1  # a robots.txt a host
REQUESTS = ROBOTS + FRONT + len(CLASSES) + 2 * PHOTOS
RESERVATIONS = 2  # a tdmrep.json a host of images, which we alone ask for
NOBODY = Contender("Nobody", "no-such-distribution", "flows.bench.nobody", contenders.files)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A handful of drawings, one of them under two names."""
    folder = drawn(tmp_path / "photos", A_CLASS)
    shutil.copy(folder / "fish" / "0000.jpg", folder / "fish" / "again.jpg")
    return folder


def test_the_table_says_what_the_server_saw_and_who_is_missing(
    photos: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(contenders, "CONTENDERS", (OURS, NOBODY))
    out = tmp_path / "bench"
    argv = ["bench", "crawl", "--photos", str(photos), "--runs", "2", "--out", str(out)]
    assert cli.main(argv) == 0
    said = capsys.readouterr()
    header, ours, conditions = said.out.splitlines()
    assert header.startswith("program ")
    assert ours.startswith(f"deeprunning {OURS.version}  {PHOTOS} of {PHOTOS}  ")
    assert f"photos: {PHOTOS}, hosts: 4, delay: 0.005 s, runs: 2 " in conditions
    assert f"Nobody is not installed and left out: {INSTALL}\n" in said.err
    with (out / "crawl.csv").open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    counts = {"stored": PHOTOS, "photos": PHOTOS, "requests": REQUESTS + RESERVATIONS, "runs": 2}
    faults = {"double": 0, "early": 0, "forbidden": 0}
    assert {name: int(row[name]) for name in counts | faults} == counts | faults
    assert sum(map(int, row["a_host"].split("+"))) == REQUESTS + RESERVATIONS
    assert float(row["wall_seconds"]) > 0 < float(row["cpu_seconds"])
    assert sorted(path.name for path in out.iterdir()) == ["crawl.csv", "deeprunning.log"]


@pytest.mark.parametrize("peer", [SCRAPY, ICRAWLER], ids=lambda peer: peer.name)
def test_a_peer_stores_the_same_photos(peer: Contender, photos: Path, tmp_path: Path) -> None:
    if peer.version is None:
        pytest.skip(f"{peer.name} is not installed: {INSTALL}")
    measured = measure(peer, photos, tmp_path)
    assert measured.stored == PHOTOS
    assert measured.counts["double"] == 0
    asked = sum(measured.counts[host] for host in measured.counts if host.startswith("127."))
    without_robots = REQUESTS - ROBOTS + measured.counts["forbidden"]
    assert asked == (without_robots if peer is ICRAWLER else REQUESTS)


def test_of_counts_the_worst_and_of_times_the_median_is_shown() -> None:
    counts = dict.fromkeys([*HOSTS, "double", "early", "forbidden"], 5)
    first = Measured(stored=10, counts=counts, wall=1.0, cpu=3.0, peak=None)
    runs = [
        replace(first, counts=counts | {"early": 7}),
        replace(first, stored=8, wall=9.0, cpu=1.0),
        replace(first, wall=2.0, cpu=2.0),
    ]
    row = row_of(OURS, runs, photos=10)
    assert (row.stored, row.early, row.requests, row.peak_mib) == (8, 7, 20, None)
    assert (row.wall_seconds, row.cpu_seconds, row.cpu_seconds_per_1000_images) == (2.0, 2.0, 200.0)
    other = replace(row, program=SCRAPY.name, cpu_seconds_per_1000_images=250.0)
    assert ratio([row, other], OURS, SCRAPY).endswith("deeprunning / Scrapy: 0.80")
    assert ratio([row], OURS, SCRAPY) == ""


def test_a_contender_that_fails_is_told_with_its_log(photos: Path, tmp_path: Path) -> None:
    broken = Contender("Broken", "deeprunning", "flows.bench.terms", contenders.files)
    with pytest.raises(BenchError, match=r"status 1; its log is .*Broken\.log"):
        measure(broken, photos, tmp_path)
    assert "has no attribute 'crawl'" in (tmp_path / "Broken.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--photos", "nowhere"], "no such file or folder: nowhere"),
        (["--photos", "."], "has no images; give a folder with one sub-folder a class"),
        (["--runs", "0"], "--runs must be at least 1, got 0"),
    ],
)
def test_wrong_input_is_told_in_one_sentence(
    argv: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["bench", "crawl", *argv, "--out", "bench"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("deeprunning bench crawl: ")
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_a_mistyped_bench_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bench", "crwl"]) == 2
    assert "no such bench: crwl; did you mean crawl?" in capsys.readouterr().err


def test_help_of_the_bench_imports_nothing_heavy() -> None:
    command = [sys.executable, "-c", CODE, "flows", "bench", "crawl"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("usage: deeprunning bench crawl")
    assert not {*HEAVY, "scrapy", "icrawler", "psutil"} & set(json.loads(done.stderr))
