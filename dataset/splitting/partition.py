"""Gives every sample its split: by the will of its maker, by the ledger, or by its class's need."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from dataset.cleaning.clean import Sample
from dataset.config import DatasetConfig
from dataset.splitting.balance import Balance
from dataset.splitting.cluster import Cluster
from dataset.splitting.folds import folds
from dataset.splitting.quota import quota
from dataset.splitting.split import assign, strictest
from dataset.splitting.ties import clusters
from dataset.tables import SPLITS, LedgerRow

FIXED = ("val", "test")  # official splits that nothing leaves; train may give to what is missing


@dataclass(frozen=True, slots=True)
class Placed:
    """A sample in its split."""

    sample: Sample
    split: str
    group: str
    leak: bool  # its cluster is known to lie in several splits
    fold: int = 0  # from 1, where folds are asked for


@dataclass(frozen=True, slots=True)
class Partition:
    """Samples in their splits, and how well that went."""

    placed: Sequence[Placed]  # in the order of the ledger
    ledger: Sequence[LedgerRow]  # extended
    balance: Balance


def partition(
    samples: Sequence[Sample], ledger: Sequence[LedgerRow], config: DatasetConfig
) -> Partition:
    """Place the samples; those that the ledger knows stay where they are."""
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
    placed.sort(key=lambda one: place[one.sample.id])
    if config.folds:
        placed = _folded(placed, [_cluster(some) for g in groups if (some := _open(g))], config)
    return Partition(placed, extended, _balance(placed, shares))


def _folded(
    placed: Sequence[Placed], clusters: Sequence[Cluster], config: DatasetConfig
) -> list[Placed]:
    """The samples in their folds; those of official splits are in none."""
    fold = folds(clusters, config.folds)
    return [
        replace(one, fold=0 if one.sample.item.official in FIXED else fold[one.sample.id])
        for one in placed
    ]


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
    recalled = [name for sample in fresh for name in sample.recalled]
    return Cluster(labels, twins, recalled, {sample.id: sample.pages for sample in group})


def _new_rows(
    groups: Sequence[Sequence[Sample]], splits: Mapping[str, str], known: set[str]
) -> list[LedgerRow]:
    """A row for each id that the ledger does not know, cluster by cluster in hash order."""
    looks = {sample.id: sample.looks for group in groups for sample in group}
    whole = sorted((_cluster(group) for group in groups), key=lambda cluster: cluster.group)
    return [
        LedgerRow(sample=name, group=cluster.group, split=splits[name], looks=looks.get(name, ""))
        for cluster in whole
        for name in cluster.ids
        if name not in known
    ]


def _placed(group: Sequence[Sample], splits: Mapping[str, str]) -> list[Placed]:
    own = [_own_split(sample, splits) for sample in group]
    name, torn = _cluster(group).group, len(set(own)) > 1
    return [Placed(sample, split, name, torn) for sample, split in zip(group, own, strict=True)]


def _own_split(sample: Sample, splits: Mapping[str, str]) -> str:
    return sample.item.official if sample.item.official in FIXED else splits[sample.id]


def _balance(placed: Sequence[Placed], shares: Mapping[str, float]) -> Balance:
    """How the samples lie beside their quotas; what an official split holds, it shall hold."""
    counts = Counter((one.sample.item.label, one.split) for one in placed)
    fixed = Counter(
        (one.sample.item.label, one.split) for one in placed if one.sample.item.official in FIXED
    )
    quotas = {}
    for label in sorted({label for label, _ in counts}):
        open_ones = sum(counts[label, split] - fixed[label, split] for split in SPLITS)
        wanted = quota(open_ones, shares)
        quotas[label] = {split: wanted[split] + fixed[label, split] for split in SPLITS}
    return Balance(
        {label: {split: counts[label, split] for split in SPLITS} for label in quotas}, quotas
    )
