"""Label conflicts: one picture, or copies of it, under several labels."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from dataset.cleaning.clean import Sample
from dataset.cleaning.sightings import stars_of

RELABELLED = "relabelled"  # the flag of a sample that has not the label of its input


def settle(samples: Sequence[Sample], how: str) -> tuple[list[Sample], dict[str, tuple[str, str]]]:
    """The samples with the labels they shall have, and the reasons against some of them.

    keep: as they are. drop: none with a conflict. majority: all of a star have the label that was
    said of more than half of its inputs; where there is none, they are dropped. An official split
    keeps everything.
    """
    settled: dict[str, Sample] = {}
    reasons: dict[str, tuple[str, str]] = {}
    for star in stars_of(samples):
        official = any(sample.item.official for sample in star)
        if how == "keep" or official or len(star[0].labels) < 2:
            continue
        winner = _majority(star) if how == "majority" else ""
        if winner:
            settled |= {sample.id: _labelled(sample, winner) for sample in star}
        else:
            sentence = f"it, or a copy of it, is said to be {' and '.join(star[0].labels)}"
            reasons |= {sample.id: ("label-conflict", sentence) for sample in star}
    return [settled.get(sample.id, sample) for sample in samples], reasons


def _majority(star: Sequence[Sample]) -> str:
    """The label of more than half of what was said; empty where there is none."""
    votes = Counter(label for sample in star for label in sample.said)
    label, count = votes.most_common(1)[0]
    return label if 2 * count > votes.total() else ""


def _labelled(sample: Sample, label: str) -> Sample:
    if sample.item.label == label:
        return sample
    item = replace(sample.item, label=label)
    return replace(sample, item=item, flags=(*sample.flags, RELABELLED))
