"""A review from beginning to end: reads the snapshot, writes review.html, serves the page."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from crawler.files import replacing, stage_folder, sweep
from dataset.cleaning.decisions import DECISIONS, UNDO, Decision, append_decisions, read_decisions
from dataset.errors import InputError
from dataset.image import ImageRejected
from dataset.pictures.colour import read_picture
from dataset.reading.originals import Originals, originals_of
from dataset.review.order import Card, cards, read_predictions, shown_labels
from dataset.review.page import asset, desk, leaflet
from dataset.review.server import Desk, ReviewServer
from dataset.store import RESULT, Dataset, Images, open_dataset
from dataset.writing.purge import REVIEW

SHOWN_SIDE = 320  # pixels of the longer side of an image on the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The snapshot in a folder, its cards in the order they are shown, what was decided so far."""

    folder: Path
    dataset: Dataset
    cards: dict[str, Card] = field(repr=False)  # by sample
    originals: Originals
    decisions: dict[str, Decision]

    def page(self) -> str:
        """The page as of now."""
        return desk(self.dataset.id, self._now(), self.labels())

    def printed(self) -> str:
        """The page for reading without a server."""
        return leaflet(self.dataset.id, self._now(), self.labels(), self.pixels)

    def labels(self) -> list[str]:
        """What may be chosen."""
        return shown_labels(self.dataset, list(self.decisions.values()))

    def decide(self, decisions: Sequence[Decision]) -> None:
        """Put decisions on disk, and then in the page."""
        append_decisions(self.folder, decisions)
        for one in decisions:
            self.decisions.pop(one.sha256, None)
            if one.decision != UNDO:
                self.decisions[one.sha256] = one

    def image(self, sample: str) -> bytes | None:
        """A sample as a JPEG: its original, where that is still there, else its stored pixels."""
        card = self.cards.get(sample)
        if card is None:
            return None
        body = self.originals.find(card.row)
        image = Image.fromarray(self.pixels([card])[0])
        with suppress(ImageRejected):
            if body is not None:
                image = read_picture(body, self.dataset.background, least=SHOWN_SIDE).image
        image.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
        buffer = BytesIO()
        image.save(buffer, "JPEG", quality=85)
        return buffer.getvalue()

    def pixels(self, some: Sequence[Card]) -> Images:
        """The stored pixels of cards: (n, stored, stored, 3)."""
        splits = self.dataset.splits
        return np.stack([splits[c.row.split].images(np.array([c.place]))[0] for c in some])

    def _now(self) -> list[Card]:
        return [replace(c, decision=self.decisions.get(c.row.sha256)) for c in self.cards.values()]


def prepare(path: Path, model: Path | None = None) -> Review:
    """Read a snapshot, and what a model says of it; write review.html beside it.

    `path` is a dataset.json or its folder. Raises DatasetError; FolderBusyError where a snapshot
    is being made there.
    """
    review = _read(path / RESULT if path.is_dir() else path, model)
    with stage_folder(review.folder):
        sweep(review.folder)  # thumbnails that a killed review left
        with replacing(review.folder / REVIEW) as part:
            part.write_text(review.printed(), encoding="utf-8", newline="\n")
    return review


def _read(path: Path, model: Path | None) -> Review:
    folder, dataset = path.parent, open_dataset(path)
    decisions = read_decisions(folder)
    predictions = read_predictions(model) if model else {}
    found = {card.row.sha256: card for card in cards(folder, dataset, decisions, predictions)}
    if predictions and not predictions.keys() & found.keys():
        raise InputError(f"the model in {model} was tested on none of these samples")
    return Review(
        folder=folder,
        dataset=dataset,
        cards=found,
        originals=originals_of(folder),
        decisions=decisions,
    )


def serve(review: Review, port: int) -> Path:
    """Serve the page until Ctrl-C; return the path of decisions.csv."""
    served = Desk(
        page=review.page,
        script=asset("review.js"),
        image=review.image,
        samples=review.cards.keys(),
        decide=review.decide,
    )
    with ReviewServer(served, port) as server:
        print(f"open {server.address} in a browser; Ctrl-C ends", file=sys.stderr, flush=True)
        with suppress(KeyboardInterrupt):
            server.serve_forever()
    return review.folder / DECISIONS
