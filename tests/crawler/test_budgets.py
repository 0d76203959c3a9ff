"""What max_images counts: images, and not the pages whose addresses end like one."""

import logging
from pathlib import Path

import pytest

from tests.crawler.crawling import crawl, image, link, page, picture, statuses
from tests.server import Body, serve

COLOURS = ("red", "green", "blue", "white")


def gallery(photos: int) -> dict[str, Body]:
    """Photo pages under the names of images, as many collections have them."""
    names = [f"{number}.png" for number in range(photos)]
    site: dict[str, Body] = {"/": page(*(link(f"/photo/{name}") for name in names))}
    for name, colour in zip(names, COLOURS, strict=False):
        site[f"/photo/{name}"] = page(image(f"/full/{name}"))
        site[f"/full/{name}"] = picture(colour)
    return site


def test_a_page_under_the_name_of_an_image_leaves_room_for_images(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serve(gallery(4)) as server, caplog.at_level(logging.WARNING):
        crawl(server, tmp_path, delay=0.0, max_images=4)
    assert statuses(tmp_path) == {f"/full/{number}.png": "ok" for number in range(4)}
    assert caplog.messages == []


def test_a_budget_that_ends_something_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serve(gallery(4)) as server, caplog.at_level(logging.WARNING):
        crawl(server, tmp_path, delay=0.0, max_images=2)
    assert list(statuses(tmp_path).values()) == ["ok", "ok"]
    assert "more images of rose than max_images" in caplog.text


def test_a_resumed_crawl_counts_as_the_one_before(tmp_path: Path) -> None:
    site = gallery(4)
    with serve(site) as server:
        crawl(server, tmp_path, delay=0.0, max_images=4)
        site["/"] = page(*(link(f"/photo/{n}.png") for n in range(4)), image("/full/more.png"))
        site["/full/more.png"] = picture("black")
        crawl(server, tmp_path, delay=0.0, max_images=5, refresh=True)
    assert len(statuses(tmp_path)) == 5
