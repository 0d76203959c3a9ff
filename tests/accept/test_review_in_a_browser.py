"""A review with the keyboard alone and with the mouse, in a real browser."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from dataset import DatasetConfig, run
from dataset.cleaning.decisions import read_decisions
from dataset.review.page import asset
from dataset.review.server import Desk, ReviewServer
from dataset.review.serving import Review, prepare
from tests.accept.browser import CHROMIUM, CONTROL, SHIFT, Page, browser
from tests.dataset.pictures import folder_of

pytestmark = [
    pytest.mark.accept,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]

FIGURES = Path(__file__).parents[2] / "accept"
LABELS = ("<i>&amp;", "rose", "وردة", "薔薇")
# More than ten classes, so that some numbers begin like others.
CLASSES = {label: range(50 * n, 50 * n + 12) for n, label in enumerate(LABELS)}
CLASSES |= {f"z{n}": range(50 * n, 50 * n + 3) for n in range(10, 18)}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def review(tmp_path: Path) -> Review:
    photos = folder_of(tmp_path / "写真", CLASSES)
    (photos / "rose" / "twin.png").write_bytes((photos / "薔薇" / "150.png").read_bytes())
    return prepare(run(DatasetConfig(size=8), [photos], tmp_path / "out").parent)


@pytest.fixture
def address(review: Review) -> Iterator[str]:
    served = Desk(
        page=review.page,
        script=asset("review.js"),
        image=review.image,
        samples=review.cards.keys(),
        decide=review.decide,
    )
    with ReviewServer(served) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.address
        server.shutdown()
        thread.join()


def saved(page: Page, review: Review) -> list[tuple[str, str]]:
    """What is on disk when all that was sent has been answered, in the order of the cards."""
    page.call("Runtime.evaluate", expression="sending", awaitPromise=True)
    found = read_decisions(review.folder)
    return [(found[c].decision, found[c].label) for c in review.cards if c in found]


def test_keys_alone_judge_and_undo(page: Page, review: Review, address: str) -> None:
    page.open(address)
    first, second, third, fourth, *_ = (card.row for card in review.cards.values())
    page.press("w", "k")
    assert saved(page, review) == [("wrong", ""), ("keep", second.label)]
    page.press("3")  # no other number begins so
    page.press("1")  # 10, 11 and 12 do
    page.press("2", "Enter")
    labels = review.labels()
    kept = [
        ("keep" if row.label == labels[n] else "label", labels[n])
        for row, n in ((third, 2), (fourth, 11))
    ]
    assert saved(page, review)[2:] == kept
    page.press("u")
    assert saved(page, review)[2:] == kept[:1]
    page.press("z", modifiers=CONTROL)
    page.press("u", "u", "u")
    assert saved(page, review) == []
    assert page.ask("current.dataset.id") == first.sha256
    assert page.ask("document.getElementById('count').textContent").startswith("0 of ")


def test_no_key_is_lost_however_fast_they_come(page: Page, review: Review, address: str) -> None:
    page.open(address)
    keys = ["wk"[n % 2] for n in range(len(review.cards))]
    page.press(*keys)
    assert saved(page, review) == [
        ("wrong", "") if key == "w" else ("keep", card.row.label)
        for key, card in zip(keys, review.cards.values(), strict=True)
    ]


def test_a_label_is_typed_in_any_script_and_a_new_one_twice(
    page: Page, review: Review, address: str
) -> None:
    page.open(address)
    page.press("l")
    page.write("وردة")
    page.press("Enter")
    page.press("l")
    page.write(" 新しい  花 ")
    page.press("Enter")
    assert len(saved(page, review)) == 1
    assert "no class is called 新しい 花 yet" in page.ask("$('said').textContent")
    page.press("Enter")
    assert saved(page, review)[1] == ("label", "新しい 花")
    page.press("l")
    page.write("rose")
    page.press("Escape", "w")
    assert saved(page, review)[2] == ("wrong", "")


def test_what_was_judged_is_there_after_loading_again(
    page: Page, review: Review, address: str
) -> None:
    page.open(address)
    page.press("w", "w", "k")
    saved(page, review)
    page.open(address)
    assert page.ask("$('count').textContent") == f"3 of {len(review.cards)} judged"
    assert page.ask("cards.indexOf(current)") == 3
    page.press("ArrowLeft", "u")  # nothing to undo in a page that was just opened
    assert len(saved(page, review)) == 3


def test_arrows_move_by_cards_and_rows(page: Page, review: Review, address: str) -> None:
    page.open(address)
    row = page.ask("cards.filter((card) => card.offsetTop === cards[0].offsetTop).length")
    page.press("ArrowRight", "ArrowDown")
    assert page.ask("cards.indexOf(current)") == row + 1
    page.press("ArrowUp", "ArrowLeft", "ArrowLeft", "ArrowUp")
    assert page.ask("cards.indexOf(current)") == 0
    assert page.ask("document.activeElement === current")


def test_a_class_alone_is_kept_at_once(page: Page, review: Review, address: str) -> None:
    page.open(address)
    page.ask("filter('rose')")
    number = page.ask("shown().length")
    page.press("w")
    page.ask("select(shown().at(-1))")
    page.press("K", modifiers=SHIFT)
    decided = saved(page, review)
    assert sorted(decided) == [*[("keep", "rose")] * (number - 1), ("wrong", "")]
    page.press("u")
    assert saved(page, review) == [("wrong", "")]


def test_the_mouse_judges_too(page: Page, review: Review, address: str) -> None:
    page.open(address)
    page.ask("cards[2].querySelector('[data-do=wrong]').click()")
    page.ask("cards[4].querySelector('[data-do=keep]').click()")
    assert [decision for decision, _ in saved(page, review)] == ["wrong", "keep"]


def test_what_could_not_be_saved_is_told_and_taken_back(
    page: Page, review: Review, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.open(address)
    (review.folder / "decisions.csv").mkdir()
    page.press("w")
    page.wait("$('error').textContent")
    assert "not saved: the disk refused" in page.ask("$('error').textContent")
    assert page.ask("cards.filter((card) => card.dataset.decision).length") == 0


def test_labels_are_text(page: Page, review: Review, address: str) -> None:
    page.open(address)
    names = page.ask("[...document.querySelectorAll('.name')].map((e) => e.textContent)")
    assert set(names) == set(CLASSES)
    assert page.ask("document.querySelectorAll('i').length") == 0
    images = "[...document.images].filter((image) => image.complete && image.naturalWidth)"
    page.wait(f"{images}.length > 5")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", ["review", "leaflet"])
def test_pages_fit_the_screen(
    page: Page, review: Review, address: str, name: str, width: int, *, dark: bool
) -> None:
    url = address if name == "review" else (review.folder / "review.html").as_uri()
    page.open(url, dark=dark, width=width)
    assert page.ask("document.documentElement.scrollWidth <= innerWidth")
    path = FIGURES / f"{name}-{'dark' if dark else 'light'}-{width}.png"
    page.photograph(path)
    corner = Image.open(path).convert("L").getpixel((2, 890))
    assert isinstance(corner, int)
    assert (corner < 128) == dark
