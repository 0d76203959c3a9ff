"""Soft groups: pages, then hosts, class by class, while they stay small."""

from collections import Counter

import pytest

from dataset.hosts import host_of
from dataset.splitting.cluster import Cluster
from dataset.splitting.together import together


def one(name: str, page: str, label: str = "rose") -> Cluster:
    return Cluster({name: label}, pages={name: (page,)} if page else {})


def grouped(*clusters: Cluster, totals: int = 0) -> list[str]:
    """The names of each group, as one word."""
    counts = Counter(label for cluster in clusters for label in cluster.labels.values())
    totals_of = {label: totals or count for label, count in counts.items()}
    return ["".join(cluster.group for cluster in g) for g in together(clusters, totals_of)]


def many(*names: str) -> list[Cluster]:
    return [one(name, "") for name in names]


A, B = "https://a.example/1", "https://a.example/2"


def test_clusters_of_one_page_come_together_and_those_without_a_page_stay_alone() -> None:
    found = grouped(one("a", A), one("d", A), *many("b", "c"), one("e", "https://b.example/"))
    assert found == ["ad", "b", "c", "e"]


def test_pages_of_one_host_come_together_after_the_pages() -> None:
    three = [one("a", A), one("b", A), one("c", B)]
    assert grouped(*three, *many("x", "y", "z")) == ["abc", "x", "y", "z"]
    assert grouped(*three, one("d", B), *many("x", "y", "z")) == ["ab", "cd", "x", "y", "z"]


def test_a_group_grows_with_its_class_to_a_twentieth_of_it() -> None:
    six = [one(name, A) for name in "abcdef"]
    assert grouped(*six, *many("x", "y"), totals=119) == [*"abcdef", "x", "y"]
    assert grouped(*six, *many("x", "y"), totals=120) == ["abcdef", "x", "y"]


def test_all_of_a_page_join_or_none() -> None:
    assert grouped(*(one(name, A) for name in "abcd"), *many("x", "y")) == [*"abcd", "x", "y"]


def test_classes_of_a_page_stay_apart() -> None:
    roses, tulips = [one(n, A) for n in "ab"], [one(n, A, "tulip") for n in "cd"]
    others = [*many("w", "x"), one("y", "", "tulip"), one("z", "", "tulip")]
    assert grouped(*roses, *tulips, *others) == ["ab", "cd", "w", "x", "y", "z"]


def test_a_class_keeps_a_group_for_every_split() -> None:
    assert grouped(one("a", A), one("b", A), one("c", A)) == ["a", "b", "c"]
    assert grouped(one("a", A), one("b", A), *many("c", "d")) == ["ab", "c", "d"]


@pytest.mark.parametrize(
    ("page", "host"),
    [("https://a.example:8080/x?y", "a.example:8080"), ("", ""), ("images/1.jpg", "")],
)
def test_a_host_is_a_name_with_its_port(page: str, host: str) -> None:
    assert host_of(page) == host
