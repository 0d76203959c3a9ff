"""Takes equal pictures together: one of them stays, the others stand in quarantine beside it."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dataset.pictures.examine import Examined
from dataset.reading.inputs import Item
from dataset.tables import QuarantineRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A picture that stays, and all that is known of the inputs that show exactly its pixels."""

    id: str
    pixels: str
    item: Item
    twins: tuple[str, ...] = ()  # ids of other files with these pixels
    elements: tuple[str, ...] = ()  # image elements that it or a twin is an alternative of
    labels: tuple[str, ...] = ()  # every label said of the picture; more than one is a conflict
    applied: tuple[str, ...] = ()  # what was done to its colours
    flags: tuple[str, ...] = ()  # what is suspicious in its pixels
    said: tuple[str, ...] = ()  # the labels of each input, one after the other: its votes
    pages: tuple[str, ...] = ()  # on which it or a twin stands
    medoid: str = ""  # id of the sample in the middle of its near-duplicates, where it has any
    alike: tuple[str, ...] = ()  # ids of its near-duplicates
    looks: str = ""  # what the ledger remembers of it, see dataset.copies.looks
    recalled: tuple[str, ...] = ()  # ids of which it is a copy that are no inputs any more
    width: int = 0  # pixels of the upright picture
    height: int = 0


def clean(
    examined: Iterable[Examined], rank: Mapping[str, int]
) -> tuple[list[Sample], list[QuarantineRow]]:
    """Sort what was examined into samples and quarantine; together they are all of it.

    Of equal pictures the one stays that entered the split ledger first (`rank` is the place of an
    id in it), else the first in order, with its own label. An official split loses nothing: there
    every input is a sample.
    """
    same: dict[str, list[Examined]] = defaultdict(list)
    quarantine = []
    for one in examined:
        if one.reason:
            quarantine.append(quarantined(one.item, one.sha256, one.reason, one.detail))
        else:
            same[one.pixels].append(one)
    samples = []
    for group in same.values():
        if group[0].item.official:
            samples += [_sample(one, group) for one in group]
            continue
        first = min(group, key=lambda one: rank.get(one.sha256, math.inf))
        samples.append(_sample(first, group))
        quarantine += [_duplicate(one, first) for one in group if one is not first]
    return samples, in_order(quarantine)


def in_order(rows: Iterable[QuarantineRow]) -> list[QuarantineRow]:
    """The rows as they stand in the table."""
    return sorted(rows, key=lambda row: (row.url, row.path, row.sha256, row.label))


def _sample(kept: Examined, group: Sequence[Examined]) -> Sample:
    return Sample(
        id=kept.sha256,
        pixels=kept.pixels,
        item=kept.item,
        twins=tuple(sorted({one.sha256 for one in group} - {kept.sha256})),
        elements=tuple(sorted({name for one in group for name in one.item.elements})),
        labels=tuple(sorted({label for one in group for label in one.item.labels})),
        applied=kept.applied,
        flags=kept.flags,
        said=tuple(sorted(label for one in group for label in one.item.labels)),
        pages=tuple(sorted({page for one in group for page in one.item.pages})),
        width=kept.width,
        height=kept.height,
    )


def quarantined(item: Item, sha256: str, reason: str, detail: str, kept: str = "") -> QuarantineRow:
    """The row of an input that is no sample; `kept` is the sample that stands for it."""
    return QuarantineRow(
        reason=reason,
        detail=detail,
        kept=kept,
        sha256=sha256,
        label=item.label,
        url=item.url,
        page_url=item.page_url,
        path=item.path,
    )


def _duplicate(one: Examined, kept: Examined) -> QuarantineRow:
    if one.sha256 == kept.sha256:
        said = "duplicate-bytes", "the same file as the sample"
    else:
        said = "duplicate-pixels", "the same pixels as the sample"
    return quarantined(one.item, one.sha256, *said, kept.sha256)
