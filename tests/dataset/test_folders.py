from pathlib import Path

import pytest

from dataset.errors import InputError
from dataset.reading.inputs import Item, read_inputs
from tests.dataset.pictures import folder_of, png


def official(root: Path) -> Path:
    folder_of(root / "train", {"a": [1], "b": [2]})
    folder_of(root / "test", {"a": [3], "b": [4]})
    return root


def words(item: Item) -> tuple[str, str, str]:
    return item.path, item.label, item.official


def test_an_empty_split_folder_is_passed_over(tmp_path: Path) -> None:
    before = read_inputs([official(tmp_path)])
    (tmp_path / "val").mkdir()
    assert read_inputs([tmp_path]) == before


@pytest.mark.parametrize("other", ["valid", "extra"])
def test_a_folder_beside_a_split_is_refused(tmp_path: Path, other: str) -> None:
    folder_of(official(tmp_path) / other, {"a": [5]})
    with pytest.raises(InputError, match=f"holds train and test beside {other}; a split has only"):
        read_inputs([tmp_path])


def test_files_beside_train_and_test_are_inputs_without_a_label(tmp_path: Path) -> None:
    (official(tmp_path) / "sample.png").write_bytes(png(5))
    (tmp_path / "test" / "6.png").write_bytes(png(6))
    assert [words(item) for item in read_inputs([tmp_path]).items] == [
        ("sample.png", "", ""),
        ("test/6.png", "", "test"),
        ("test/a/3.png", "a", "test"),
        ("test/b/4.png", "b", "test"),
        ("train/a/1.png", "a", "train"),
        ("train/b/2.png", "b", "train"),
    ]


def test_a_linked_folder_leads_into_no_other_class(tmp_path: Path) -> None:
    folder_of(tmp_path, {"a": [1], "b": [2]})
    (tmp_path / "a" / "up").symlink_to("..", target_is_directory=True)
    assert [item.path for item in read_inputs([tmp_path]).items] == ["a/1.png", "b/2.png"]


def test_the_name_of_a_class_is_one_line(tmp_path: Path) -> None:
    folder_of(tmp_path, {"red\nrose ": [1], "b": [2]})
    assert {item.label for item in read_inputs([tmp_path]).items} == {"red rose", "b"}
