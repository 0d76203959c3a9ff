import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from crawler.files import FolderBusyError, sha256, stage_folder
from crawler.manifest import ImageRow, Status
from dataset import DatasetConfig, DatasetError, open_dataset, run
from dataset.image import load_image
from dataset.pictures.examine import Examined
from dataset.pictures.strict import strict_decoder
from dataset.reporting.inputs import LENIENT, STRICT
from tests.dataset.pictures import encode, folder_of, pixels, png, stored_row, write_manifest
from tests.dataset.profiles import ADOBE_RGB, rgb_profile

CONFIG = DatasetConfig(size=8)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def crawl(folder: Path, count: int = 12) -> Path:
    """A manifest of `count` pictures of each of two classes and one row of every other kind."""
    rows = [
        stored_row(folder, f"https://a.example/{label}/{seed}", png(seed), label)
        for label, start in (("rose", 0), ("薔薇", 100))
        for seed in range(start, start + count)
    ]
    torn = png(7000)[:-30]
    rows += [
        stored_row(folder, "https://b.example/0", png(0), "薔薇", status=Status.DUPLICATE),
        stored_row(folder, "https://b.example/torn", torn, "rose"),
        stored_row(folder, "https://b.example/no-label", png(7001), ""),
        ImageRow(url="https://b.example/denied", status=Status.DENIED, error="robots: no"),
        ImageRow(url="https://b.example/gone", label="rose", status=Status.OK, path="images/no"),
    ]
    return write_manifest(folder, rows)


def made(out: Path, *inputs: Path, config: DatasetConfig = CONFIG) -> dict[str, object]:
    document: dict[str, object] = json.loads(run(config, inputs, out).read_text(encoding="utf-8"))
    return document


def test_rows_in_are_samples_and_quarantine(tmp_path: Path) -> None:
    manifest = crawl(tmp_path / "crawl")
    run(CONFIG, [manifest], tmp_path / "out")
    samples, quarantine = (
        table(tmp_path / "out" / name) for name in ("samples.csv", "quarantine.csv")
    )
    assert len(samples) + len(quarantine) == len(table(manifest)) == 29
    assert Counter(row["reason"] for row in quarantine) == {
        "duplicate-bytes": 1,
        "truncated": 1,
        "no-label": 1,
        "denied": 1,
        "missing": 1,
    }
    twin = next(row for row in quarantine if row["reason"] == "duplicate-bytes")
    assert twin["kept"] == sha256(png(0))
    assert [row["sha256"] for row in samples if "label-conflict" in row["flags"]] == [twin["kept"]]


def test_a_sample_can_be_traced_to_its_image_and_its_page(tmp_path: Path) -> None:
    manifest = crawl(tmp_path / "crawl")
    dataset = open_dataset(run(CONFIG, [manifest], tmp_path / "out"))
    by_url = {row["url"]: row for row in table(manifest)}
    for row in table(tmp_path / "out" / "samples.csv"):
        shard = np.load(tmp_path / "out" / "shards" / row["shard"])
        source = by_url[row["url"]]
        body = (manifest.parent / source["path"]).read_bytes()
        assert (shard[int(row["row"])] == load_image(body, 9)).all()
        assert (row["sha256"], row["page_url"]) == (source["sha256"], source["page_url"])
    assert dataset.classes == ("rose", "薔薇")
    assert (dataset.size, dataset.stored, dataset.augment) == (8, 9, ("crop", "flip"))


def test_the_statistics_are_those_of_the_train_split_alone(tmp_path: Path) -> None:
    dataset = open_dataset(run(CONFIG, [crawl(tmp_path / "crawl")], tmp_path / "out"))
    train = dataset.split("train")
    pixels = train.images(np.arange(len(train))).reshape(-1, 3) / 255
    np.testing.assert_allclose(dataset.mean, pixels.mean(0), rtol=1e-12)
    np.testing.assert_allclose(dataset.std, pixels.std(0), rtol=1e-12)


def many_kinds(root: Path) -> Path:
    """A folder of two classes with files of every kind of colour, profiles among them."""
    profile = rgb_profile(ADOBE_RGB)
    for label, start in (("rose", 0), ("薔薇", 50)):
        (root / label).mkdir(parents=True)
        for seed, mode in enumerate(3 * ("RGB", "L", "P", "RGBA", "CMYK"), start):
            image = Image.fromarray(pixels(seed, 40, 60)).convert(mode)
            form = "JPEG" if mode == "CMYK" else "PNG"
            body = encode(image, form, **({"icc_profile": profile} if seed % 2 else {}))
            (root / label / f"{seed}.{form.lower()}").write_bytes(body)
    return root


def test_flags_and_what_was_applied_stand_in_the_table(tmp_path: Path) -> None:
    folder = many_kinds(tmp_path / "photos")
    Image.new("LA", (40, 40), (9, 0)).save(folder / "rose" / "blank.png")
    run(CONFIG, [folder], tmp_path / "out")
    rows = {Path(row["path"]).name: row for row in table(tmp_path / "out" / "samples.csv")}
    blank = rows["blank.png"]
    assert (blank["flags"], blank["applied"]) == ("blurry overexposed flat", "grey alpha")
    assert {row["flags"] for row in rows.values() if row is not blank} == {""}


def test_what_the_config_sets_aside_is_in_quarantine_with_its_reason(tmp_path: Path) -> None:
    folder = many_kinds(tmp_path / "photos")
    Image.new("L", (40, 40), 9).save(folder / "rose" / "blank.png")
    run(DatasetConfig(size=8, quarantine=("flat",)), [folder], tmp_path / "out")
    (row,) = table(tmp_path / "out" / "quarantine.csv")
    assert (row["reason"], row["path"]) == ("flat", "rose/blank.png")


def test_the_place_on_disk_is_no_part_of_a_snapshot(tmp_path: Path) -> None:
    here = made(tmp_path / "out", crawl(tmp_path / "crawl"))
    there = made(tmp_path / "データ 2" / "out", crawl(tmp_path / "データ 2" / "crawl"))
    assert here == there
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in (tmp_path / "out").iterdir()
        if path.suffix in {".csv", ".json"}
    )
    assert str(tmp_path) not in text


def test_the_same_command_again_does_nothing(tmp_path: Path) -> None:
    manifest = crawl(tmp_path / "crawl")
    result = run(CONFIG, [manifest], tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in result.parent.rglob("*")}

    def watch(rows: Iterator[Examined]) -> Iterator[Examined]:
        raise AssertionError("nothing is to be read")

    assert run(CONFIG, [manifest], tmp_path / "out", watch=watch) == result
    assert {path: path.stat().st_mtime_ns for path in result.parent.rglob("*")} == before


def test_every_input_passes_the_watch_with_its_outcome(tmp_path: Path) -> None:
    seen: list[Examined] = []

    def watch(rows: Iterator[Examined]) -> Iterator[Examined]:
        for row in rows:
            seen.append(row)
            yield row

    run(CONFIG, [crawl(tmp_path / "crawl")], tmp_path / "out", watch=watch)
    assert {row.total for row in seen} == {len(seen)} == {29}
    assert Counter(row.status for row in seen)["image"] == 25


def test_nothing_to_train_on_is_told(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "photos" / "test", {"a": range(3), "b": range(5, 8)}).parent
    folder_of(folder / "train", {"a": []})
    with pytest.raises(DatasetError, match="no sample is left to train on"):
        run(CONFIG, [folder], tmp_path / "out")


def test_a_damaged_snapshot_is_made_again(tmp_path: Path) -> None:
    manifest = crawl(tmp_path / "crawl")
    first = made(tmp_path / "out", manifest)
    shard = next((tmp_path / "out" / "shards").iterdir())
    shard.write_bytes(b"damaged")
    assert made(tmp_path / "out", manifest) == first
    open_dataset(tmp_path / "out" / "dataset.json")


def test_a_record_that_a_power_cut_mixed_of_two_is_not_believed(tmp_path: Path) -> None:
    """The new config before the old word that all is finished; the snapshot knows its recipe."""
    manifest, other = crawl(tmp_path / "crawl"), DatasetConfig(size=6)
    first = made(tmp_path / "out", manifest)
    record = tmp_path / "out" / "stage.json"
    facts = json.loads(record.read_text(encoding="utf-8"))
    facts["config"] = json.loads(json.dumps(replace(other, stored=6).identity()))
    facts["config"]["duplicates"] = "near"
    record.write_text(json.dumps(facts), encoding="utf-8")
    assert made(tmp_path / "out", manifest, config=other)["id"] != first["id"]


def test_new_images_make_a_new_snapshot_and_move_no_old_sample(tmp_path: Path) -> None:
    first = made(tmp_path / "out", crawl(tmp_path / "one", 12))
    old = {row["sha256"]: row["split"] for row in table(tmp_path / "out" / "samples.csv")}
    ledger = (tmp_path / "out" / "splits.csv").read_bytes()
    second = made(tmp_path / "out", crawl(tmp_path / "two", 20))
    new = {row["sha256"]: row["split"] for row in table(tmp_path / "out" / "samples.csv")}
    assert len(new) == 40
    assert {name: new[name] for name in old} == old
    assert (tmp_path / "out" / "splits.csv").read_bytes().startswith(ledger)
    assert (first["parent"], second["parent"]) == (None, first["id"])
    assert second["id"] != first["id"]


def test_fewer_images_make_a_snapshot_of_exactly_those(tmp_path: Path) -> None:
    one, two = crawl(tmp_path / "one", 20), crawl(tmp_path / "two", 12)
    first = made(tmp_path / "out", one)
    splits = {row["sha256"]: row["split"] for row in table(tmp_path / "out" / "samples.csv")}
    made(tmp_path / "out", two)
    fewer = table(tmp_path / "out" / "samples.csv")
    assert len(fewer) == 24
    assert all(splits[row["sha256"]] == row["split"] for row in fewer)
    assert made(tmp_path / "out", one)["id"] == first["id"]  # and back again


def test_another_config_makes_another_snapshot(tmp_path: Path) -> None:
    manifest = crawl(tmp_path / "crawl")
    first = made(tmp_path / "out", manifest)
    assert made(tmp_path / "out", manifest, config=DatasetConfig(size=6))["id"] != first["id"]
    assert open_dataset(tmp_path / "out" / "dataset.json").size == 6


def test_the_order_of_manifests_changes_nothing(tmp_path: Path) -> None:
    one, two = crawl(tmp_path / "one", 12), crawl(tmp_path / "two", 15)
    assert made(tmp_path / "ab", one, two) == made(tmp_path / "ba", two, one)
    samples, quarantine = (
        table(tmp_path / "ab" / name) for name in ("samples.csv", "quarantine.csv")
    )
    assert len(samples) + len(quarantine) == len(table(one)) + len(table(two))


def test_a_folder_of_class_folders_becomes_a_dataset(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "photos", {"rose": range(9), "薔薇": range(20, 29)})
    dataset = open_dataset(run(CONFIG, [folder], tmp_path / "out"))
    assert dataset.classes == ("rose", "薔薇")
    assert sum(len(dataset.split(name)) for name in ("train", "val", "test")) == 18


def archive(path: Path) -> Path:
    x = np.random.default_rng(0).integers(0, 256, (60, 10, 10), dtype=np.uint8)
    y = np.arange(60) % 12
    np.savez(path, x_train=x[:40], y_train=y[:40], x_test=x[40:], y_test=y[40:])
    return path


def test_arrays_become_a_dataset_of_their_own_size(tmp_path: Path) -> None:
    dataset = open_dataset(run(DatasetConfig(), [archive(tmp_path / "a.npz")], tmp_path / "out"))
    assert (dataset.size, dataset.stored) == (10, 10)
    assert dataset.classes == tuple(map(str, range(12)))
    test = dataset.split("test")
    x = np.load(tmp_path / "a.npz")["x_test"]
    held = {image.tobytes() for image in test.images(np.arange(20))}
    assert held == {np.repeat(image, 3).tobytes() for image in x}


def test_arrays_refuse_another_stored_size(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="arrays keep their own 10 pixels; leave out stored"):
        run(DatasetConfig(size=8, stored=9), [archive(tmp_path / "a.npz")], tmp_path / "out")


def test_a_predicted_file_and_an_array_of_the_same_picture_are_the_same_pixels(
    tmp_path: Path,
) -> None:
    dataset = open_dataset(run(DatasetConfig(), [archive(tmp_path / "a.npz")], tmp_path / "out"))
    image = dataset.split("test").images(np.arange(1))[0]
    Image.fromarray(image).save(tmp_path / "a.png")
    assert (load_image((tmp_path / "a.png").read_bytes(), dataset.stored) == image).all()


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        ({"rose": range(5)}, r"all samples are of one class \(rose\); two are needed"),
        ({}, "holds no images"),
    ],
)
def test_too_few_classes_are_told(
    tmp_path: Path, classes: dict[str, Sequence[int]], message: str
) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(DatasetError, match=message):
        run(CONFIG, [folder_of(tmp_path / "photos", classes)], tmp_path / "out")


def test_a_manifest_without_a_usable_row_is_told_with_the_reasons(tmp_path: Path) -> None:
    rows = [
        ImageRow(url=f"https://a.example/{n}", label="a", status=Status.DENIED, error="robots: no")
        for n in range(3)
    ]
    with pytest.raises(DatasetError, match="no input is a usable image with a label: 3 denied"):
        run(CONFIG, [write_manifest(tmp_path, rows)], tmp_path / "out")
    assert not (tmp_path / "out" / "dataset.json").exists()


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "photos", {"a": range(3), "b": range(5, 8)})
    with stage_folder(tmp_path / "out"), pytest.raises(FolderBusyError):
        run(CONFIG, [folder], tmp_path / "out")


def test_the_run_says_once_whether_silent_damage_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = folder_of(tmp_path / "photos", {"a": range(3), "b": range(5, 8)})
    with caplog.at_level("INFO"):
        run(CONFIG, [folder], tmp_path / "out")
    strict = strict_decoder() is not None
    assert caplog.text.count("silently damaged") == (0 if strict else 1)
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert (STRICT in report, LENIENT in report) == (strict, not strict)
    record = json.loads((tmp_path / "out" / "stage.json").read_text(encoding="utf-8"))
    assert ("simplejpeg" in record["versions"]) is strict


def test_stage_json_says_what_was_done(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "photos", {"a": range(3), "b": range(5, 8)})
    run(CONFIG, [folder], tmp_path / "out")
    record = json.loads((tmp_path / "out" / "stage.json").read_text(encoding="utf-8"))
    assert (record["stage"], record["finished"], record["result"]) == (
        "dataset",
        True,
        "dataset.json",
    )
    assert record["inputs"]["rows"] == 6
    assert "workers" not in record["config"]
