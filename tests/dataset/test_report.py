"""report.html: true, whole in itself, readable by everyone, and never too large."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bs4 import BeautifulSoup

from dataset import DatasetConfig, run
from dataset.reporting.facts import Facts
from dataset.reporting.report import LARGEST, written
from dataset.reporting.thumbs import MOST_BYTES, SIDE, encoded
from dataset.store import Images
from dataset.tables import QuarantineRow, SampleRow
from tests.dataset.mixed import CONFIG, HOSTILE, LABELS, mixed_crawl
from tests.dataset.pictures import folder_of
from tests.dataset.recount import (
    DECODED,
    Recount,
    bars_of,
    numbers_of,
    stray_digits,
    table,
    texts_of,
)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("混合")
    return run(CONFIG, [mixed_crawl(folder / "crawl")], folder / "out").parent


def parsed(out: Path) -> BeautifulSoup:
    return BeautifulSoup((out / "report.html").read_text(encoding="utf-8"), "html.parser")


def check_numbers(out: Path) -> None:
    page, recount = parsed(out), Recount(out)
    assert numbers_of(page) == recount.numbers()
    assert bars_of(page) == recount.bars()
    assert stray_digits(page) == []


def test_every_number_of_the_report_is_that_of_the_tables(mixed: Path) -> None:
    check_numbers(mixed)


def test_the_report_of_official_splits_tells_of_leaks(tmp_path: Path) -> None:
    for split, first in (("train", 0), ("test", 50)):
        folder_of(tmp_path / "photos" / split, {"a": range(first, first + 9), "b": range(70, 90)})
    out = run(DatasetConfig(size=8, folds=3), [tmp_path / "photos"], tmp_path / "out").parent
    check_numbers(out)
    assert numbers_of(parsed(out))["known-leak", "40"] == 1


def test_the_report_of_arrays_and_many_classes_has_its_numbers_too(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (840, 4, 4), dtype=np.uint8)
    labels, arrays = np.arange(840) % 210, tmp_path / "arrays.npz"
    np.savez(
        arrays,
        x_train=images[:630],
        y_train=labels[:630],
        x_test=images[600:],
        y_test=labels[600:],
    )
    out = run(DatasetConfig(size=4), [arrays], tmp_path / "out").parent
    check_numbers(out)
    assert numbers_of(parsed(out))["sheet/of", "210"] == 1


def test_every_kind_of_quarantine_is_there_with_a_picture_where_it_was_decoded(mixed: Path) -> None:
    reasons = {row["reason"] for row in table(mixed / "quarantine.csv")}
    assert reasons >= {"boilerplate", "dark", "tiny", "duplicate-pixels", "not-an-image", "failed"}
    section = str(parsed(mixed).select("#quarantine")[0])
    parts = dict(re.findall("<h3><bdi>(.*?)</bdi>(.*?)(?=<h3>|</section>)", section, re.DOTALL))
    assert parts.keys() == reasons
    assert {reason: "<img" in part for reason, part in parts.items()} == {
        reason: reason in DECODED for reason in reasons
    }
    assert "https://gone.example/8.jpg" not in parts["failed"]
    assert parts["failed"].count("<a ") == 8


def test_labels_stand_as_they_are_in_any_script(mixed: Path) -> None:
    for section in "classes-and-splits", "samples", "as-training-sees-them":
        assert set(texts_of(parsed(mixed), section)) == set(LABELS)
    assert "薔薇" in texts_of(parsed(mixed), "copies")


def test_nothing_from_the_web_becomes_markup_or_a_link_that_does_harm(mixed: Path) -> None:
    page = parsed(mixed)
    assert page.select("script, b b, [onerror], iframe, object, form") == []
    links = [one for one in page.select("a") if not str(one["href"]).startswith("#")]
    assert len(links) > 50
    assert all(re.match("https?://", str(one["href"])) for one in links)
    assert {tuple(one["rel"]) for one in links} == {("noreferrer",)}
    assert HOSTILE in texts_of(page, "quarantine")


def test_the_report_needs_nothing_beside_it(mixed: Path) -> None:
    page = parsed(mixed)
    assert {str(one["src"]).split(",")[0] for one in page.select("[src]")} == {
        "data:image/jpeg;base64"
    }
    assert page.select("link, [srcset], [data], base") == []
    assert "default-src 'none'" in str(page.select("meta[http-equiv]")[0]["content"])
    assert "url(" not in str(page.style)
    assert "@import" not in str(page.style)


def test_the_report_can_be_read_without_seeing_it(mixed: Path) -> None:
    page = parsed(mixed)
    assert [one.name for one in page.select("h1")] == ["h1"]
    sections = {str(one["id"]) for one in page.select("section")}
    assert [str(one["href"])[1:] for one in page.select("nav a")] == [
        one["id"] for one in page.select("section")
    ]
    assert len(sections) == len(page.select("section > h2")) == len(page.select("section"))
    assert all(one.caption and one.caption.get_text() for one in page.select("table"))
    assert all(one.has_attr("scope") for one in page.select("th"))
    assert all(one.get("alt") for one in page.select("img"))
    assert all(one["aria-hidden"] == "true" for one in page.select(".strip, .swatch"))


def test_equal_snapshots_have_equal_reports(mixed: Path, tmp_path: Path) -> None:
    config = DatasetConfig(size=32, quarantine=CONFIG.quarantine, workers=5)
    again = run(config, [mixed_crawl(tmp_path / "crawl")], tmp_path / "out").parent
    assert (again / "report.html").read_bytes() == (mixed / "report.html").read_bytes()


@pytest.mark.parametrize("side", [SIDE, 8])
def test_even_noise_is_a_small_picture(side: int) -> None:
    from PIL import Image

    noise = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    assert len(encoded(Image.fromarray(noise))) <= MOST_BYTES


@pytest.mark.parametrize("classes", [2, 64, 160, 1000])
def test_the_report_of_any_dataset_stays_below_a_bound(classes: int) -> None:
    """Everything noise, everything a copy and in conflict, every name long and hostile."""
    assert 1_000_000 < len(written(hostile(classes)).encode()) < LARGEST


def hostile(classes: int) -> Facts:
    noise = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    labels = [f"{n}" + '"' * 2000 for n in range(classes)]
    rows = [
        SampleRow(
            sha256=f"{n:064}",
            pixels="",
            label=labels[n % classes],
            labels="|".join(labels[:2]),
            split=("train", "val", "test")[n % 3],
            group=f"{n}",
            shard="",
            row=n,
            url=f"https://{n}.example/" + '"' * 470,
            page_url=f"https://{n}.example/" + '"' * 470,
            licence=f"{n}" + '"' * 2000,
            flags="label-conflict known-leak near-duplicate",
            medoid=f"{n // 2 * 2:064}",
            width=4000,
            height=10 * n + 1,
        )
        for n in range(max(200, 4 * classes))
    ]
    reasons = sorted(DECODED | {f"word{n}" for n in range(20)})
    aside = [
        QuarantineRow(reason=word, detail=f"{n}" + '"' * 999, sha256=f"{n:064}", url=rows[n].url)
        for word in reasons
        for n in range(40)
    ]
    counts = {
        label: {split: rows_of.total() for split in ("train", "val", "test")}
        for label, rows_of in ((label, Counter("abc")) for label in labels)
    }
    document: dict[str, Any] = {
        "id": "0" * 64,
        "parent": "1" * 64,
        "classes": labels,
        "counts": counts,
        "quotas": counts,
        "recipe": {"size": 64, "stored": 72, "licences": ['"' * 900] * 1000},
        "statistics": {"mean": [0.5] * 3, "std": [0.2] * 3, "pixels": 10**15},
    }

    def augmented(label: str) -> list[Images]:
        return [noise] * 12

    return Facts(document, rows, aside, lambda name: noise, augmented)
