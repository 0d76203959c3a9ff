"""The pages of a model in a real browser: light and dark, on a phone and on a desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

import nn
from nn.evaluate import evaluate_main
from tests.accept.browser import CHROMIUM, Page
from tests.accept.readable import check_readable, watched
from tests.nn.snapshot import make_config, make_snapshot

pytestmark = [
    pytest.mark.accept,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with watched(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of a training, and the evaluation of its model on what it learned from."""
    folder = tmp_path_factory.mktemp("模型")
    snapshot = make_snapshot(folder)
    model = nn.run(make_config(folder), snapshot, folder / "model")
    status = evaluate_main(
        [str(model), str(snapshot), "--split", "train", "--out", str(folder / "evaluation")]
    )
    assert status == 0
    return {
        "report": model.with_name("report.html"),
        "evaluation": folder / "evaluation" / "evaluation.html",
    }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", ["report", "evaluation"])
def test_a_page_is_readable_on_any_screen(
    page: Page, pages: dict[str, Path], name: str, width: int, *, dark: bool
) -> None:
    check_readable(page, pages[name], f"model-{name}", dark=dark, width=width, images=5, texts=80)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_paper_of_a_picture_has_the_colour_of_its_card(
    page: Page, pages: dict[str, Path], tmp_path: Path, *, dark: bool
) -> None:
    """Pictures are drawn on white; on the page neither white nor black paper is seen."""
    page.open(pages["report"].as_uri(), dark=dark)
    box = page.ask(
        "(({ x, y }) => [x, y])(document.querySelector('.plot').getBoundingClientRect())"
    )
    page.photograph(tmp_path / "shot.png")
    shot = Image.open(tmp_path / "shot.png").convert("RGB")
    x, y = map(int, box)
    card, paper = shot.getpixel((x + 8, y + 40)), shot.getpixel((x + 24, y + 40))
    assert isinstance(card, tuple)
    assert isinstance(paper, tuple)
    assert max(abs(a - b) for a, b in zip(card, paper, strict=True)) <= 2


@pytest.mark.parametrize("name", ["report", "evaluation"])
def test_names_are_text_of_their_own_direction(
    page: Page, pages: dict[str, Path], name: str
) -> None:
    page.open(pages[name].as_uri())
    names = page.ask("[...document.querySelectorAll('th bdi')].map((one) => one.textContent)")
    assert names == ["bar", "spot", "薔薇"]
    assert page.ask("document.querySelectorAll('script').length") == 0
