import csv
from dataclasses import fields
from pathlib import Path

import pytest

from crawler.errors import ManifestError
from crawler.manifest import FoundRow, ImageRow, Status, read_found, read_manifest, write_table

ROW = ImageRow(
    url="https://a.example/薔薇.jpg",
    page_url="https://a.example/",
    label="薔薇",
    labels="rose|薔薇",
    alt='a "red", rose\nwith a break',
    status=Status.OK,
    path="images/ab/ab.jpg",
    width=640,
    height=480,
)
FOUND = FoundRow(
    url="https://a.example/a.jpg",
    page_url="https://a.example/",
    source=0,
    label="rose",
    alt="",
    attribute="srcset",
    depth=0,
    position=3,
    chosen=1,
)


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_table(tmp_path / "manifest.csv", ImageRow, [ROW])
    write_table(tmp_path / "found.csv", FoundRow, [FOUND])
    assert list(read_manifest(tmp_path / "manifest.csv")) == [ROW]
    assert list(read_found(tmp_path / "found.csv")) == [FOUND]


def test_the_file_is_rfc_4180_with_every_column(tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    write_table(path, ImageRow, [ROW])
    assert path.read_bytes().startswith(b"url,final_url,page_url,alt,label,labels,status,error,")
    assert path.read_bytes().endswith(b"\r\n")
    with path.open(newline="", encoding="utf-8") as file:
        assert csv.DictReader(file).fieldnames == [field.name for field in fields(ImageRow)]


def test_columns_of_others_are_passed_over_and_ours_may_be_few(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("url,status,path,mine\nhttps://a/b,ok,x.jpg,7\n", encoding="utf-8")
    assert list(read_manifest(path)) == [
        ImageRow(url="https://a/b", status=Status.OK, path="x.jpg")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("address,status\n", "has no column url"),
        ("", "has no column status, url"),
        ("url,status\nhttps://a/b,fine\n", "line 2: status cannot be 'fine'"),
        ("url,status,width\nhttps://a/b,ok,wide\n", "line 2: width cannot be 'wide'"),
        ("url,status\nhttps://a/b\n", "line 2: this line has more or fewer fields"),
        ('url,status\n"https://a/b,ok\n', "unexpected end of data"),
    ],
)
def test_a_bad_manifest_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "manifest.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        list(read_manifest(path))
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_manifest_of_another_encoding_is_told_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    path.write_text("url,status\nhttps://a/b,ok\n", encoding="utf-16")
    with pytest.raises(ManifestError, match="is not UTF-8; save it as CSV UTF-8"):
        list(read_manifest(path))
