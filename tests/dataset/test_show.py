from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dataset import DatasetConfig, open_dataset, run
from dataset.augment import Augmentation, centre_crop
from dataset.show import show_main
from nn.material import train_data
from tests.dataset.pictures import folder_of

OPERATIONS = ("crop", "flip", "rotate", "brightness", "cutout", "mixup")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("show")
    photos = folder_of(folder / "photos", {"rose": range(9), "薔薇": range(20, 29)})
    return run(DatasetConfig(size=8, augment=OPERATIONS), [photos], folder / "out")


def read(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def test_an_image_is_made_again_as_the_training_stage_sees_it(
    snapshot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Un-normalised, the batch of the training holds the pixels of the file."""
    opened, out = open_dataset(snapshot), tmp_path / "neu" / "画像.png"
    train = opened.split("train")
    batch = train_data(opened, 5).images(np.arange(len(train)), 3)
    levels = (batch.astype(float) * opened.std + opened.mean) * 255
    for position in (0, len(train) - 1):
        words = [str(snapshot), train.ids[position], "--epoch", "3", "--seed", "5"]
        assert show_main([*words, "--out", str(out)]) == 0
        assert capsys.readouterr().out == f"{out}\n"
        assert np.abs(read(out) - levels[position]).max() <= 0.5 + 1e-3


def test_without_an_epoch_it_is_the_centre_as_stored(
    snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    test = open_dataset(snapshot).split("test")
    for words in ([], ["--epoch", "4"]):  # a test sample is never augmented
        assert show_main([str(snapshot), test.ids[0], *words]) == 0
        (path,) = tmp_path.iterdir()
        assert (read(path) == centre_crop(test.images(np.array([0])), 8)[0]).all()


def test_it_is_told_what_was_mixed_in(
    snapshot: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opened = open_dataset(snapshot)
    train = opened.split("train")
    mix = Augmentation.of(opened, 0).mix(np.array([0]), 1)
    other = train.ids[int(mix.partners[0])]
    with caplog.at_level("INFO"):
        show_main([str(snapshot), train.ids[0], "--epoch", "1", "--out", str(tmp_path / "a.png")])
    assert f"{mix.share[0]:.3f} of it, the rest of {other[:12]}" in caplog.text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["x"], "no sample begins with 'x'"),
        ([""], "samples begin with ''"),
        (["x", "--epoch", "0"], "--epoch must be at least 1, got 0"),
        (["x", "--seed", "-1"], "--seed must be at least 0, got -1"),
        (["x", "--out", "."], ". is a folder; name a file for --out"),
    ],
)
def test_a_wrong_word_is_told_in_one_sentence(
    snapshot: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show_main([str(snapshot), *words]) == 2
    assert told in capsys.readouterr().err


def test_no_snapshot_is_a_wrong_path(tmp_path: Path) -> None:
    assert show_main([str(tmp_path / "none.json"), "x"]) == 2


def test_a_row_of_the_augmented_sheet_is_one_sample_in_the_first_epochs(snapshot: Path) -> None:
    opened, sheet = open_dataset(snapshot), read(snapshot.parent / "augmented.png")
    train = opened.split("train")
    seen = Augmentation.of(opened, 0)
    for number, label in enumerate(opened.classes):
        position = min(
            (at for at in range(len(train)) if opened.classes[train.labels[at]] == label),
            key=lambda at: train.ids[at],
        )
        for epoch in (1, 11):
            image = Image.fromarray(seen.pixels(np.array([position]), epoch)[0])
            thumb = np.asarray(image.resize((72, 72), Image.Resampling.BILINEAR))
            top, left = 4 + 76 * number, 200 + 76 * epoch
            assert (sheet[top : top + 72, left : left + 72] == thumb).all()
