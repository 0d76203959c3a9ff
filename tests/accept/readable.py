"""What makes a page readable on any screen, asked of a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from tests.accept.browser import Page, browser

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


@contextmanager
def watched(profile: Path) -> Iterator[Page]:
    """A browser that tells what it asks for and what it complains of."""
    with browser(profile) as page:
        for domain in "Network", "Log", "Runtime":
            page.call(f"{domain}.enable")
        yield page


def check_readable(
    page: Page, file: Path, name: str, *, dark: bool, width: int, images: int, texts: int
) -> None:
    """Open a page that has more than so many images and texts; pictures of it go to FIGURES.

    Nothing hangs over, every text has contrast, every image is there, nobody else is asked.
    """
    page.events.clear()
    page.open(file.as_uri(), dark=dark, width=width)
    assert page.ask("document.documentElement.scrollWidth <= innerWidth")
    page.wait(f"document.images.length > {images} && {UNLOADED} === 0")
    contrast = page.ask(FAINT)
    assert contrast["faint"] == []
    assert contrast["seen"] > texts
    path = FIGURES / f"{name}-{'dark' if dark else 'light'}-{width}.png"
    page.photograph(path)
    corner = Image.open(path).convert("L").getpixel((2, 890))
    assert isinstance(corner, int)
    assert (corner < 128) == dark
    page.photograph_whole(path.with_stem(f"{path.stem}-whole"))
    assert complaints(page) == []
    assert asked(page) == {file.as_uri()}


def complaints(page: Page) -> list[str]:
    """What the browser's console shows."""
    methods = {"Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"}
    return [str(event) for event in page.events if event["method"] in methods]


def asked(page: Page) -> set[str]:
    """Every address the browser asked for anything, but for what the page holds itself."""
    sent = [event for event in page.events if event["method"] == "Network.requestWillBeSent"]
    urls = {str(event["params"]["request"]["url"]) for event in sent}
    return {url for url in urls if not url.startswith("data:")}
