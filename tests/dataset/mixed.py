"""A crawl with all that a report must tell of: copies, conflicts, refusals, hostile names."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from crawler.manifest import FoundRow, ImageRow, Status, write_table
from dataset.config import DatasetConfig
from tests.dataset.copies import COPIES, jpeg, scene
from tests.dataset.pictures import encode, stored_row, write_manifest

CONFIG = DatasetConfig(size=32, quarantine=("dark", "tiny"))
HOSTILE = "javascript:alert(document.domain)"
SCRIPT = "<script>alert(1)</script>"
LABELS = {
    "rose": 30,
    "薔薇": 24,
    "وردة": 12,
    "🌻 sunflower": 6,
    SCRIPT: 5,
    'x" onerror="alert(2)': 4,
}
LICENCES = ("https://creativecommons.org/licenses/by/4.0/", "CC0 1.0", "", "© 山田")


def mixed_crawl(folder: Path) -> Path:
    """The path of its manifest."""
    rows = [*_scenes(folder), *_copies(folder), *_wrong(folder), *_refused()]
    logo = next(row for row in rows if row.url.endswith("logo.png"))
    write_table(folder / "found.csv", FoundRow, _everywhere(logo))
    return write_manifest(folder, rows)


def _scenes(folder: Path) -> Iterator[ImageRow]:
    """Pictures of all classes, from four hosts, of many sizes."""
    for number, label in enumerate(label for label, n in LABELS.items() for _ in range(n)):
        image = scene(number)
        side = (132, 60, 300, 1100)[number % 4]
        host = f"host{number % 3}.example" if label != SCRIPT else "only.example:8080"
        yield stored_row(
            folder,
            f"https://{host}/{number:03}.jpg",
            jpeg(image.resize((side + 9 * (number % 2), side))),
            label,
            page_url=f"https://{host}/{number % 17}.html",
            licence=LICENCES[number % 4],
        )


def _copies(folder: Path) -> Iterator[ImageRow]:
    """Changed copies, some under another label; equal pixels, equal bytes."""
    for number, change in enumerate(COPIES.values()):
        label = "薔薇" if number % 3 else "rose"
        url = f"https://copies.example/{number}.jpg"
        yield stored_row(folder, url, jpeg(change(scene(number * 4 + 2).resize((309, 300)))), label)
    for number in range(3):
        body = encode(scene(500 + number))
        yield stored_row(folder, f"https://a.example/{number}-1.png", body, "rose")
        yield stored_row(folder, f"https://a.example/{number}-2.png", body, "rose")
        again = encode(scene(500 + number), compress_level=1)
        yield stored_row(folder, f"https://a.example/{number}-3.png", again, "وردة")


def _wrong(folder: Path) -> Iterator[ImageRow]:
    """What is no picture, has no label or a hostile address, is furniture, dark or tiny."""
    for number in range(10):
        url = f"https://x.example/{number}?q=<b>&z=\"'"
        yield stored_row(folder, url, b"<html>%d" % number, "وردة")
        yield stored_row(folder, f"https://y.example/{number}", encode(scene(700 + number)), "")
    for number in range(14):
        dark = Image.new("RGB", (90, 90), (number, 9, 9))
        yield stored_row(folder, f"https://dark.example/{number}", encode(dark), "rose")
    tiny = scene(800).resize((20, 20))
    yield stored_row(folder, "https://tiny.example/", encode(tiny), "薔薇")
    logo = scene(900).resize((99, 99))
    yield stored_row(folder, "https://host0.example/logo.png", encode(logo), "rose")
    yield stored_row(folder, f"{HOSTILE}//1", encode(scene(901)), "rose", page_url=HOSTILE)
    long = f"https://long.example/{'a' * 3000}"
    yield stored_row(folder, long, encode(scene(902)), "rose", page_url=f"{long}.html")


def _refused() -> Iterator[ImageRow]:
    for number in range(9):
        url = f"https://gone.example/{number}.jpg"
        yield ImageRow(url=url, label="rose", status=Status.FAILED, error="http: it said 404")
    yield ImageRow(url=HOSTILE, page_url=HOSTILE, label="rose", status=Status.REJECTED)
    yield ImageRow(url="https://no.example/", status=Status.DENIED, error="robots: forbidden")


def _everywhere(logo: ImageRow) -> Iterator[FoundRow]:
    """A logo on every page of its host."""
    for number in range(20):
        page = f"https://host0.example/{number}.html"
        yield FoundRow(
            url=logo.url,
            page_url=page,
            source=0,
            label="rose",
            alt="",
            attribute="src",
            depth=0,
            position=0,
            chosen=1,
            document=page,
        )
