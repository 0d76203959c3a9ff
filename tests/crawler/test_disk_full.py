"""A disk that fills up: one sentence, nothing lost, and the same command goes on."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.cli import crawl_main, verify_main
from crawler.errors import LedgerError
from crawler.files import stage_folder
from crawler.ledger import Ledger
from crawler.manifest import ImageRow, Status, write_table
from tests.crawler.crawling import AGENT, LOOPBACK, image, page, picture, whole_rows
from tests.server import Body, Server, serve

KIB = 1 << 10
COLOURS = ("red", "green", "blue", "white", "black", "pink")
NO_SPACE = "No space left on device"

linux = pytest.mark.skipif(sys.platform != "linux", reason="mounts a small disk as Linux does")


def bulky(colour: str) -> bytes:
    """A small image in a file of 40 KiB."""
    return picture(colour, 64, "BMP") + bytes(28 * KIB)


SITE: dict[str, Body] = {
    "/": page(*(image(f"/{colour}.bmp", "x" * 5000) for colour in COLOURS)),
    **{f"/{colour}.bmp": bulky(colour) for colour in COLOURS},
}


@contextmanager
def disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes, mounted in the folder."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a disk can be mounted by root alone")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def leave(folder: Path, room: int) -> Path:
    """Fill the disk of a folder but for so many bytes; return the file that does it."""
    ballast = folder / "ballast"
    state = os.statvfs(folder)
    ballast.write_bytes(bytes(max(state.f_bavail * state.f_frsize - room, 0)))
    return ballast


def words(server: Server, out: Path) -> list[str]:
    flags = ["--label", "x", "--out", str(out), "--user-agent", AGENT, "--delay", "0"]
    return [server.url("/"), *flags, "--allow-private", *LOOPBACK]


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(SITE) as server:
        yield server


@linux
def test_wherever_the_disk_becomes_full_the_crawl_tells_and_goes_on_when_there_is_room(
    server: Server, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """More and more room at the start, so that everything that is written meets the end of it."""
    assert crawl_main(words(server, tmp_path / "whole")) == 0
    whole, told, status = whole_rows(tmp_path / "whole"), set(), 1
    with disk(tmp_path / "disk", 2000 * KIB) as small:
        for out in (small / str(room) for room in range(0, 1200, 44)):
            out.mkdir()
            ballast = leave(small, int(out.name) * KIB)
            capfd.readouterr()
            status = crawl_main(words(server, out))
            said = capfd.readouterr()
            ballast.unlink()
            if status == 0:
                break
            *_, last = said.err.splitlines()
            assert (status, said.out) == (1, "")
            assert last.startswith(f"deeprunning crawl: {out}")
            assert NO_SPACE in last
            assert "Traceback" not in said.err
            told.add(last.partition(str(out))[2][:7])
            assert crawl_main(words(server, out)) == 0
            assert whole_rows(out) == whole
            assert not list(out.rglob(".*.part"))
            assert verify_main([str(out)]) == 0
            shutil.rmtree(out)
    assert status == 0  # at last there was room from the beginning
    assert told >= {"/images", f": {NO_SPACE}"[:7]}  # in a file, and in the ledger


@linux
def test_a_table_for_which_there_is_no_room_stays_as_it_was(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 200 * KIB) as small:
        path, parts = small / "manifest.csv", small / "images"
        write_table(
            path, ImageRow, [ImageRow(url="https://a/1.png", status=Status.OK)], parts=parts
        )
        before = path.read_bytes()
        leave(small, 8 * KIB)
        rows = (ImageRow(url=f"https://a/{n}.png", status=Status.OK) for n in range(10_000))
        with pytest.raises(OSError, match=NO_SPACE) as caught:
            write_table(path, ImageRow, rows, parts=parts)
        assert caught.value.filename == str(path)
        assert path.read_bytes() == before
        assert list(parts.iterdir()) == []


@linux
def test_a_record_of_the_stage_for_which_there_is_no_room_is_told(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 200 * KIB) as small, stage_folder(small / "out") as folder:
        folder.write({"stage": "crawl"})
        ballast = leave(small, 4 * KIB)
        with pytest.raises(OSError, match=NO_SPACE) as caught:
            folder.write({"config": "x" * 100_000})
        assert caught.value.filename == str(small / "out" / "stage.json")
        assert folder.record is None  # torn, which is as good as never written
        ballast.unlink()
        folder.write({"config": "x" * 100_000})
        assert folder.record == {"config": "x" * 100_000}


@linux
def test_a_ledger_that_cannot_even_be_made_is_told_with_its_folder(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 200 * KIB) as small:
        leave(small, 0)
        with pytest.raises(LedgerError, match=f"^{small}: {NO_SPACE}"):
            Ledger(small / "crawl.sqlite")
