import math
import re
import warnings
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest

from nn.evaluation.evaluate import Evaluation
from nn.files.modelfile import ModelFile, Preprocessing
from nn.reporting.card import card
from nn.reporting.outcome import Outcome, percent
from nn.reporting.plots import confusion_picture, curves, drawn
from nn.reporting.report import page
from nn.training.epoch import EpochRow

CLASSES = ("<script>alert(1)</script>", "薔薇 & $x_1$ | 葉", "한국어 ไทย", "a" * 60)
HISTORY = tuple(
    EpochRow(
        epoch=epoch,
        lr=0.1,
        loss=1 / epoch,
        penalty=0.1,
        accuracy=0.5,
        val_loss=math.nan if epoch == 3 else 0.5,
        val_accuracy=0.5,
        val_balanced_accuracy=0.5,
        val_macro_f1=0.5,
        seconds=10.0,
        images_per_second=100.0,
    )
    for epoch in (1, 2, 3)
)
TEST = Evaluation(
    classes=CLASSES,
    ids=("1a", "2b", "3c", "4d", "5e"),
    labels=np.array([0, 1, 2, 3, 1]),
    logits=np.eye(4, dtype=np.float32)[[0, 1, 2, 3, 0]] * 3,
)
OUTCOME = Outcome(
    model=ModelFile(
        architecture=({"layer": "Linear", "out_features": 4},),
        classes=CLASSES,
        preprocessing=Preprocessing(size=8, stored=9, mean=(0.5,) * 3, std=(0.2,) * 3),
        dataset="ab" * 32,
        metrics={"best_epoch": 2},
        versions={"numpy": "2.4"},
        weights={"linear1.weight": np.zeros((3, 4)), "norm1.running_mean": np.zeros(9)},
    ),
    config={"epochs": 3, "metric": "balanced_accuracy", "architecture": []},
    history=HISTORY,
    samples={"train": 20, "val": 5, "test": 5},
    val=TEST,
    test=TEST,
)
MISTAKES = np.full((1, 9, 9, 3), 200, np.uint8)


def whole_page() -> str:
    confusion = confusion_picture(TEST.matrix, CLASSES)
    return page(OUTCOME, curves=curves(HISTORY), confusion=confusion, images=MISTAKES)


class Reader(HTMLParser):
    """Collects the text of a page, its tags and the addresses it refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def reader() -> Reader:
    reader = Reader()
    reader.feed(whole_page())
    return reader


def test_the_page_holds_all_that_it_shows(reader: Reader) -> None:
    assert len(reader.addresses) == 3  # curves, confusion, one mistake
    assert all(address.startswith("data:image/") for address in reader.addresses)
    assert {"script", "link", "iframe"} & set(reader.tags) == set()


def test_the_page_shows_names_of_classes_as_they_are(reader: Reader) -> None:
    text = "".join(reader.text)
    for name in CLASSES:
        assert name in text
    assert "80.0\u00a0%" in text  # four of five
    assert "薔薇 & $x_1$ | 葉 taken for <script>" in text


def test_the_card_keeps_to_its_tables_whatever_classes_are_called() -> None:
    lines = card(OUTCOME).splitlines()
    rows = [line for line in lines if line.startswith("| ") and "薔薇" in line]
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [6]
    assert "<script" not in card(OUTCOME)
    assert "those of epoch 2 of 3, the best by balanced accuracy" in card(OUTCOME)
    assert "of 12 numbers" in card(OUTCOME)  # running statistics are not learned


@pytest.mark.parametrize("picture", [0, 1])
def test_equal_values_give_equal_pictures_without_a_date(picture: int) -> None:
    def draw() -> str:
        return (curves(HISTORY), confusion_picture(TEST.matrix, CLASSES))[picture]

    text = draw()
    assert draw() == text
    assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert not re.search(r"dc:date|20\d\d-\d\d-\d\d", text)


def test_a_name_is_drawn_as_itself_or_shortened_or_as_its_number() -> None:
    assert drawn("薔薇", 1) == "薔薇"
    assert drawn("Ünïcödé Привет", 1) == "Ünïcödé Привет"
    assert drawn("한국어", 2) == drawn("ไทย", 2) == "class 2"
    assert drawn("a" * 60, 3) == "a" * 23 + "…"


def test_a_confusion_of_many_classes_is_drawn_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        names = [f"薔薇 {number}" for number in range(120)]
        text = confusion_picture(np.eye(120, dtype=int), names)
    assert len(text) < 3_000_000


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    before = dict(mpl.rcParams)
    curves(HISTORY)
    assert dict(mpl.rcParams) == before


def test_a_run_without_test_samples_says_so() -> None:
    nothing = replace(TEST, ids=(), labels=np.empty(0, int), logits=np.empty((0, 4), np.float32))
    bare = replace(OUTCOME, test=nothing)
    confusion = confusion_picture(nothing.matrix, CLASSES)
    text = page(bare, curves=curves(HISTORY), confusion=confusion, images=MISTAKES[:0])
    assert "There was no test split" in text
    assert "| test | – | – | – | – |" in card(bare)
    assert bare.model.metrics == {"best_epoch": 2}


def test_a_share_is_told_with_one_decimal() -> None:
    assert percent(0.96129) == "96.1\u00a0%"
    assert percent(math.nan) == "–"
