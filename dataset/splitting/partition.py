"""Gives every sample its split: by the will of its maker, by the ledger, or by its class's need."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from dataset.cleaning.clean import Sample
from dataset.config import DatasetConfig
from dataset.splitting.cluster import clusters
from dataset.splitting.split import Cluster, assign, strictest
from dataset.tables import LedgerRow

FIXED = ("val", "test")  # official splits that nothing leaves; train may give to what is missing


@dataclass(frozen=True, slots=True)
class Placed:
    """A sample in its split."""

    sample: Sample
    split: str
    group: str
    leak: bool  # its cluster, or it and a copy, are known to lie in several splits


def partition(
    samples: Sequence[Sample], ledger: Sequence[LedgerRow], config: DatasetConfig
) -> tuple[list[Placed], list[LedgerRow]]:
    """Place the samples; return them in the order of the extended ledger, and the ledger."""
    groups = clusters(samples)
    known = {row.sample for row in ledger}
    fixed = _fixed(samples)
    shares = _shares(samples, config)
    old = {row.sample: row.split for row in ledger} | fixed
    splits = assign(
        [_cluster(open_ones, known) for group in groups if (open_ones := _open(group))],
        {name: split if split in shares else "train" for name, split in old.items()},
        shares,
    )
    extended = [*ledger, *_new_rows(groups, splits | fixed, known)]
    everywhere = fixed | splits
    placed = [one for group in groups for one in _placed(group, everywhere)]
    place = {row.sample: number for number, row in enumerate(extended)}
    return sorted(placed, key=lambda one: place[one.sample.id]), extended


def _fixed(samples: Sequence[Sample]) -> dict[str, str]:
    """The official split of each id that has one we must not touch, the strictest of several."""
    fixed: dict[str, str] = {}
    for sample in samples:
        if sample.item.official in FIXED:
            fixed[sample.id] = strictest({sample.item.official, fixed.get(sample.id, "train")})
    return fixed


def _shares(samples: Sequence[Sample], config: DatasetConfig) -> dict[str, float]:
    """The share of each split that is ours to fill: those that no input fixes, and train."""
    official = {sample.item.official for sample in samples}
    wanted = {"val": config.val_fraction, "test": config.test_fraction}
    shares = {split: share for split, share in wanted.items() if split not in official}
    return shares | {"train": 1 - sum(shares.values())}


def _open(group: Sequence[Sample]) -> list[Sample]:
    return [sample for sample in group if sample.item.official not in FIXED]


def _cluster(group: Sequence[Sample], known: Container[str] = ()) -> Cluster:
    twins = [name for sample in group for name in sample.twins]
    labels = {sample.id: sample.item.label for sample in group}
    fresh = [sample for sample in group if sample.id not in known]
    near = [name for sample in fresh for name in sample.alike if name not in labels]
    return Cluster(labels, twins, near)


def _new_rows(
    groups: Sequence[Sequence[Sample]], splits: Mapping[str, str], known: set[str]
) -> list[LedgerRow]:
    """A row for each id that the ledger does not know, cluster by cluster in hash order."""
    whole = sorted((_cluster(group) for group in groups), key=lambda cluster: cluster.group)
    return [
        LedgerRow(sample=name, group=cluster.group, split=splits[name])
        for cluster in whole
        for name in cluster.ids
        if name not in known
    ]


def _placed(group: Sequence[Sample], splits: Mapping[str, str]) -> list[Placed]:
    own = [_own_split(sample, splits) for sample in group]
    name, torn = _cluster(group).group, len(set(own)) > 1
    return [
        Placed(sample, split, name, torn or _copied_elsewhere(sample, split, splits))
        for sample, split in zip(group, own, strict=True)
    ]


def _own_split(sample: Sample, splits: Mapping[str, str]) -> str:
    return sample.item.official if sample.item.official in FIXED else splits[sample.id]


def _copied_elsewhere(sample: Sample, split: str, splits: Mapping[str, str]) -> bool:
    """Whether a copy that is not of its star lies in another split."""
    return any(splits.get(name, split) != split for name in sample.alike)
