"""A model of a crawl with names in many scripts and hostile addresses, and the pages about it."""

import warnings
from pathlib import Path

import pytest

import dataset
import nn
from tests.dataset.mixed import CONFIG, HOSTILE, LABELS, mixed_crawl
from tests.nn.command import command
from tests.nn.pages import Reader, rows_of
from tests.nn.snapshot import make_config


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawl taken to the end, every warning an error: crawl, dataset, model, evaluation."""
    folder = tmp_path_factory.mktemp("花")
    snapshot = dataset.run(CONFIG, [mixed_crawl(folder / "crawl")], folder / "dataset")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = nn.run(make_config(folder, epochs=1), snapshot, folder / "model")
        done = command("evaluate", model, snapshot, "--split", "train", "--out", folder / "out")
    assert done.status == 0, done.err
    return folder


@pytest.fixture(scope="module", params=["model/report.html", "out/evaluation.html"])
def reader(request: pytest.FixtureRequest, folder: Path) -> Reader:
    return Reader((folder / request.param).read_text(encoding="utf-8"))


def test_mistakes_lead_to_the_pages_their_images_were_found_on(
    folder: Path, reader: Reader
) -> None:
    pages = {row["page_url"] for row in rows_of(folder / "dataset" / "samples.csv")}
    assert HOSTILE in pages
    found = {link["href"] for link in reader.links}
    assert found <= pages - {HOSTILE}
    assert found
    assert all(link["rel"] == "noreferrer" for link in reader.links)


def test_names_and_addresses_of_others_stay_text(reader: Reader) -> None:
    assert "script" not in reader.tags
    assert all(address.startswith("data:image/") for address in reader.sources)
    text = "".join(reader.text)
    assert all(label in text for label in LABELS)


def test_the_confusion_names_every_class_or_has_it_in_its_legend(folder: Path) -> None:
    picture = (folder / "out" / "confusion.svg").read_text(encoding="utf-8")
    assert picture.count("<text") == sum("وردة" in label or "🌻" in label for label in LABELS)
