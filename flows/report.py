"""report.html: one page over all stages, which needs nothing but itself.

Each section is a function from the folder of its stage to markup; what a stage has not written is
left out.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from crawler.files import replacing
from dataset.reporting.html import Html, table, tag
from dataset.reporting.html import page as page_of
from dataset.reporting.html import picture as img
from dataset.reporting.parts import tile
from flows import facts, picture
from flows.chart import lines
from flows.elements import bar, command, confusion, counts_table
from flows.gallery import chosen, gallery, join_tables
from flows.politeness import hosts

STYLE = Path(__file__).with_name("report.css")


def write(out: Path) -> Path:
    """Write the report of a folder that `run` has filled; return its path."""
    path = out / "report.html"
    with replacing(path) as part:
        part.write_text(page(out), encoding="utf-8")
    return path


def page(out: Path) -> str:
    """The whole page."""
    out = out.resolve()
    title = f"{out.name}: report"
    style = STYLE.read_text(encoding="utf-8")
    return page_of(title, style, overview(out), tag("main", *sections(out)))


def sections(out: Path) -> Iterator[Html]:
    yield tag("section", tag("h2", "Crawl"), *crawl_section(out / "crawl"), id="crawl")
    yield tag("section", tag("h2", "Dataset"), *dataset_section(out / "dataset"), id="dataset")
    yield tag("section", tag("h2", "Training"), *training_section(out / "model"), id="training")
    yield tag("section", tag("h2", "Test"), *test_section(out / "model"), id="test")
    yield tag("section", tag("h2", "Predictions"), *gallery_section(out), id="predictions")
    yield tag("section", tag("h2", "Use it"), *use_section(out), id="use")


def overview(out: Path) -> Html:
    """The name, what was done in one sentence, and the figures that matter most."""
    balance = facts.balance(out / "dataset")
    samples = facts.total(balance)
    crawled = facts.total(facts.by_label(facts.images(out / "crawl")))
    scores = facts.document(out / "model" / "metrics.json").get("test", {})
    tiles = [
        tile(f"{crawled['ok']:,}", "images crawled"),
        tile(f"{samples.total():,}", "samples"),
        tile(f"{len(balance):,}", "classes"),
        tile(percent(scores.get("accuracy")), f"right of {samples['test']:,} test images"),
    ]
    return tag("header", tag("h1", out.name), tag("div", *tiles, cls="tiles"))


def crawl_section(crawl: Path) -> Iterator[Html]:
    """What became of every image, and how the hosts were treated."""
    rows = facts.images(crawl)
    labels = facts.by_label(rows)
    yield bar(facts.total(labels), facts.STATUSES)
    yield counts_table("label", labels, facts.STATUSES)
    yield tag("h3", "Hosts")
    yield counts_table("host", facts.by_host(rows), facts.STATUSES)
    if reasons := facts.by_reason(rows):
        yield tag("h3", "Why images were left out")
        yield counts_table("reason", reasons, facts.STATUSES[1:])
    yield from politeness(crawl)


def politeness(crawl: Path) -> Iterator[Html]:
    """The requests of each host beside the delay that was kept."""
    seen = hosts(facts.table(crawl / "requests.csv"))
    if not seen:
        return
    head = ["host", "requests", "MB", "delay kept, s", "shortest pause, s"]
    rows = [
        [one.host, one.requests, one.size / 1e6, one.delay, one.shortest_pause or "–"]
        for one in seen
    ]
    yield tag("h3", "Politeness")
    yield tag("p", "From the end of a request to the next to the same host; each robots.txt first.")
    yield table(head, rows)
    yield command("deeprunning", "verify", crawl.relative_to(crawl.parents[1]))


def dataset_section(dataset: Path) -> Iterator[Html]:
    """How the classes are spread, what was put aside, and how it looks."""
    balance = facts.balance(dataset)
    yield bar(facts.total(balance), facts.SPLITS)
    yield counts_table("class", balance, facts.SPLITS)
    if aside := facts.quarantined(dataset):
        yield tag("h3", "In quarantine")
        yield table(["reason", "inputs"], sorted(aside.items()))
    sheet = dataset / "contact_sheet.png"
    if sheet.exists():
        yield tag("figure", img(picture.of_file(sheet), "samples of every class"), cls="sheet")


def training_section(model: Path) -> Iterator[Html]:
    """The curves, and what was asked for."""
    history = facts.history(model)
    if not history:
        return
    losses = {"training": "loss", "validation": "val_loss"}
    scores = {"accuracy": "val_accuracy", "balanced": "val_balanced_accuracy"}
    yield tag(
        "div",
        lines("Loss", column(history, losses)),
        lines("Validation score", column(history, scores), top=1.0),
        cls="pair",
    )
    seconds = sum(row["seconds"] for row in history)
    yield tag("p", f"{len(history)} epochs in {seconds / 60:.1f} minutes.")


def test_section(model: Path) -> Iterator[Html]:
    """The scores of all classes and of each, and what is mistaken for what."""
    metrics = facts.document(model / "metrics.json")
    if not metrics:
        return
    rows = [[name.replace("_", " "), known(value)] for name, value in metrics["test"].items()]
    head = ["label", "precision", "recall", "f1", "support"]
    classes = [[known(row[name]) for name in head] for row in metrics["classes"]]
    matrix = confusion(facts.confusion(facts.table(model / "predictions.csv")))
    yield tag(
        "div",
        tag("div", table(["score", "on the test split"], rows), table(head, classes)),
        tag("div", tag("h3", "Label (row) and prediction (column)"), matrix),
        cls="pair",
    )


def gallery_section(out: Path) -> Iterator[Html]:
    """Pictures of the test split, the most confident mistakes first; each links to its page."""
    shown = join_tables(
        facts.table(out / "model" / "predictions.csv"),
        facts.table(out / "dataset" / "samples.csv"),
        out / "crawl",
    )
    kept = list(chosen(shown))
    wrong = [one for one in kept if not one.right]
    if wrong:
        yield tag("h3", "Mistakes, the most confident first")
        yield gallery(wrong)
    yield tag("h3", "Right")
    yield gallery(sorted((one for one in kept if one.right), key=lambda one: one.label))


def use_section(out: Path) -> Iterator[Html]:
    yield tag("p", "One file predicts alone; for files, folders and web addresses:")
    model = Path(out.name) / "model" / "model.safetensors"
    yield command("deeprunning", "predict", model, "photo.jpg")


def column(
    history: Sequence[Mapping[str, float]], names: Mapping[str, str]
) -> dict[str, list[float]]:
    return {name: [row.get(key, math.nan) for row in history] for name, key in names.items()}


def known(value: object) -> object:
    return "–" if value is None else value


def percent(share: object) -> str:
    return f"{share:.1%}" if isinstance(share, float) and math.isfinite(share) else "–"
