"""Writes a snapshot: ledger, shards, tables, what people look at, and last dataset.json."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crawler.files import replacing, sha256_of
from crawler.manifest import write_table
from dataset.errors import SnapshotError
from dataset.reporting.augmented import write_augmented
from dataset.reporting.report import write_report
from dataset.reporting.sheet import write_sheet
from dataset.splitting.folds import roles
from dataset.splitting.partition import Partition, Placed
from dataset.store import LEDGER, QUARANTINE, RESULT, SAMPLES, read_document, snapshot_id
from dataset.tables import SPLITS, LedgerRow, QuarantineRow, SampleRow
from dataset.writing.scratch import Scratch
from dataset.writing.shards import Shard, write_shards
from dataset.writing.statistics import Sums


@dataclass(frozen=True, slots=True)
class Content:
    """All that a snapshot holds, before it is written."""

    recipe: dict[str, Any]
    partition: Partition
    quarantine: Sequence[QuarantineRow]

    @property
    def classes(self) -> list[str]:
        """The labels in order: numbers by value, words by code point."""
        labels = {one.sample.item.label for one in self.partition.placed}
        numbers = all(label.isascii() and label.isdigit() for label in labels)
        return sorted(labels, key=lambda label: (int(label) if numbers else 0, label))


def write_snapshot(folder: Path, content: Content, scratch: Scratch) -> Path:
    """Put a snapshot on disk; return the path of its dataset.json.

    New shards have names of their own, so until the tables are replaced the folder holds the
    snapshot it held before. Between that and the replacing of dataset.json, or after a crash there,
    a reader is refused, because the tables are not what dataset.json says, until the same command
    is run again.
    """
    write_table(folder / LEDGER, LedgerRow, content.partition.ledger)
    sums, shards, rows = _write_splits(folder, content, scratch)
    write_table(folder / SAMPLES, SampleRow, rows)
    write_table(folder / QUARANTINE, QuarantineRow, content.quarantine)
    document = _document(folder, content, shards) | _statistics(sums, content.recipe["folds"])
    document["id"] = snapshot_id(document)
    document["parent"] = _parent(folder / RESULT, document["id"])
    write_sheet(folder, document, rows, scratch)
    write_augmented(folder, document, rows, scratch)
    write_report(folder, document, rows, content.quarantine, scratch)
    with replacing(folder / RESULT) as part:
        text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        part.write_text(text, encoding="utf-8", newline="\n")
    return folder / RESULT


def _write_splits(
    folder: Path, content: Content, scratch: Scratch
) -> tuple[dict[tuple[str, int], Sums], list[Shard], list[SampleRow]]:
    """Write every shard; sum up each fold of each split; say where each sample lies."""
    sums: dict[tuple[str, int], Sums] = defaultdict(Sums)
    shards, rows = [], []
    for split in SPLITS:
        ours = iter([one for one in content.partition.placed if one.split == split])
        ids = [one.sample.id for one in content.partition.placed if one.split == split]
        stored = content.recipe["stored"]
        for shard, images in write_shards(folder, split, ids, stored, scratch.get):
            shards.append(shard)
            here = [_row(next(ours), shard, number) for number in range(shard.rows)]
            folds = np.array([row.fold for row in here])
            for fold in np.unique(folds).tolist():
                sums[split, fold].add(images[folds == fold])
            rows += here
    return sums, shards, rows


def _statistics(sums: Mapping[tuple[str, int], Sums], folds: int) -> dict[str, Any]:
    """Mean and std over the train split, and over what trains when each fold is tested on."""
    train = [some for (split, _), some in sums.items() if split == "train"]
    by_fold = []
    for number in range(1, folds + 1):
        role = roles(number, folds)
        trains = [some for (_, fold), some in sums.items() if role.get(fold) == "train"]
        by_fold.append(sum(trains, Sums()).summary())
    return {"statistics": sum(train, Sums()).summary(), "folds": by_fold}


def _row(one: Placed, shard: Shard, number: int) -> SampleRow:
    sample, item = one.sample, one.sample.item
    flags = {
        "label-conflict": len(sample.labels) > 1,
        "known-leak": one.leak,
        "near-duplicate": bool(sample.alike),
    }
    return SampleRow(
        sha256=sample.id,
        pixels=sample.pixels,
        label=item.label,
        labels="|".join(sample.labels),
        split=one.split,
        group=one.group,
        shard=Path(shard.file).name,
        row=number,
        url=item.url,
        page_url=item.page_url,
        path=item.path,
        licence=item.licence,
        flags=" ".join([*(flag for flag, is_set in flags.items() if is_set), *sample.flags]),
        applied=" ".join(sample.applied),
        medoid=sample.medoid,
        fold=one.fold,
        width=sample.width,
        height=sample.height,
    )


def _document(folder: Path, content: Content, shards: Sequence[Shard]) -> dict[str, Any]:
    placed, balance = content.partition.placed, content.partition.balance
    return {
        "recipe": content.recipe,
        "classes": content.classes,
        "counts": {label: balance.counts[label] for label in content.classes},
        "quotas": {label: balance.quotas[label] for label in content.classes},
        "shards": [asdict(shard) for shard in shards],
        "samples": _file(folder, SAMPLES, len(placed)),
        "quarantine": _file(folder, QUARANTINE, len(content.quarantine)),
        "ledger": _file(folder, LEDGER, len(content.partition.ledger)),
        "known_leaks": _leaks(placed),
    }


def _file(folder: Path, name: str, rows: int) -> dict[str, Any]:
    return {"file": name, "rows": rows, "sha256": sha256_of(folder / name)}


def _leaks(placed: Sequence[Placed]) -> list[list[dict[str, str]]]:
    """The samples of each cluster that lies in several splits."""
    leaks: dict[str, list[dict[str, str]]] = defaultdict(list)
    for one in placed:
        if one.leak:
            leaks[one.group].append({"sample": one.sample.id, "split": one.split})
    return [leaks[group] for group in sorted(leaks)]


def _parent(result: Path, new: str) -> str | None:
    """The id of the snapshot that this one follows; its parent where they are the same."""
    try:
        last = read_document(result)
    except SnapshotError:
        return None
    parent: str | None = last["parent"] if last["id"] == new else last["id"]
    return parent
