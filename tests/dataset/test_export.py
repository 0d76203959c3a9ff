import csv
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dataset import DatasetConfig, DatasetError, run
from dataset.commands import export_main
from dataset.export import export, folder_name
from dataset.store import open_dataset
from tests.dataset.killed import files
from tests.dataset.pictures import encode, folder_of, pixels
from tests.dataset.test_stage import archive, table

CONFIG = DatasetConfig(size=8)
NAMES = ("test", "薔薇")  # a class that is called like a split


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pictures and a snapshot of them."""
    folder = tmp_path_factory.mktemp("made")
    photos = folder_of(folder / "写真", {"test": range(9), "薔薇": range(20, 29)})
    for n in range(3):  # JPEG under a name that says something else
        body = encode(Image.fromarray(pixels(90 + n)), "JPEG")
        (photos / "test" / f"j{n}.png").write_bytes(body)
    run(CONFIG, [photos], folder / "out")
    return folder


@pytest.fixture
def snapshot(made: Path, tmp_path: Path) -> Path:
    """The snapshot in a copy of that folder, which a test may spoil."""
    return shutil.copytree(made, tmp_path, dirs_exist_ok=True) / "out" / "dataset.json"


def originals(snapshot: Path) -> dict[str, bytes]:
    """The bytes of each sample by its id."""
    photos = snapshot.parent.parent / "写真"
    rows = table(snapshot.parent / "samples.csv")
    return {row["sha256"]: (photos / row["path"]).read_bytes() for row in rows}


def test_an_imagefolder_holds_the_files_by_split_and_class(snapshot: Path, tmp_path: Path) -> None:
    out = export(snapshot, "imagefolder", tmp_path / "hf")
    rows = {row["sha256"]: row for row in table(snapshot.parent / "samples.csv")}
    bodies, found = originals(snapshot), set()
    for split in "train", "val", "test":
        with (out / split / "metadata.csv").open(newline="", encoding="utf-8") as file:
            for line in csv.DictReader(file):
                name = line["sha256"]
                row = rows[name]
                extension = "jpg" if "/j" in row["path"] else "png"
                assert line["file_name"] == f"{row['label']}/{name}.{extension}"
                assert (out / split / line["file_name"]).read_bytes() == bodies[name]
                assert (line["label"], split) == (row["label"], row["split"])
                assert line["source"] == row["path"]
                assert all(line.values()), "an empty cell is read as a missing number"
                found.add(name)
    assert found == set(rows)
    readme = (out / "README.md").read_text(encoding="utf-8")
    assert '- split: validation\n        path: "val/**"' in readme


def test_a_webdataset_has_sorted_keys_and_no_times(snapshot: Path, tmp_path: Path) -> None:
    out = export(snapshot.parent, "webdataset", tmp_path / "wds")
    bodies, found = originals(snapshot), set()
    assert json.loads((out / "classes.json").read_text(encoding="utf-8")) == list(NAMES)
    for split in "train", "val", "test":
        with tarfile.open(out / f"{split}-000000.tar") as tar:
            read = {each.name: body.read() for each in tar if (body := tar.extractfile(each))}
            assert {(m.mtime, m.uid, m.gid, m.uname, m.gname) for m in tar} == {(0, 0, 0, "", "")}
        keys = [name.split(".")[0] for name in read]
        assert keys == sorted(keys)
        for key in set(keys):
            facts = json.loads(read[f"{key}.json"])
            assert NAMES[int(read[f"{key}.cls"])] == facts["label"]
            assert bodies[key] in (read.get(f"{key}.jpg"), read.get(f"{key}.png"))
            found.add(key)
    assert found == set(bodies)


def test_a_full_tar_is_followed_by_another(
    snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dataset.export.TAR_BYTES", 1000)
    out = export(snapshot, "webdataset", tmp_path / "wds")
    tars = sorted(path.name for path in out.glob("train-*.tar"))
    assert tars == [f"train-{n:06}.tar" for n in range(len(tars))]
    assert len(tars) > 2
    keys = []
    for name in tars:
        with tarfile.open(out / name) as tar:
            keys += [member.name for member in tar if member.name.endswith(".cls")]
    assert keys == sorted(keys)
    assert len(keys) == len(open_dataset(snapshot).split("train"))


@pytest.mark.parametrize("form", ["imagefolder", "webdataset"])
def test_the_same_snapshot_gives_the_same_bytes(snapshot: Path, tmp_path: Path, form: str) -> None:
    one, two = (files(export(snapshot, form, tmp_path / name)) for name in ("1", "2"))
    assert one == two


def test_where_the_originals_are_gone_stored_pixels_are_exported(
    snapshot: Path, tmp_path: Path
) -> None:
    rows = {row["sha256"]: row for row in table(snapshot.parent / "samples.csv")}
    (tmp_path / "写真").rename(tmp_path / "elsewhere")
    out = export(snapshot, "imagefolder", tmp_path / "hf")
    images = list(out.rglob("*.png"))
    assert len(images) == len(rows)
    for path in images:
        row = rows[path.stem]
        shard = np.load(snapshot.parent / "shards" / row["shard"])
        assert (np.asarray(Image.open(path)) == shard[int(row["row"])]).all()


def test_arrays_are_exported_as_they_are_stored(tmp_path: Path) -> None:
    snapshot = run(DatasetConfig(), [archive(tmp_path / "a.npz")], tmp_path / "out")
    out = export(snapshot, "imagefolder", tmp_path / "hf")
    assert len(list(out.rglob("*.png"))) == len(table(tmp_path / "out" / "samples.csv"))


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("rose", "rose"),
        ("薔薇", "薔薇"),
        ("a/b", "a%2Fb"),
        ("..", "%2E%2E"),
        (".hidden", "%2Ehidden"),
        ("con", "%25con"),
        ("a*[b]", "a%2A%5Bb%5D"),
        ("100%", "100%25"),
        ("dot.", "dot%2E"),
    ],
)
def test_any_label_makes_a_folder_that_is_safe_anywhere(label: str, name: str) -> None:
    assert folder_name(label) == name


def test_long_labels_stay_apart() -> None:
    one, two = folder_name("a" * 5000 + "1"), folder_name("a" * 5000 + "2")
    assert one != two
    assert len(one.encode()) < 255
    assert len(folder_name("薔" * 5000).encode()) < 255


def test_an_export_that_was_interrupted_is_made_whole(snapshot: Path, tmp_path: Path) -> None:
    whole = files(export(snapshot, "imagefolder", tmp_path / "whole"))
    out = tmp_path / "torn"
    export(snapshot, "imagefolder", out)
    (out / "train" / "metadata.csv").unlink()
    record = (out / "stage.json").read_text(encoding="utf-8")
    unfinished = record.replace('"finished": true', '"finished": false')
    (out / "stage.json").write_text(unfinished, encoding="utf-8")
    assert files(export(snapshot, "imagefolder", out)) == whole


def test_another_export_is_not_mixed_in(snapshot: Path, tmp_path: Path) -> None:
    export(snapshot, "imagefolder", tmp_path / "hf")
    with pytest.raises(DatasetError, match="holds another export; choose another --out"):
        export(snapshot, "webdataset", tmp_path / "hf")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_bytes(b"")
    with pytest.raises(DatasetError, match="is not empty; choose another --out"):
        export(snapshot, "webdataset", tmp_path / "mine")
    with pytest.raises(DatasetError, match="holds another export; choose another --out"):
        export(snapshot, "webdataset", snapshot.parent)


def test_the_command_prints_the_folder(
    snapshot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(snapshot), "--to", "imagefolder", "--out", str(tmp_path / "hf")]
    assert export_main(words) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'hf'}\n"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda words: [*words[:1], *words[3:]], 2),
        (lambda words: ["none", *words[1:]], 2),
        (lambda words: [*words[:2], "parquet", *words[3:]], 2),
        (lambda words: [*words[:-1], words[0]], 2),
        (lambda words: [f"{words[0]}/../shards", *words[1:]], 2),
    ],
)
def test_a_wrong_command_ends_with_its_status(
    snapshot: Path, tmp_path: Path, change: Callable[[list[str]], list[str]], status: int
) -> None:
    words = [str(snapshot), "--to", "imagefolder", "--out", str(tmp_path / "hf")]
    try:
        ended = export_main(change(words))
    except SystemExit as end:
        ended = int(end.code or 0)
    assert ended == status
