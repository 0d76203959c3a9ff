import re
from dataclasses import replace

import numpy as np
import pytest

from nn.evaluation.evaluate import Evaluation
from nn.evaluation.facts import uncertainty
from nn.reporting.card import card
from nn.reporting.judgement import Judgement
from nn.reporting.plots import curves
from nn.reporting.report import report
from tests.nn.outcome import CLASSES, HISTORY, JUDGEMENT, OUTCOME, TEST, Grey
from tests.nn.pages import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(report(OUTCOME, JUDGEMENT, curves(HISTORY)))


def test_the_page_holds_all_that_it_shows(reader: Reader) -> None:
    assert len(reader.sources) == 4  # curves, confusion, reliability, one mistake
    assert all(address.startswith("data:image/") for address in reader.sources)
    assert {"script", "link", "iframe"} & set(reader.tags) == set()


def test_the_page_shows_names_of_classes_as_they_are(reader: Reader) -> None:
    text = "".join(reader.text)
    for name in CLASSES:
        assert name in text
    assert "80.0\u00a0%" in text  # four of five
    assert "薔薇 & $x_1$ | 葉 taken for<script>" in text


def test_a_mistake_leads_to_its_page_and_does_not_tell_from_where(reader: Reader) -> None:
    address = TEST.sources["5e"].page
    assert reader.links == [{"href": address, "rel": "noreferrer"}] * 2  # picture and words


@pytest.mark.parametrize("page", ["", "javascript:alert(1)", "data:text/html,x", "file:///x"])
def test_only_addresses_of_the_web_become_links(page: str) -> None:
    source = replace(TEST.sources["5e"], page=page)
    judgement = Judgement.of(replace(TEST, sources={"5e": source}), Grey())
    found = Reader(report(OUTCOME, judgement, ""))
    assert found.links == []
    assert "its page" not in "".join(found.text)


def test_the_card_keeps_to_its_tables_whatever_classes_are_called() -> None:
    lines = card(OUTCOME).splitlines()
    rows = [line for line in lines if line.startswith("| ") and "薔薇" in line]
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [6]
    assert "<script" not in card(OUTCOME)
    assert "those of epoch 2 of 3, the best by balanced accuracy" in card(OUTCOME)
    assert "of 12 numbers" in card(OUTCOME)  # running statistics are not learned


def test_the_card_tells_intervals_and_what_calibration_changed() -> None:
    ends, text = TEST.intervals["accuracy"], card(OUTCOME)
    assert f"accuracy {100 * ends.low:.1f}\u00a0% to {100 * ends.high:.1f}\u00a0%" in text
    assert "divided by a temperature of 0.800" in text
    before, after = TEST.uncalibrated.trust, TEST.trust
    assert f"| log loss (nats) | {before.loss:.3f} | {after.loss:.3f} |" in text


def test_where_nothing_was_wrong_the_page_says_what_may_be() -> None:
    right = replace(TEST, logits=np.eye(4, dtype=np.float32)[TEST.labels])
    reader = Reader(report(replace(OUTCOME, test=right), Judgement.of(right, Grey()), ""))
    assert ("bootstrap/at_most_wrong", "60.0\u00a0%") in reader.numbers  # three of five
    assert uncertainty(right)["bootstrap"]["at_most_wrong"] == 3 / 5
    assert uncertainty(TEST)["bootstrap"]["at_most_wrong"] is None


def nothing() -> Evaluation:
    return replace(TEST, ids=(), labels=np.empty(0, int), logits=np.empty((0, 4), np.float32))


def test_a_run_without_test_samples_says_so() -> None:
    bare = replace(OUTCOME, test=nothing())
    text = report(bare, Judgement.of(nothing(), Grey()), curves(HISTORY))
    assert "nothing to measure it on" in text
    assert "| test | – | – | – | – |" in card(bare)
    assert bare.model.metrics == {"best_epoch": 2}
