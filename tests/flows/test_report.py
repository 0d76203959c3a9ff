"""The report stands on small files of every stage, and on nothing outside itself."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from crawler import ImageRow, Status
from crawler.manifest import write_table
from dataset.tables import QuarantineRow, SampleRow
from flows import facts, report
from tests.flows.shapes import png

HOSTILE = '<script>alert("x")</script>'
EPOCHS = "epoch,loss,val_loss,val_accuracy,val_balanced_accuracy,seconds\n1,2,2,0.5,0.5,60\n"
REQUESTS = "host,start,end,bytes,delay\na.example,2026-11-23T10:00:00Z,2026-11-23T10:00:01Z,9,1\n"
SCORES = {"loss": 0.5, "accuracy": 0.75, "balanced_accuracy": 0.7, "macro_f1": None}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder as `run` leaves it: four images of 丸 and box in the test split, one mistaken."""
    folder = tmp_path / "花 garden"
    labels = ["丸", "丸", "box", HOSTILE]
    for n in range(len(labels)):
        path = folder / "crawl" / f"images/{n}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png("box", np.random.default_rng(n)))
    write_table(folder / "crawl" / "manifest.csv", ImageRow, images(labels))
    (folder / "crawl" / "requests.csv").write_text(REQUESTS, encoding="utf-8")
    write_table(folder / "dataset" / "samples.csv", SampleRow, samples(labels))
    write_table(folder / "dataset" / "quarantine.csv", QuarantineRow, [])
    Image.new("RGB", (8, 8)).save(folder / "dataset" / "contact_sheet.png")
    write_model(folder / "model", labels)
    return folder


def images(labels: list[str]) -> list[ImageRow]:
    rows = [
        ImageRow(url=f"http://a.example/{n}.png", label=label, status=Status.OK)
        for n, label in enumerate(labels)
    ]
    failed = ImageRow(
        url="http://b.example/x.png", label="box", status=Status.FAILED, error="http: it said 404"
    )
    return [*rows, failed]


def samples(labels: list[str]) -> list[SampleRow]:
    return [
        SampleRow(
            sha256=str(n),
            pixels="",
            labels=label,
            label=label,
            split="test",
            group="",
            shard="",
            row=n,
            page_url="javascript:alert(1)" if n else "http://a.example/page?a=1&b=2",
            path=f"images/{n}.png",
        )
        for n, label in enumerate(labels)
    ]


def write_model(model: Path, labels: list[str]) -> None:
    model.mkdir()
    with (model / "predictions.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["sample", "label", "predicted", "probability"])
        writer.writerows([n, label, "丸", 0.5 + n / 10] for n, label in enumerate(labels))
    (model / "history.csv").write_text(EPOCHS, encoding="utf-8")
    row = {"label": "丸", "precision": 1.0, "recall": 0.5, "f1": 0.66, "support": 2}
    metrics = {"test": SCORES, "classes": [row]}
    (model / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")


def test_it_needs_nothing_but_itself(out: Path) -> None:
    page = report.write(out).read_text(encoding="utf-8")
    assert re.findall(r'(?:src|href)="(?!data:)([^"]*)"', page) == [
        "http://a.example/page?a=1&amp;b=2"
    ]
    assert "url(" not in page
    assert "@import" not in page


def test_it_is_readable_on_a_phone_and_in_any_language(out: Path) -> None:
    page = report.page(out)
    assert "width=device-width" in page
    assert '<meta charset="utf-8">' in page
    assert "<h1>花 garden</h1>" in page
    assert "丸" in page


def test_nothing_from_the_web_becomes_markup(out: Path) -> None:
    page = report.page(out)
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert "&lt;script&gt;" in page


def test_mistakes_come_first_and_the_most_confident_before_the_others(out: Path) -> None:
    page = report.page(out)
    mistakes, right = page.split("<h3>Right</h3>")
    assert mistakes.count('<figure class="wrong">') == 2
    assert mistakes.index("80%") < mistakes.index("70%")
    assert right.count('<figure class="right">') == 2


def test_a_picture_that_has_gone_is_left_out(out: Path) -> None:
    (out / "crawl" / "images" / "0.png").unlink()
    assert report.page(out).count('<figure class="right">') == 1


def test_scores_that_have_gone_are_left_out(out: Path) -> None:
    (out / "model" / "metrics.json").unlink()
    page = report.page(out)
    assert "on the test split" not in page
    assert "<h3>Right</h3>" in page


def test_equal_files_give_the_same_page(out: Path) -> None:
    assert report.page(out) == report.page(out)


def test_a_command_shown_can_be_pasted_into_a_shell(out: Path) -> None:
    page = report.page(out)
    assert "deeprunning verify &#x27;花 garden/crawl&#x27;" in page
    assert "deeprunning predict &#x27;花 garden/model/model.safetensors&#x27; photo.jpg" in page


def test_images_are_counted_by_label_host_and_reason(out: Path) -> None:
    rows = facts.images(out / "crawl")
    assert facts.by_label(rows)["box"] == {"ok": 1, "failed": 1}
    assert facts.by_host(rows) == {"a.example": {"ok": 4}, "b.example": {"failed": 1}}
    assert facts.by_reason(rows) == {"http": {"failed": 1}}


def test_the_total_is_over_all_names() -> None:
    counts = facts.tally([("a", "x"), ("b", "x"), ("b", "y")])
    assert facts.total(counts) == Counter(x=2, y=1)
