import io
import os
import sys
import unicodedata
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from crawler.manifest import FoundRow, ImageRow, Status, write_table
from dataset.errors import InputError
from dataset.reading.inputs import read_inputs
from tests.dataset.pictures import folder_of, look, png, stored_row, write_manifest


def found(url: str, page: str, position: int) -> FoundRow:
    return FoundRow(
        url=url,
        page_url=page,
        source=0,
        label="rose",
        alt="",
        attribute="srcset",
        depth=0,
        position=position,
        chosen=0,
    )


def test_every_row_of_a_manifest_is_an_item(tmp_path: Path) -> None:
    rows = [
        stored_row(tmp_path, "https://a.example/1", png(1), "rose", licence="CC0"),
        stored_row(tmp_path, "https://a.example/2", png(1), "rose", status=Status.DUPLICATE),
        ImageRow(url="https://a.example/3", status=Status.DENIED, error="robots: forbidden"),
        ImageRow(url="https://a.example/4", status=Status.OK),
    ]
    items = read_inputs([write_manifest(tmp_path, rows)]).items
    assert [item.reason for item in items] == ["", "", "denied", "missing"]
    assert items[0].source == tmp_path / rows[0].path
    assert (items[0].label, items[0].licence, items[0].url) == ("rose", "CC0", rows[0].url)
    assert items[2].detail == "robots: forbidden"


def test_several_manifests_are_one_input_in_any_order(tmp_path: Path) -> None:
    one = write_manifest(
        tmp_path / "one", [stored_row(tmp_path / "one", "https://b.example/", png(1), "a")]
    )
    two = write_manifest(
        tmp_path / "two", [stored_row(tmp_path / "two", "https://a.example/", png(2), "b")]
    )
    here, there = read_inputs([one, two]), read_inputs([two, one])
    assert [item.url for item in here.items] == ["https://a.example/", "https://b.example/"]
    assert here == there


def test_the_time_of_fetching_and_the_place_on_disk_are_no_part_of_what_an_input_is(
    tmp_path: Path,
) -> None:
    def made(folder: Path, label: str, fetched_at: str = "") -> object:
        row = stored_row(folder, "https://a.example/", png(1), label, fetched_at=fetched_at)
        return read_inputs([write_manifest(folder, [row])]).identity

    first = made(tmp_path / "here", "a")
    assert first == made(tmp_path / "there", "a", "2030-01-01T00:00:00Z")
    assert first != made(tmp_path / "else", "b")


def test_alternatives_of_one_element_share_it(tmp_path: Path) -> None:
    urls = [f"https://a.example/{name}" for name in ("s", "l", "alone")]
    manifest = write_manifest(
        tmp_path, [stored_row(tmp_path, url, png(k), "rose") for k, url in enumerate(urls)]
    )
    page = "https://a.example/"
    rows = [found(urls[0], page, 3), found(urls[1], page, 3), found(urls[2], page, 4)]
    write_table(tmp_path / "found.csv", FoundRow, rows)
    elements = {item.url: item.elements for item in read_inputs([manifest]).items}
    assert elements[urls[0]] == elements[urls[1]] != ()
    assert elements[urls[2]] == ()


def test_what_is_read_elsewhere_is_no_alternative_whatever_its_page_is_called(
    tmp_path: Path,
) -> None:
    urls = [f"https://a.example/{name}" for name in "abcd"]
    manifest = write_manifest(
        tmp_path, [stored_row(tmp_path, url, png(k), "rose") for k, url in enumerate(urls)]
    )
    page = found(urls[0], "https://a.example/", 3)
    listed = replace(page, url=urls[2], page_url="", position=0)
    rows = [
        replace(page, document="https://a.example/?page=1"),
        replace(page, url=urls[1], document="https://a.example/?page=2"),
        listed,
        replace(listed, url=urls[3], source=1),
    ]
    write_table(tmp_path / "found.csv", FoundRow, rows)
    assert {item.elements for item in read_inputs([manifest]).items} == {()}


def test_labels_are_taken_apart_and_normalised(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "が")
    rows = [
        stored_row(
            tmp_path, "https://a.example/1", png(1), decomposed, labels=f"rose|{decomposed}"
        ),
        stored_row(tmp_path, "https://a.example/2", png(2), "a|b"),
    ]
    first, second = read_inputs([write_manifest(tmp_path, rows)]).items
    assert (first.label, first.labels) == ("が", ("rose", "が"))
    assert (second.label, second.labels) == ("a|b", ("a|b",))


def test_a_sub_folder_is_a_class(tmp_path: Path) -> None:
    folder_of(tmp_path, {"薔薇": [1, 2], "rose": [3]})
    (tmp_path / "rose" / "deep").mkdir()
    (tmp_path / "rose" / "deep" / "4.png").write_bytes(png(4))
    (tmp_path / "readme.txt").write_text("about", encoding="utf-8")
    (tmp_path / ".hidden").write_text("", encoding="utf-8")
    items = read_inputs([tmp_path]).items
    assert [(item.path, item.label, item.official) for item in items] == [
        ("readme.txt", "", ""),
        ("rose/3.png", "rose", ""),
        ("rose/deep/4.png", "rose", ""),
        ("薔薇/1.png", "薔薇", ""),
        ("薔薇/2.png", "薔薇", ""),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every file name is text")
def test_a_file_name_that_is_no_text_is_spelled_out(tmp_path: Path) -> None:
    folder_of(tmp_path, {"a": [1]})
    Path(os.fsdecode(os.fsencode(tmp_path / "a") + b"/\xff.png")).write_bytes(png(2))
    items = read_inputs([tmp_path]).items
    assert [item.path for item in items] == ["a/1.png", "a/\\udcff.png"]
    assert look(items[1]).status == "image"


def test_a_split_made_by_others_is_kept(tmp_path: Path) -> None:
    folder_of(tmp_path / "train", {"a": [1], "b": [2]})
    folder_of(tmp_path / "test", {"a": [3], "b": [4]})
    read = read_inputs([tmp_path])
    assert [(item.path, item.label, item.official) for item in read.items] == [
        ("test/a/3.png", "a", "test"),
        ("test/b/4.png", "b", "test"),
        ("train/a/1.png", "a", "train"),
        ("train/b/2.png", "b", "train"),
    ]


def test_a_class_may_be_called_train(tmp_path: Path) -> None:
    folder_of(tmp_path, {"train": [1], "test": [2]})
    assert {item.label for item in read_inputs([tmp_path]).items} == {"train", "test"}


def test_a_file_with_other_bytes_is_another_folder(tmp_path: Path) -> None:
    folder_of(tmp_path, {"a": [1], "b": [2]})
    before = read_inputs([tmp_path]).identity
    (tmp_path / "a" / "1.png").write_bytes(png(9))
    assert read_inputs([tmp_path]).identity != before


def test_manifests_that_differ_in_one_word_only_are_one_input_in_any_order(tmp_path: Path) -> None:
    manifests: list[Path] = []
    for name in "one", "two":
        folder, url = tmp_path / name, "https://a.example/1"
        row = stored_row(folder, url, png(1), "a", licence=name, fetched_at=f"20{len(manifests)}")
        manifests.append(write_manifest(folder, [row]))
        rows = [found(url, name, 3), found("https://a.example/2", name, 3)]
        write_table(folder / "found.csv", FoundRow, rows)
    here, there = read_inputs(manifests), read_inputs(manifests[::-1])
    assert here == there
    assert len({item.elements for item in here.items}) == 2


def test_a_file_that_comes_back_makes_another_input(tmp_path: Path) -> None:
    row = stored_row(tmp_path, "https://a.example/1", png(1), "a")
    manifest = write_manifest(tmp_path, [row])
    (tmp_path / row.path).unlink()
    before = read_inputs([manifest]).identity
    (tmp_path / row.path).write_bytes(png(1))
    assert read_inputs([manifest]).identity != before


def test_labels_of_manifests_and_arrays_are_one_line(tmp_path: Path) -> None:
    row = stored_row(tmp_path, "https://a.example/1", png(1), "red\nrose", labels="b|red\nrose")
    item = read_inputs([write_manifest(tmp_path, [row])]).items[0]
    assert (item.label, item.labels) == ("red rose", ("b", "red rose"))
    y = np.array(["red\nrose", "b", "c", "d"])
    np.savez(tmp_path / "a.npz", **arrays(y_train=y))  # type: ignore[arg-type]  # arrays all
    assert read_inputs([tmp_path / "a.npz"]).items[0].label == "red rose"


def arrays(**others: object) -> dict[str, object]:
    x = np.zeros((4, 6, 6), np.uint8)
    y = np.arange(4)
    return {"x_train": x, "y_train": y, "x_test": x[:2], "y_test": y[:2]} | others


def test_arrays_come_with_their_split(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", **arrays(y_train=np.arange(4).reshape(4, 1)))  # type: ignore[arg-type]  # arrays all
    read = read_inputs([tmp_path / "a.npz"])
    assert read.side == 6
    assert [(item.path, item.label, item.official) for item in read.items][2:5] == [
        ("x_train[2]", "2", "train"),
        ("x_train[3]", "3", "train"),
        ("x_test[0]", "0", "test"),
    ]


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"x_train": np.zeros((4, 6, 6))}, "x_train must be uint8, from 0 to 255, got float64"),
        ({"x_train": np.zeros((4, 6, 7), np.uint8)}, "x_train must be"),
        ({"x_train": np.zeros(4, np.uint8)}, "x_train must be"),
        ({"x_test": np.zeros((2, 5, 5), np.uint8)}, "x_train and x_test differ in the shape"),
        (
            {name: np.zeros((n, 0, 0), np.uint8) for name, n in (("x_train", 4), ("x_test", 2))},
            r"x_train must have 1 to 4096 pixels a side, got \(4, 0, 0\)",
        ),
        ({"y_test": np.zeros(3)}, "x_test and y_test differ in length"),
    ],
)
def test_arrays_of_the_wrong_kind_are_refused(
    tmp_path: Path, others: dict[str, object], message: str
) -> None:
    np.savez(tmp_path / "a.npz", **arrays(**others))  # type: ignore[arg-type]  # as above
    with pytest.raises(InputError, match=message):
        read_inputs([tmp_path / "a.npz"])


def test_an_archive_without_the_arrays_is_refused_by_what_it_lacks(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x_train=np.zeros((4, 6, 6), np.uint8))
    with pytest.raises(InputError, match=r"holds no y_train, x_test, y_test; it needs"):
        read_inputs([tmp_path / "a.npz"])


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04torn", b"no archive at all"])
def test_a_torn_archive_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(body)
    with pytest.raises(InputError, match="no archive of arrays"):
        read_inputs([tmp_path / "a.npz"])


def damaged(path: Path, find: bytes, offset: int, patch: bytes) -> Path:
    """An archive with a few bytes replaced, at `offset` from the first `find`."""
    np.savez_compressed(path, **arrays())  # type: ignore[arg-type]  # as above
    body = bytearray(path.read_bytes())
    start = body.index(find) + offset
    body[start : start + len(patch)] = patch
    path.write_bytes(body)
    return path


@pytest.mark.parametrize(
    ("find", "offset", "patch"),
    [
        (b"x_train.npy", 31, b"\xff" * 20),  # the compressed bytes
        (b"PK\x01\x02", 10, b"\x63"),  # the method of compression, in the directory
    ],
)
def test_a_damaged_archive_is_refused(
    tmp_path: Path, find: bytes, offset: int, patch: bytes
) -> None:
    with pytest.raises(InputError, match="no archive of arrays"):
        read_inputs([damaged(tmp_path / "a.npz", find, offset, patch)])


def test_an_archive_that_claims_more_than_any_memory_is_refused(tmp_path: Path) -> None:
    header = io.BytesIO()
    shape = (2**40, 64, 64)
    claim = {"descr": "|u1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, claim)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        for name in arrays():
            archive.writestr(f"{name}.npy", header.getvalue())
    with pytest.raises(InputError, match="no archive of arrays"):
        read_inputs([tmp_path / "a.npz"])


def test_wrong_inputs_are_named(tmp_path: Path) -> None:
    empty = write_manifest(tmp_path, [])
    (tmp_path / "notes.txt").write_text("", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for paths, message in (
        ([], "name a manifest"),
        ([tmp_path / "none.csv"], "no such file or folder"),
        ([tmp_path / "notes.txt"], "neither a manifest"),
        ([tmp_path / "folder"], "holds no images; it needs one sub-folder for each class"),
        ([empty], "has no row"),
        ([empty, tmp_path / "folder"], "must all be manifests"),
    ):
        with pytest.raises(InputError, match=message):
            read_inputs(paths)
