"""Lists of image addresses."""

from pathlib import Path

import pytest

from crawler.errors import ManifestError
from crawler.lists import Listed, read_list


def written(folder: Path, text: str) -> Path:
    file = folder / "urls.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_columns_that_are_missing_are_empty(tmp_path: Path) -> None:
    file = written(tmp_path, "\ufeffurl,label\nHTTPS://Example.org/a.png#x, rose \n")
    assert list(read_list(file)) == [Listed(0, "https://example.org/a.png", "rose", "", "")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("address\nhttp://a/\n", "needs a header with a column url"),
        ("url,label\nfile:///etc/passwd,x\n", "line 2: 'file:///etc/passwd' is no web address"),
        ("url,label\n,x\n", "line 2: '' is no web address"),
        ('url,label\n"a,x\n', "is no CSV"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ManifestError, match=sentence):
        list(read_list(written(tmp_path, text)))


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no such list"):
        list(read_list(tmp_path / "none.csv"))


def test_a_label_of_a_list_is_as_tidy_as_any_other(tmp_path: Path) -> None:
    file = written(tmp_path, "url,label,page_url\nhttps://e.org/a.png,カ\u3099  a|b,wall|2\n")
    assert [(row.label, row.page_url) for row in read_list(file)] == [("ガ a b", "wall 2")]
