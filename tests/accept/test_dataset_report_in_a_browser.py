"""The report of a dataset in a real browser: light and dark, on a phone and on a desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from dataset import run
from tests.accept.browser import CHROMIUM, Page, browser
from tests.dataset.mixed import CONFIG, LABELS, mixed_crawl

pytestmark = [
    pytest.mark.accept,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]

FIGURES = Path(__file__).parents[2] / "accept"

# Texts whose contrast is below 4.5, by the formula of WCAG 2.1, success criterion 1.4.3.
FAINT = """(() => {
  const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (colour) => {
    const linear = numbers(colour).slice(0, 3).map((level) => {
      const part = level / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if ((numbers(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [];
  let seen = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim()) continue;
    seen += 1;
    const two = [getComputedStyle(element).color, behind(element)].map(light).sort((a, b) => a - b);
    if ((two[1] + 0.05) / (two[0] + 0.05) < 4.5) faint.push(walker.currentNode.data);
  }
  return { faint, seen };
})()"""

UNLOADED = "[...document.images].filter((one) => !(one.complete && one.naturalWidth)).length"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile")) as page:
        for domain in "Network", "Log", "Runtime":
            page.call(f"{domain}.enable")
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
    page.events.clear()
    page.open(report.as_uri(), dark=dark, width=width)
    assert page.ask("document.documentElement.scrollWidth <= innerWidth")
    page.wait(f"document.images.length > 100 && {UNLOADED} === 0")
    contrast = page.ask(FAINT)
    assert contrast["faint"] == []
    assert contrast["seen"] > 500
    path = FIGURES / f"dataset-report-{'dark' if dark else 'light'}-{width}.png"
    page.photograph(path)
    corner = Image.open(path).convert("L").getpixel((2, 890))
    assert isinstance(corner, int)
    assert (corner < 128) == dark
    page.photograph_whole(path.with_stem(f"{path.stem}-whole"))
    assert complaints(page) == []
    assert asked(page) == {report.as_uri()}


def complaints(page: Page) -> list[str]:
    """What the browser's console shows."""
    methods = {"Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"}
    return [str(event) for event in page.events if event["method"] in methods]


def asked(page: Page) -> set[str]:
    """Every address the browser asked for anything, but for what the page holds itself."""
    sent = [event for event in page.events if event["method"] == "Network.requestWillBeSent"]
    urls = {str(event["params"]["request"]["url"]) for event in sent}
    return {url for url in urls if not url.startswith("data:")}


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
