"""Copies that come later never pass from test to train."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.files import sha256
from crawler.manifest import FoundRow, write_table
from dataset import DatasetConfig, run
from dataset.cleaning.clean import Sample, clean
from dataset.cleaning.sightings import with_pairs
from dataset.splitting.partition import Placed, partition
from dataset.tables import LedgerRow
from tests.dataset.copies import COPIES, jpeg, scene
from tests.dataset.pictures import seen, stored_row, write_manifest

CONFIG = DatasetConfig(size=8)


def parted(
    samples: Sequence[Sample], ledger: Sequence[LedgerRow], config: DatasetConfig
) -> tuple[Sequence[Placed], Sequence[LedgerRow]]:
    found = partition(samples, ledger, config)
    return found.placed, found.ledger


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_copy_of_a_test_image_stays_in_test_and_no_old_sample_moves(tmp_path: Path) -> None:
    first = [
        stored_row(tmp_path, f"https://a.example/{seed}", jpeg(scene(seed)), "ab"[seed % 2])
        for seed in range(40)
    ]
    out = tmp_path / "out"
    run(CONFIG, [write_manifest(tmp_path, first)], out)
    before = {row["sha256"]: row for row in table(out / "samples.csv")}
    tested = [seed for seed in range(40) if before[first[seed].sha256]["split"] == "test"]
    names = list(COPIES)
    copies = [jpeg(COPIES[name](scene(seed))) for seed, name in zip(tested, names, strict=False)]
    second = [
        stored_row(tmp_path, f"https://host{n}.example/", body, "ab"[tested[n] % 2])
        for n, body in enumerate(copies)
    ]
    run(CONFIG, [write_manifest(tmp_path, first + second)], out)
    after = {row["sha256"]: row for row in table(out / "samples.csv")}
    assert {after[name]["split"] == row["split"] for name, row in before.items()} == {True}
    assert [after[sha256(body)]["split"] for body in copies] == ["test"] * len(copies)
    assert {after[sha256(body)]["flags"] for body in copies} >= {"near-duplicate"}
    assert all(after[sha256(body)]["medoid"] for body in copies)


def test_a_copy_of_an_old_sample_follows_it_though_its_star_is_another() -> None:
    """b is a copy of a, of test, and of c, which has more copies and is the medoid."""
    samples, _ = clean([seen(name) for name in "abcdef"], {})
    samples = with_pairs(samples, [(0, 1), (1, 2), (2, 3), (2, 4)])
    assert [sample.medoid for sample in samples] == ["a", "c", "c", "c", "c", ""]
    placed, _ = parted(samples, [LedgerRow(sample="a", group="a", split="test")], CONFIG)
    splits = {one.sample.id: one.split for one in placed}
    assert {splits[name] for name in "abcde"} == {"test"}


def test_copies_in_two_splits_that_share_no_star_are_known_leaks() -> None:
    samples, _ = clean([seen(name) for name in "ab"], {})
    samples = with_pairs(samples, [(0, 1)])
    ledger = [
        LedgerRow(sample="a", group="a", split="train"),
        LedgerRow(sample="b", group="b", split="test"),
    ]
    placed, _ = parted(samples, ledger, CONFIG)
    assert [one.leak for one in placed] == [True, True]


@pytest.mark.parametrize("duplicates", ["near", "equal"])
def test_the_search_can_be_left_out(tmp_path: Path, duplicates: str) -> None:
    bodies = [jpeg(scene(seed)) for seed in range(8)] + [jpeg(COPIES["mirrored"](scene(0)))]
    rows = [
        stored_row(tmp_path, f"https://a.example/{n}", body, "ab"[n % 2])
        for n, body in enumerate(bodies)
    ]
    config = DatasetConfig(size=8, duplicates=duplicates)  # type: ignore[arg-type]  # one of its words
    run(config, [write_manifest(tmp_path, rows)], tmp_path / "out")
    medoids = {row["medoid"] for row in table(tmp_path / "out" / "samples.csv")}
    assert (len(medoids) == 2) is (duplicates == "near")


def test_a_logo_on_every_page_is_set_aside(tmp_path: Path) -> None:
    bodies = [jpeg(scene(seed)) for seed in range(13)]
    rows = [
        stored_row(tmp_path, f"https://a.example/{n}.jpg", body, "ab"[n % 2])
        for n, body in enumerate(bodies)
    ]
    found = [
        FoundRow(
            url=row.url,
            page_url=f"https://a.example/page{page}",
            source=0,
            label=row.label,
            alt="",
            attribute="src",
            depth=0,
            position=number,
            chosen=1,
        )
        for page in range(12)
        for number, row in enumerate(rows)
        if number in {0, page + 1}
    ]
    write_table(tmp_path / "found.csv", FoundRow, found)
    run(CONFIG, [write_manifest(tmp_path, rows)], tmp_path / "out")
    assert len(table(tmp_path / "out" / "samples.csv")) == 12
    [row] = table(tmp_path / "out" / "quarantine.csv")
    assert (row["reason"], row["url"]) == ("boilerplate", rows[0].url)


@settings(deadline=None)
@given(st.sets(st.tuples(st.integers(0, 29), st.integers(0, 29)).filter(lambda p: p[0] < p[1])))
def test_no_pair_of_copies_straddles_splits_whichever_stars_they_are_of(
    pairs: set[tuple[int, int]],
) -> None:
    samples, _ = clean([seen(f"{number:02}") for number in range(30)], {})
    placed, _ = parted(with_pairs(samples, sorted(pairs)), [], CONFIG)
    splits = {one.sample.id: one.split for one in placed}
    names = [sample.id for sample in samples]
    assert all(splits[names[one]] == splits[names[other]] for one, other in pairs)
    assert not any(one.leak for one in placed)
