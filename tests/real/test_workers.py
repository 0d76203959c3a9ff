"""Photos with copies of every kind: the same bytes however many threads decode them."""

from pathlib import Path

import pytest

from dataset import DatasetConfig, run
from tests.dataset.copies import COPIES, jpeg, opened
from tests.dataset.killed import files
from tests.dataset.test_stage import table

pytestmark = [pytest.mark.real, pytest.mark.accept, pytest.mark.timeout(1200)]

EVERY = 6  # of the photos
WORKERS = (1, 2, 5)


def test_photos_and_their_copies_make_the_same_bytes_with_any_number_of_workers(
    caltech12: Path, tmp_path: Path
) -> None:
    """Each photo with a copy under its own label, every tenth with one under another."""
    photos = sorted(caltech12.rglob("*.jpg"))[::EVERY]
    changes = list(COPIES.values())
    for number, file in enumerate(photos):
        body = file.read_bytes()
        copy = jpeg(changes[number % len(changes)](opened(body)))
        another = photos[number - len(photos) // 2].parent.name
        labels = (file.parent.name, file.parent.name if number % 10 else another)
        for name, label, content in zip(("photo", "copy"), labels, (body, copy), strict=True):
            (tmp_path / "photos" / label).mkdir(parents=True, exist_ok=True)
            (tmp_path / "photos" / label / f"{number}-{name}.jpg").write_bytes(content)
    made = []
    for workers in WORKERS:
        config = DatasetConfig(workers=workers)
        made.append(files(run(config, [tmp_path / "photos"], tmp_path / str(workers)).parent))
    assert made[1:] == made[:1] * (len(WORKERS) - 1)
    rows = table(tmp_path / "1" / "samples.csv")
    alike = sum(row["medoid"] != "" for row in rows)
    conflicts = sum("label-conflict" in row["flags"] for row in rows)
    print(f"{len(rows)} samples, {alike} near-duplicates, {conflicts} in conflict: equal bytes")
    assert alike > 0.95 * len(rows)
    assert conflicts > 0
