"""What Prefect's pages show beside a run: tables and pictures, from the files of the stages.

Pictures are inlined, so that the pages show them from anywhere. A key names all versions of one
artifact; Prefect allows small letters, digits and dashes in it.
"""

from collections.abc import Sequence
from pathlib import Path

from prefect.artifacts import create_image_artifact, create_table_artifact

from flows import facts, picture


def show_crawl(crawl: Path) -> None:
    """How many images of each label met which end."""
    counts = facts.by_label(facts.images(crawl))
    show_counts("crawl-counts", counts, facts.STATUSES, "Images of the crawl by label and status")


def show_dataset(dataset: Path) -> None:
    """How the classes are spread over the splits, and how the images look."""
    show_counts("class-balance", facts.balance(dataset), facts.SPLITS, "Samples by class and split")
    show_picture("contact-sheet", dataset / "contact_sheet.png", "Samples of every class")


def show_model(model: Path) -> None:
    """The scores, how they came about, and what is mistaken for what."""
    scores = facts.document(model / "metrics.json").get("test", {})
    rows = [{"score": name, "value": value} for name, value in scores.items()]
    create_table_artifact(rows, key="test-scores", description="The model on the test split")
    show_picture("training-curves", model / "curves.svg", "Loss and scores over the epochs")
    show_picture("confusion-matrix", model / "confusion.svg", "Test labels and predictions")


def show_counts(key: str, counts: facts.Counts, kinds: Sequence[str], description: str) -> None:
    """A table with a row a name and a column a kind, all names together in the last row."""
    everything = {**counts, "all": facts.total(counts)}
    rows = [
        {"label": name, **{kind: counter[kind] for kind in kinds}}
        for name, counter in everything.items()
    ]
    create_table_artifact(rows, key=key, description=description)


def show_picture(key: str, path: Path, description: str) -> None:
    """A picture, if the stage drew it."""
    if path.exists():
        create_image_artifact(picture.of_file(path), key=key, description=description)
