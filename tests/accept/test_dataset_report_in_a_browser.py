"""The report of a dataset in a real browser: light and dark, on a phone and on a desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset import run
from tests.accept.browser import CHROMIUM, Page
from tests.accept.readable import check_readable, watched
from tests.dataset.mixed import CONFIG, LABELS, mixed_crawl

pytestmark = [
    pytest.mark.accept,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with watched(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("報告")
    return run(CONFIG, [mixed_crawl(folder / "crawl")], folder / "out").with_name("report.html")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390], ids=["desktop", "phone"])
def test_the_report_is_readable_on_any_screen(
    page: Page, report: Path, width: int, *, dark: bool
) -> None:
    check_readable(page, report, "dataset-report", dark=dark, width=width, images=100, texts=500)


def test_the_contents_lead_to_every_section(page: Page, report: Path) -> None:
    page.open(report.as_uri())
    for place in range(page.ask("document.querySelectorAll('nav a').length")):
        page.ask(f"document.querySelectorAll('nav a')[{place}].click()")
        assert page.ask("document.querySelector(':target > h2').textContent")
    assert page.ask("document.querySelectorAll('section').length") == place + 1


def test_labels_are_text_of_their_own_direction(page: Page, report: Path) -> None:
    page.open(report.as_uri())
    names = page.ask("[...document.querySelectorAll('#samples b')].map((one) => one.textContent)")
    assert set(names) == set(LABELS)
    assert page.ask("document.querySelectorAll('script').length") == 0


def test_what_does_not_fit_a_phone_is_reached_by_the_keyboard(page: Page, report: Path) -> None:
    page.open(report.as_uri(), width=390)
    wide = "[...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > innerWidth)"
    assert page.ask(f"{wide}.length") > 0
    assert page.ask(f"{wide}.every((one) => one.tabIndex === 0)")
