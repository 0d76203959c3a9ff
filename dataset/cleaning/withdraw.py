"""Takes samples back: into quarantine, and with each the inputs that it stood for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dataset.cleaning.clean import Sample, in_order, quarantined
from dataset.tables import QuarantineRow

Reasons = Mapping[str, tuple[str, str]]  # by the id of a sample: a word, a sentence


def withdraw(
    samples: Sequence[Sample], quarantine: Sequence[QuarantineRow], reasons: Reasons
) -> tuple[list[Sample], list[QuarantineRow]]:
    """The samples without those that there are reasons against, and the longer quarantine."""
    rows = [
        quarantined(sample.item, sample.id, *reasons[sample.id])
        for sample in samples
        if sample.id in reasons
    ]
    for row in quarantine:
        if row.kept in reasons:
            reason, detail = reasons[row.kept]
            row = replace(row, reason=reason, detail=detail, kept="")
        rows.append(row)
    return [sample for sample in samples if sample.id not in reasons], in_order(rows)
