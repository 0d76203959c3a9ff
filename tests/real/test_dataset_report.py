"""The report of the Caltech-12 photos: every number in it is that of the CSV files."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from dataset import DatasetConfig, run
from dataset.reporting.report import LARGEST
from tests.dataset.recount import Recount, bars_of, numbers_of, stray_digits

pytestmark = pytest.mark.real


def test_every_number_of_the_report_of_the_photos_is_that_of_the_tables(
    caltech12: Path, tmp_path: Path
) -> None:
    out = run(DatasetConfig(), [caltech12], tmp_path / "out").parent
    body = (out / "report.html").read_bytes()
    page, recount = BeautifulSoup(body.decode(), "html.parser"), Recount(out)
    assert numbers_of(page)["samples", "2,099"] == 1
    assert numbers_of(page) == recount.numbers()
    assert bars_of(page) == recount.bars()
    assert stray_digits(page) == []
    print(f"{len(body):,} bytes, {sum(numbers_of(page).values())} numbers counted again")
    assert len(body) < LARGEST
