"""What `deeprunning evaluate --out` leaves: tables, pictures, and one page that shows them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from nn.evaluation.facts import scores_of, uncalibrated, uncertainty
from nn.reporting.html import Html, page, section, tag
from nn.reporting.judgement import Judgement
from nn.reporting.sections import judged, tiles
from nn.reporting.tables import as_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What was evaluated on what."""

    trained_on: str  # id of the snapshot that the model learned from
    dataset: str  # id of the snapshot it is judged on
    split: str


def evaluation_files(judgement: Judgement, subject: Subject) -> Iterator[tuple[str, bytes]]:
    """The files as names and bytes, the page last."""
    found = judgement.found
    metrics = {
        **asdict(subject),
        **uncertainty(found),
        "samples": len(found.ids),
        "scores": scores_of(found),
        "uncalibrated": uncalibrated(found),
    }
    yield from judgement.files()
    yield "metrics.json", as_json(metrics)
    yield "evaluation.html", _page(judgement, subject).encode()


def _page(judgement: Judgement, subject: Subject) -> str:
    """All of it on one page, which asks nothing of the network."""
    count = len(judgement.found.classes)
    lead = f"A model of {count} classes, judged on the {subject.split} split of a snapshot."
    header = (tag("p", lead, cls="lead"), *tiles(judgement.found))
    return page("Evaluation", header, (*judged(judgement), _subject(subject)))


def _subject(subject: Subject) -> Html:
    same = subject.dataset == subject.trained_on
    trained = "the same one" if same else tag("code", subject.trained_on)
    return section(
        "What was judged on what",
        tag("p", "Judged on snapshot ", tag("code", subject.dataset), "."),
        tag("p", "The model was trained on ", trained, "."),
    )
