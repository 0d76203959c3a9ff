"""Only images that the manifest names stay."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from crawler.config import Source
from crawler.named import Named
from tests.crawler.crawling import crawl, image, page, picture, rows, statuses
from tests.server import Answer, Body, serve

RED, BLUE = picture("red"), picture("blue")
NO = {"X-Robots-Tag": "noai"}


def site() -> dict[str, Body]:
    shown = [image(f"/{name}.png") for name in ("red", "blue", "again")]
    return {"/": page(*shown), "/red.png": RED, "/blue.png": BLUE, "/again.png": BLUE}


def files(out: Path) -> set[str]:
    return {file.relative_to(out).as_posix() for file in (out / "images").glob("*/*")}


def named(out: Path) -> set[str]:
    return {row["path"] for row in rows(out).values() if row["path"]}


def test_an_image_that_is_withdrawn_leaves_no_file(tmp_path: Path) -> None:
    pages = site()
    with serve(pages) as server:
        crawl(server, tmp_path)
        assert files(tmp_path) == named(tmp_path)
        assert len(files(tmp_path)) == 2
        pages["/red.png"] = Answer(RED, 200, NO)
        pages["/blue.png"] = Answer(BLUE, 200, NO)
        crawl(server, tmp_path, refresh=True)
    assert statuses(tmp_path)["/red.png"] == statuses(tmp_path)["/blue.png"] == "denied optout"
    assert files(tmp_path) == named(tmp_path) == {rows(tmp_path)["/again.png"]["path"]}


def test_what_is_left_out_for_a_while_is_fetched_again(tmp_path: Path) -> None:
    with serve(site()) as server:
        crawl(server, tmp_path)
        before = rows(tmp_path)
        less = Source(label="rose", seeds=(server.url("/"),), exclude=(server.url("/red"),))
        crawl(server, tmp_path, less)
        assert len(files(tmp_path)) == 1
        asked = len(server.log)
        crawl(server, tmp_path)
        assert server.paths()[asked:] == ["/red.png"]
    assert rows(tmp_path) == before
    assert files(tmp_path) == named(tmp_path)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("place", ["before the ledger", "between", "between files"])
def test_what_a_kill_leaves_undone_is_done_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    with serve(withdrawing := Withdrawing()) as server:
        crawl(server, tmp_path)
        withdrawing.denies = True
        with monkeypatch.context() as patch:
            _kill(patch, place)
            with pytest.raises(Killed):
                crawl(server, tmp_path, refresh=True)
        assert files(tmp_path)
        assert named(tmp_path) == set()  # the manifest came first
        crawl(server, tmp_path)
    assert files(tmp_path) == set()


class Withdrawing:
    """A site whose images are free until they are not."""

    denies = False

    def __call__(self, method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        body = site().get(path)
        return Answer(body, 200, NO) if self.denies and isinstance(body, bytes) else body


def _kill(patch: pytest.MonkeyPatch, place: str) -> None:
    def die(*_: object) -> None:
        raise Killed

    if place == "before the ledger":
        patch.setattr(Named, "keep_only", die)
    elif place == "between":
        patch.setattr(Path, "glob", die)
    else:
        patch.setattr(Named, "_holds", die)


def test_a_file_of_nobody_is_removed(tmp_path: Path) -> None:
    with serve(site()) as server:
        crawl(server, tmp_path)
        stray = tmp_path / "images" / "00" / ("0" * 64 + ".png")
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(RED)
        crawl(server, tmp_path, refresh=True)
    assert files(tmp_path) == named(tmp_path)
