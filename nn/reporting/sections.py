"""What pages say of one split, judged: figures with intervals, classes, calibration, mistakes.

The names of numbers say where they stand in the tables beside the page.
"""

from collections.abc import Iterator

from nn.arrays import Array
from nn.evaluation.bootstrap import LEVEL, RESAMPLES, rule_of_three
from nn.evaluation.calibration import BINS
from nn.evaluation.evaluate import Evaluation
from nn.reporting.html import (
    Html,
    amount,
    count,
    is_web,
    join,
    link,
    photo,
    plot,
    said,
    section,
    share,
    table,
    tag,
)
from nn.reporting.judgement import SHOWN, Judgement
from nn.reporting.words import RATES

LONGEST = 60  # letters of a class name in a caption


def tiles(found: Evaluation) -> Iterator[Html]:
    """The rates with their intervals, and how far probabilities can be believed."""
    if not found.ids:
        yield tag("p", "There was nothing to measure it on: the split is empty.", cls="lead")
        return
    figures = [_rate(found, name, words) for name, words in RATES.items()]
    ece = tag("b", share(found.trust.ece, "score/ece"))
    words = tag("p", "calibration error: how far probabilities are off")
    yield tag("div", *figures, tag("div", ece, words), cls="tiles")
    yield _certainty(found)


def _certainty(found: Evaluation) -> Html:
    """How the intervals came about, and what they say."""
    clusters = int(found.clusters.max()) + 1
    spread = (" Other images of the same kind would give other values about as far apart.",)
    faultless = (
        " Nothing was wrong, and so nothing could be in a resampling: of other images up to ",
        share(rule_of_three(clusters), "bootstrap/at_most_wrong"),
        " may well be.",
    )
    return tag(
        "p",
        "The bars are intervals that hold ",
        share(LEVEL, "bootstrap/level"),
        " of the values in ",
        count(RESAMPLES, "bootstrap/resamples"),
        " resamplings of the ",
        count(len(found.ids), "samples"),
        " images, in ",
        count(clusters, "bootstrap/clusters"),
        " clusters of near-duplicates that were drawn whole.",
        *(faultless if found.scores.accuracy == 1 else spread),
        cls="note",
    )


def judged(judgement: Judgement) -> Iterator[Html]:
    """The sections about a split; none where it is empty."""
    found = judgement.found
    if found.ids:
        yield section("Where it errs", plot(judgement.confusion, "confusion matrix"))
        yield _mistakes(found, judgement.images)
        yield _classes(found)
        yield _calibration(found, judgement.reliability)


def _rate(found: Evaluation, name: str, words: str) -> Html:
    ends = found.intervals[name]
    told = join(words, ", ", share(ends.low, "low", name), " to ", share(ends.high, "high", name))
    return tag(
        "div",
        tag("b", share(getattr(found.scores, name), "score", name)),
        tag("span", _bar(ends.low, ends.high), cls="range", aria_hidden="true"),
        tag("p", told),
    )


def _bar(low: float, high: float) -> Html:
    """The interval as a piece of the way from 0 to 1; nothing where it is not known."""
    if not low <= high:
        return Html("")
    return tag("i", style=f"left:{low:.1%};width:{high - low:.1%}")


def _classes(found: Evaluation) -> Html:
    rows = (
        (
            said(row.label),
            share(row.precision, "class", place, "precision"),
            share(row.recall, "class", place, "recall"),
            share(row.f1, "class", place, "f1"),
            count(row.support, "class", place, "support"),
        )
        for place, row in enumerate(found.table)
    )
    head = ("class", "precision", "recall", "F1", "samples")
    return section("Each class", table(head, rows, name="scores of each class"))


def _calibration(found: Evaluation, picture: str) -> Html:
    before = found.uncalibrated.trust
    scores = table(
        ("", "as trained", "calibrated"),
        (
            (
                "calibration error (ECE)",
                share(before.ece, "uncalibrated/ece"),
                share(found.trust.ece, "score/ece"),
            ),
            (
                "log loss, nats",
                amount(before.loss, "uncalibrated/loss"),
                amount(found.trust.loss, "score/loss"),
            ),
            (
                "Brier score",
                amount(before.brier, "uncalibrated/brier"),
                amount(found.trust.brier, "score/brier"),
            ),
        ),
        name="calibration before and after",
    )
    words = tag(
        "p",
        "Of images of which the model is 80 % sure, 80 % should be right. Its logits are divided "
        "by a temperature of ",
        amount(found.temperature, "temperature"),
        ", fitted on the validation split; predictions stay the same. The error is the mean "
        f"distance from the diagonal over {BINS} bins of equal width.",
    )
    bins = tag("details", tag("summary", "The bins"), _bins(found))
    pair = tag("div", plot(picture, "reliability diagram"), tag("div", scores, bins), cls="pair")
    return section("What its probabilities are worth", words, pair)


def _bins(found: Evaluation) -> Html:
    rows = (
        (
            join(
                amount(row.above, "bin", place, "above"), " to ", amount(row.to, "bin", place, "to")
            ),
            count(row.samples, "bin", place, "samples"),
            share(row.confidence, "bin", place, "confidence"),
            share(row.accuracy, "bin", place, "accuracy"),
        )
        for place, row in enumerate(found.reliability)
        if row.samples
    )
    head = ("probability", "samples", "claimed", "right")
    return table(head, rows, name="reliability by bins")


def _mistakes(found: Evaluation, images: Array) -> Html:
    """The most confident mistakes as pictures (M, S, S, 3), each with a link to its page."""
    wrong = found.mistakes(SHOWN).tolist()
    if not wrong:
        return section("Its most confident mistakes", tag("p", "None on this split.", cls="note"))
    cards = (_card(found, place, image) for place, image in zip(wrong, images, strict=True))
    return section("Its most confident mistakes", tag("div", *cards, cls="gallery"))


def _card(found: Evaluation, place: int, image: Array) -> Html:
    sample = found.ids[place]
    page = found.sources[sample].page if sample in found.sources else ""
    label, predicted = (
        said(found.classes[index][:LONGEST])
        for index in (found.labels[place], found.predicted[place])
    )
    sure = share(found.confidences[place], "probability", sample)
    lines = [
        tag("span", tag("s", label), " taken for"),
        tag("span", tag("b", predicted), ", ", sure),
        *([tag("small", link(page, "its page"))] if is_web(page) else []),
    ]
    return tag("figure", link(page, photo(image, sample)), tag("figcaption", *lines))
