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
    assert list(read_list(file)) == [Listed(0, "https://example.org/a.png", "rose", "", "", "")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("address\nhttp://a/\n", "needs a header with a column url"),
        ("", "needs a header with a column url"),
        ('url,label\n"a,x\n', "is no CSV"),
    ],
)
def test_what_is_no_list_is_told(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ManifestError, match=sentence):
        list(read_list(written(tmp_path, text)))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "", "http://", "https://a b/c.png"])
def test_an_address_that_nobody_can_ask_is_told_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    file = written(tmp_path, f"url,label\nhttp://a/1.png,x\n{url},x\nhttp://a/3.png,x\n")
    assert [(row.position, row.url[-5:]) for row in read_list(file)] == [(0, "1.png"), (2, "3.png")]
    assert caplog.messages == [f"{file}, line 3: {url!r} is no web address; left out"]


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no such list"):
        list(read_list(tmp_path / "none.csv"))


def test_a_label_of_a_list_is_as_tidy_as_any_other(tmp_path: Path) -> None:
    file = written(tmp_path, "url,label,page_url\nhttps://e.org/a.png,カ\u3099  a|b,wall|2\n")
    assert [(row.label, row.page_url) for row in read_list(file)] == [("ガ a b", "wall 2")]
