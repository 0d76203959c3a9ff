"""Licences as sites write them, and datasets of those alone that are accepted."""

from pathlib import Path

import pytest

from dataset import DatasetConfig, run
from dataset.reading.licence import accepts, name_of
from tests.dataset.pictures import png, stored_row, write_manifest
from tests.dataset.test_stage import table


@pytest.mark.parametrize(
    ("licence", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "cc-by"),
        ("http://creativecommons.org/licenses/by-nc-sa/2.0/jp/deed.ja", "cc-by-nc-sa"),
        ("http://creativecommons.org/licenses/by-nc/4.0/legalcode", "cc-by-nc"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc0"),
        ("http://creativecommons.org/publicdomain/mark/1.0/", "pdm"),
        ("CC BY-SA 4.0", "cc-by-sa"),
        ("CC-BY", "cc-by"),
        ("CC_BY_NC_4_0", "cc-by-nc"),
        (" cc0 ", "cc0"),
        ("CC0_1_0", "cc0"),
        ("CC-ZERO", "cc0"),
        ("CC BY-NonCommercial 4.0", "cc-by-nc"),
        ("CC BY\u2013NC\u2013ND 4.0", "cc-by-nc-nd"),
        ("CC BY, Non-Commercial, No Derivatives", "cc-by-nc-nd"),
        ("CC-BY (NC)", "cc-by-nc"),
        ("CC BY\xa0ShareAlike", "cc-by-sa"),
        ("(c) A. Mori, CC BY 2.1 JP", "cc-by"),
        ("https://www.museum.example/Terms/", "museum.example/terms/"),
        ("All rights reserved", "all rights reserved"),
        ("by the author", "by the author"),
        ("ccbyte", "ccbyte"),
        ("", ""),
    ],
)
def test_one_licence_has_one_name(licence: str, name: str) -> None:
    assert name_of(licence) == name


@pytest.mark.parametrize(
    ("licence", "accepted", "is_accepted"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", ("cc-by",), True),
        ("https://creativecommons.org/licenses/by/4.0/", ("CC BY",), True),
        ("CC BY 4.0", ("https://creativecommons.org/licenses/by/3.0/",), True),
        ("https://creativecommons.org/licenses/by-nc/4.0/", ("cc-by", "cc0"), False),
        ("https://museum.example/terms/2026", ("http://www.museum.example/terms/",), True),
        (
            "https://creativecommons.org/licenses/by-nc/4.0/",
            ("https://creativecommons.org/licenses/",),
            True,
        ),
        ("https://museum.example/terms-of-shop", ("https://museum.example/terms/",), False),
        ("All rights reserved", ("cc0",), False),
        ("", ("cc0",), False),
        ("", ("https://museum.example/",), False),
    ],
)
def test_a_licence_is_accepted_by_its_name_or_by_how_its_address_begins(
    licence: str, accepted: tuple[str, ...], *, is_accepted: bool
) -> None:
    assert accepts(licence, accepted) is is_accepted


def test_images_under_other_licences_are_set_aside(tmp_path: Path) -> None:
    by, none = "https://creativecommons.org/licenses/by/4.0/", "All rights reserved"
    rows = [
        stored_row(tmp_path, f"https://a.example/{seed}", png(seed), label, licence=licence)
        for label, start in (("rose", 0), ("oak", 20))
        for seed, licence in zip(range(start, start + 6), [by, by, by, by, none, ""], strict=True)
    ]
    manifest = write_manifest(tmp_path, rows)
    run(DatasetConfig(size=8, licences=("cc0", "cc-by")), [manifest], tmp_path / "out")
    assert {row["licence"] for row in table(tmp_path / "out" / "samples.csv")} == {by}
    quarantine = table(tmp_path / "out" / "quarantine.csv")
    assert [(row["reason"], row["detail"]) for row in quarantine] == [
        ("licence", f"{none} is not accepted"),
        ("licence", "none is stated"),
    ] * 2
    run(DatasetConfig(size=8), [manifest], tmp_path / "out")
    assert len(table(tmp_path / "out" / "samples.csv")) == 12


def test_an_empty_licence_is_no_licence_to_accept() -> None:
    with pytest.raises(ValueError, match="licences"):
        DatasetConfig(licences=("cc0", " "))
