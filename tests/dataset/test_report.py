import csv
import re
from collections import Counter
from pathlib import Path

from PIL import Image, ImageChops

from dataset import DatasetConfig, run
from dataset.reporting.sheet import _caption, _fitting, _font
from tests.dataset.pictures import folder_of

CONFIG = DatasetConfig(size=8)


def drawn(label: str) -> Image.Image:
    sheet = Image.new("RGB", (200, 72), "white")
    _caption(sheet, 0, label, {"train": 1, "val": 1, "test": 1})
    return sheet


def test_labels_are_drawn_in_japanese_greek_and_cyrillic() -> None:
    """A font without the letters would draw the same box for each of them."""
    for one, other in (("薔薇", "牡丹"), ("ぁ", "ヰ"), ("ρόδο", "λουλ"), ("роза", "мака")):
        assert ImageChops.difference(drawn(one), drawn(other)).getbbox() is not None


def test_a_long_label_ends_where_the_pictures_begin() -> None:
    text = _fitting("a very long label that no caption has room for", _font(20))
    assert text.endswith("…")
    assert _font(20).getlength(text) <= 192


def test_the_sheet_has_a_row_a_class(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "photos", {"a": range(5), "b": range(9), "薔薇": range(20)})
    out = run(CONFIG, [folder], tmp_path / "out").parent
    with Image.open(out / "contact_sheet.png") as sheet:
        assert sheet.height == 3 * 76 + 4


def test_the_numbers_of_the_report_are_those_of_the_tables(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "photos", {"<b>": range(5), "薔薇": range(20, 40)})
    (folder / "薔薇" / "broken.png").write_bytes(b"nothing")
    (folder / "薔薇" / "twin.png").write_bytes((folder / "<b>" / "1.png").read_bytes())
    out = run(CONFIG, [folder], tmp_path / "out").parent
    page = (out / "report.html").read_text(encoding="utf-8")
    with (out / "samples.csv").open(encoding="utf-8", newline="") as file:
        counts = Counter((row["label"], row["split"]) for row in csv.DictReader(file))
    assert "27 inputs = 25 samples + 2 in quarantine" in page
    for label, shown in (("<b>", "&lt;b&gt;"), ("薔薇", "薔薇")):
        cells = re.search(f"<td>{shown}</td>(.*?)</tr>", page)
        assert cells is not None
        train, val, test, whole = re.findall(r"<td>(\d+)", cells[1])
        found = {"train": int(train), "val": int(val), "test": int(test)}
        assert found == {split: counts[label, split] for split in found}
        assert int(whole) == sum(found.values())
    for reason in "not-an-image", "duplicate-bytes":
        assert f"<td>{reason}</td><td>1</td>" in page
    assert "<td>&lt;b&gt;|薔薇</td><td>&lt;b&gt;</td>" in page


def test_the_report_needs_nothing_beside_it(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "photos", {"a": range(5), "b": range(9, 14)})
    out = run(CONFIG, [folder], tmp_path / "out").parent
    page = (out / "report.html").read_text(encoding="utf-8")
    assert re.findall(r'(?:src|href)="(?!data:)', page) == []
    assert "<b>" not in page
