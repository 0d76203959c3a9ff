"""The dataset stage: from inputs to a finished snapshot in a folder of its own."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.files import StageFolder, canonical_json, stage_folder, sweep, versions
from dataset.account import account
from dataset.cleaning.aside import set_aside
from dataset.cleaning.boilerplate import boilerplate
from dataset.cleaning.clean import Sample, clean
from dataset.cleaning.conflicts import settle
from dataset.cleaning.decisions import decided, read_decisions, with_decisions
from dataset.cleaning.sightings import SEEN, Sightings
from dataset.cleaning.withdraw import withdraw
from dataset.config import DatasetConfig
from dataset.errors import InputError, SnapshotError
from dataset.pictures.examine import Examined, examine
from dataset.pictures.strict import strict_decoder
from dataset.reading.inputs import Inputs, read_inputs
from dataset.reading.licence import judged
from dataset.reading.originals import places_of
from dataset.splitting.partition import partition
from dataset.store import LEDGER, RESULT, open_dataset, read_document
from dataset.tables import SPLITS, LedgerRow, QuarantineRow, read_table
from dataset.writing.purge import remove_unnamed
from dataset.writing.scratch import Scratch
from dataset.writing.snapshot import Content, write_snapshot

log = logging.getLogger(__name__)

Watch = Callable[[Iterator[Examined]], Iterator[Examined]]


def run(
    config: DatasetConfig,
    inputs: Sequence[Path],
    out: Path,
    *,
    watch: Watch = iter,
    purge: bool = False,
) -> Path:
    """Make a snapshot of the inputs in `out`; see `dataset.run`."""
    _check_beside(inputs, out)
    read = read_inputs(inputs)
    config = _for_arrays(config, read.side)
    with stage_folder(out) as folder:
        read = with_decisions(read, read_decisions(out))
        record = {
            "stage": "dataset",
            "config": config.identity(),
            "inputs": read.identity,
            "versions": versions("numpy", "pillow", *(("simplejpeg",) if strict_decoder() else ())),
            "finished": False,
            "result": RESULT,
        }
        if not _is_finished(folder, record):
            old = read_ledger(out)
            sweep(out)
            folder.write(record)
            _build(config, read, old, out, watch)
            folder.write(record | {"finished": True})
        _note_places(folder, places_of(inputs, out))
        if purge:
            remove_unnamed(out)
    return out / RESULT


def _check_beside(inputs: Sequence[Path], out: Path) -> None:
    """What is made in an input would be read as input the next time. Raises InputError."""
    for path in inputs:
        if path.is_dir() and out.resolve().is_relative_to(path.resolve()):
            raise InputError(f"{out} lies in the input {path}; choose an --out beside it")


def _for_arrays(config: DatasetConfig, side: int | None) -> DatasetConfig:
    """Arrays keep their own size; the network sees no more of them than there is."""
    if config.duplicates == "auto":
        config = replace(config, duplicates="near" if side is None else "equal")
    if side is None:
        return replace(config, stored=config.stored_size)
    if config.stored not in {None, side}:
        raise InputError(f"arrays keep their own {side} pixels; leave out stored")
    if config.size > side:
        log.info("the arrays have %s pixels: that is the size, not %s", side, config.size)
    return replace(config, size=min(config.size, side), stored=side)


def _is_finished(folder: StageFolder, record: dict[str, Any]) -> bool:
    """Whether the same command was done before and what it made is still there and whole.

    A record torn by a power cut may be a mixture of two, so the snapshot itself is asked, too.
    Raises InputError where the folder belongs to another stage.
    """
    last = folder.record or {}
    if last.get("stage", "dataset") != "dataset":
        raise InputError(
            f"{folder.path} belongs to the stage {last['stage']}; choose another --out"
        )
    same = last.get("finished") is True and all(
        canonical_json(last.get(key)) == canonical_json(record[key]) for key in ("config", "inputs")
    )
    result = folder.path / RESULT
    try:
        recipe = canonical_json(read_document(result)["recipe"])
        return same and recipe == canonical_json(record["config"]) and bool(open_dataset(result).id)
    except SnapshotError:
        return False


def _note_places(folder: StageFolder, places: list[str]) -> None:
    """Say where the inputs lie, for those who look for the original files: no part of a result."""
    record = folder.record or {}
    if record.get("places") != places:
        folder.write(record | {"places": places})


def _build(
    config: DatasetConfig, inputs: Inputs, old: Sequence[LedgerRow], out: Path, watch: Watch
) -> None:
    rank = {row.sample: place for place, row in enumerate(old)}
    if inputs.side is None and strict_decoder() is None:
        log.info("JPEGs that are silently damaged pass: pip install 'deeprunning[strict]' to tell")
    shape = (config.stored_size, config.stored_size, 3)
    with Scratch(out, shape) as scratch, Scratch(out, SEEN) as thumbs:
        sightings = Sightings(thumbs)
        items = tuple(judged(inputs.items, config.licences))
        examined = watch(examine(items, config))
        judged_upon = decided(_kept(examined, scratch, sightings), inputs.decisions)
        samples, quarantine = clean(set_aside(judged_upon, config.quarantine), rank)
        samples, quarantine = _trusted(sightings.joined(samples, old), quarantine, inputs, config)
        _check_classes(samples, quarantine)
        parts = partition(samples, old, config)
        if all(one.split != "train" for one in parts.placed):
            raise InputError("no sample is left to train on: all belong to val or test")
        write_snapshot(out, Content(config.identity(), parts, quarantine), scratch)
    for level, line in account(parts, len(quarantine)):
        log.log(level, "%s", line)


def _trusted(
    samples: Sequence[Sample],
    quarantine: Sequence[QuarantineRow],
    inputs: Inputs,
    config: DatasetConfig,
) -> tuple[list[Sample], list[QuarantineRow]]:
    """Samples without furniture of pages, and with conflicts of labels settled."""
    pages = (page for item in inputs.items for page in item.pages)
    furniture = boilerplate(samples, pages, config.boilerplate)
    samples, quarantine = withdraw(samples, quarantine, furniture)
    samples, reasons = settle(samples, config.conflicts)
    return withdraw(samples, quarantine, reasons)


def _kept(
    examined: Iterable[Examined], scratch: Scratch, sightings: Sightings
) -> Iterator[Examined]:
    """Pass on what became of each item; its image and thumbnails go to scratch files."""
    for one in examined:
        sightings.put(one)
        if one.image is not None:
            scratch.put(one.sha256, one.image)
        yield replace(one, image=None, thumbs=None)


def _check_classes(samples: Sequence[Sample], quarantine: Sequence[QuarantineRow]) -> None:
    """Two classes are the least there is to learn. Raises InputError."""
    labels = {sample.item.label for sample in samples}
    if not samples:
        reasons = Counter(row.reason for row in quarantine).most_common()
        counted = ", ".join(f"{number} {reason}" for reason, number in reasons)
        raise InputError(f"no input is a usable image with a label: {counted}")
    if len(labels) == 1:
        raise InputError(f"all samples are of one class ({labels.pop()}); two are needed at least")


def read_ledger(folder: Path) -> list[LedgerRow]:
    """The split ledger of a folder; empty before the first snapshot.

    Raises SnapshotError where it is lost or damaged: a new one would move samples.
    """
    path = folder / LEDGER
    if not path.is_file():
        if (folder / RESULT).exists():
            raise SnapshotError(
                f"{path} is missing, and with it who belongs to which split; "
                "bring it back or choose another --out"
            )
        return []
    rows = list(read_table(path, LedgerRow))
    for row in rows:
        if row.split not in SPLITS:
            raise SnapshotError(
                f"{path}: {row.sample} is in {row.split!r}; a split is {', '.join(SPLITS)}"
            )
    return rows
