from pathlib import Path

import pytest

from crawler.manifest import write_table
from dataset.errors import SnapshotError
from dataset.tables import LedgerRow, SampleRow, read_table

ROWS = [
    LedgerRow(sample="a", group="a", split="train"),
    LedgerRow(sample="b", group="a", split="train"),
]


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_table(tmp_path / "splits.csv", LedgerRow, ROWS)
    assert list(read_table(tmp_path / "splits.csv", LedgerRow)) == ROWS


def test_the_columns_of_samples_csv_are_a_contract() -> None:
    assert ",".join(SampleRow.__slots__) == (
        "sha256,pixels,label,labels,split,group,shard,row,url,page_url,path,licence,flags,applied,"
        "medoid,fold,width,height"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "does not have the columns of this version"),
        ("sample,split\na,train\n", "does not have the columns of this version"),
        ("sample,group,split\na,a\n", "line 2"),
        ('sample,group,split\n"a,a,train\n', "line 2: unexpected end of data"),
    ],
)
def test_a_torn_table_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "splits.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SnapshotError, match=message) as caught:
        list(read_table(path, LedgerRow))
    assert str(path) in str(caught.value)


def test_a_table_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "splits.csv").write_bytes(b"sample,group,spl\xffit\n")
    with pytest.raises(SnapshotError, match=r"splits\.csv, line .*utf-8"):
        list(read_table(tmp_path / "splits.csv", LedgerRow))
