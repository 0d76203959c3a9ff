"""Takes samples back: into quarantine, and with each the inputs that it stood for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dataset.cleaning.clean import Sample, in_order
from dataset.tables import QuarantineRow

Reasons = Mapping[str, tuple[str, str]]  # by the id of a sample: a word, a sentence


def withdraw(
    samples: Sequence[Sample], quarantine: Sequence[QuarantineRow], reasons: Reasons
) -> tuple[list[Sample], list[QuarantineRow]]:
    """The samples without those that there are reasons against, and the longer quarantine."""
    rows = [_row(sample, *reasons[sample.id]) for sample in samples if sample.id in reasons]
    for row in quarantine:
        if row.kept in reasons:
            reason, detail = reasons[row.kept]
            row = replace(row, reason=reason, detail=detail, kept="")
        rows.append(row)
    return [sample for sample in samples if sample.id not in reasons], in_order(rows)


def _row(sample: Sample, reason: str, detail: str) -> QuarantineRow:
    return QuarantineRow(
        reason=reason,
        detail=detail,
        sha256=sample.id,
        label=sample.item.label,
        url=sample.item.url,
        page_url=sample.item.page_url,
        path=sample.item.path,
    )
