"""A kill at every boundary, then the same command: the same snapshot as without."""

import json
from pathlib import Path

from dataset import DatasetConfig, open_dataset, run
from tests.dataset.pictures import folder_of
from tests.killing import boundaries, killed_at

CONFIG = DatasetConfig(size=8)


def files(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def test_a_kill_at_any_boundary_changes_nothing_in_the_end(tmp_path: Path) -> None:
    photos = folder_of(tmp_path / "photos", {"rose": range(6), "薔薇": range(10, 16)})
    more = folder_of(tmp_path / "more", {"rose": range(9), "薔薇": range(10, 30)})

    def command(out: Path) -> list[str]:
        return ["dataset.cli:dataset_main", str(more), "--size", "8", "--out", str(out)]

    whole = tmp_path / "whole"
    first = run(CONFIG, [photos], whole).read_bytes()
    count = boundaries(command(whole))
    assert count == 10  # ledger, three shards, two tables, two sheets, report, dataset.json
    for boundary in range(count):
        out = tmp_path / str(boundary)
        run(CONFIG, [photos], out)
        assert killed_at(boundary, command(out))
        assert (out / "dataset.json").read_bytes() == first
        assert json.loads((out / "stage.json").read_bytes())["finished"] is False
        run(CONFIG, [more], out)
        assert files(out) == files(whole)
        open_dataset(out / "dataset.json")
