import shutil
from pathlib import Path

import pytest

from crawler.files import FolderBusyError, stage_folder
from dataset import DatasetConfig, DatasetError, run
from dataset.cleaning.decisions import Decision, append_decisions
from dataset.review.order import Card, Predicted, cards, read_predictions
from dataset.review.page import desk, leaflet, numbers
from dataset.review.serving import Review, prepare
from dataset.store import open_dataset
from dataset.tables import SampleRow
from tests.dataset.pictures import folder_of

CONFIG = DatasetConfig(size=8)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pictures and a snapshot of them."""
    folder = tmp_path_factory.mktemp("made")
    photos = folder_of(folder / "写真", {"<b>": range(9), "薔薇": range(20, 29)})
    run(CONFIG, [photos], folder / "out")
    return folder


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    """The snapshot in a copy of that folder, which a test may spoil."""
    return shutil.copytree(made, tmp_path, dirs_exist_ok=True) / "out"


def shown(out: Path, predictions: dict[str, Predicted] | None = None) -> list[Card]:
    return cards(out, open_dataset(out / "dataset.json"), {}, predictions or {})


def test_every_sample_has_one_card_and_the_most_suspect_comes_first(out: Path) -> None:
    found = shown(out)
    assert len({card.row.sha256 for card in found}) == 18
    strengths = [card.strength for card in found]
    assert strengths == sorted(strengths, reverse=True)
    assert all(bool(card.instead) == (card.strength > 0) for card in found)


def test_what_the_model_gets_wrong_comes_before_the_surest_first(out: Path) -> None:
    found = shown(out)
    right, unsure, sure = (card.row for card in found[-3:])
    said = {
        right.sha256: Predicted(right.label, 0.99, 0.99),
        unsure.sha256: Predicted("other", 0.6, 0.6),
        sure.sha256: Predicted("other", 0.9, 0.9),
    }
    first, second, *rest = shown(out, said)
    assert [first.row, second.row] == [sure, unsure]
    assert first.why == "the model says other (0.90)"
    assert rest[-1].row == right


def test_several_labels_come_first_of_all_and_what_was_decided_last(tmp_path: Path) -> None:
    one = folder_of(tmp_path / "p", {"rose": range(5), "薔薇": range(3, 9)})
    out = run(CONFIG, [one], tmp_path / "out").parent
    first, second, *_ = before = shown(out)
    assert {first.why, second.why} == {"also labelled 薔薇"}
    name = first.row.sha256
    append_decisions(out, [Decision(sha256=name, decision="keep", label="rose")])
    after = list(prepare(out).cards.values())
    assert (len(after), after[-1].row.sha256) == (len(before), name)


def test_predictions_are_read_whatever_other_columns_there_are(tmp_path: Path) -> None:
    file = tmp_path / "predictions.csv"
    file.write_text("sample,label,predicted,probability,x\na,r,s,0.5,1\n", encoding="utf-8")
    assert read_predictions(tmp_path) == {"a": Predicted("s", 0.5, 0.5)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no .*predictions.csv; `deeprunning train` makes it"),
        ("sample,label\n", "lacks one of the columns predicted, probability, sample"),
        ("sample,predicted,probability\na,b,c\n", "line 2"),
        ("sample,predicted,probability\nz,b,0.5\n", "was tested on none of these samples"),
    ],
)
def test_predictions_that_say_nothing_are_told(
    out: Path, tmp_path: Path, text: str | None, message: str
) -> None:
    if text is not None:
        (tmp_path / "predictions.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=message):
        prepare(out, tmp_path)


def test_the_leaflet_stands_alone_and_labels_are_text(out: Path) -> None:
    prepare(out / "dataset.json")
    text = (out / "review.html").read_text(encoding="utf-8")
    assert text.count('src="data:image/jpeg;base64,') == 18
    assert "<b>" not in text
    assert "&lt;b&gt;" in text
    assert "薔薇" in text
    assert "<script" not in text
    assert "http" not in text.replace("data:image", "")


def test_the_leaflet_is_the_same_each_time(out: Path) -> None:
    prepare(out)
    before = (out / "review.html").read_bytes()
    prepare(out)
    assert (out / "review.html").read_bytes() == before


def test_what_a_killed_review_left_is_swept_by_the_next_and_by_a_purge(out: Path) -> None:
    part = out / ".review.html.0123456789ab.part"
    part.write_bytes(b"thumbnails")
    prepare(out)
    assert not part.exists()
    part.write_bytes(b"thumbnails")
    run(CONFIG, [out.parent / "写真"], out, purge=True)
    assert not part.exists()


def test_no_review_begins_while_a_snapshot_is_made(out: Path) -> None:
    with stage_folder(out), pytest.raises(FolderBusyError, match="in use by another process"):
        prepare(out)
    assert not (out / "review.html").exists()


def test_the_page_shows_what_was_decided(out: Path) -> None:
    review = prepare(out)
    name = next(iter(review.cards))
    review.decide([Decision(sha256=name, decision="label", label="new & shiny")])
    assert "→ new &amp; shiny" in review.page()
    assert '<option value="new &amp; shiny">' in review.page()
    review.decide([Decision(sha256=name, decision="undo")])
    assert "shiny" not in review.page()


def test_pages_of_many_cards_are_bounded() -> None:
    row = SampleRow(
        sha256="a", pixels="", label="x", labels="x", split="train", group="a", shard="", row=0
    )
    many = [Card(row=row, place=0, alike="y", strength=0.0)] * 7000
    assert desk("id", many, ["x", "y"]).count('class="card"') == 5000
    assert "5000 of 7000 samples" in desk("id", many, ["x", "y"])


def test_a_class_has_a_place_on_the_leaflet_however_many_there_are(review: Review) -> None:
    labels = [*review.labels(), *map(str, range(3000))]
    text = leaflet("id", list(review.cards.values()), labels, review.pixels)
    assert text.count('class="card"') == 2


@pytest.fixture
def review(out: Path) -> Review:
    return prepare(out)


def test_the_original_is_shown_while_it_is_there_and_else_its_pixels(
    review: Review, tmp_path: Path
) -> None:
    name, card = next(iter(review.cards.items()))
    original = review.image(name)
    (tmp_path / "写真" / card.row.path).write_bytes(b"another")
    stored = review.image(name)
    assert original and stored and original != stored
    assert review.image("none") is None


def test_numbers_are_places_unless_labels_are_numbers() -> None:
    assert numbers(["rose", "7"]) == ["1", "2"]
    assert numbers(["0", "7"]) == ["0", "7"]
