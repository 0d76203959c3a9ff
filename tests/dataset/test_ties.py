from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.cleaning.clean import clean
from dataset.splitting.ties import clusters, tie
from tests.dataset.pictures import seen


def test_alternatives_of_one_element_are_a_cluster() -> None:
    examined = [
        seen("small", elements=("page 3",)),
        seen("other"),
        seen("large", elements=("page 3", "page 9")),
        seen("elsewhere", elements=("page 9",)),
    ]
    samples, _ = clean(examined, {})
    names = [[sample.id for sample in group] for group in clusters(samples)]
    assert names == [["small", "large", "elsewhere"], ["other"]]


@settings(deadline=None)
@given(st.lists(st.sets(st.sampled_from("abcdefgh"), max_size=3), max_size=12))
def test_ties_are_the_connected_components(keys: list[set[str]]) -> None:
    groups = tie(keys)
    assert sorted(index for group in groups for index in group) == list(range(len(keys)))
    names = [set().union(*(keys[index] for index in group)) for group in groups]
    for first, others in enumerate(names):  # no key in two groups
        assert all(not others & more for more in names[first + 1 :])
    for group in groups:  # and no group that falls apart
        reached, names_reached = {group[0]}, set(keys[group[0]])
        while more := {i for i in group if keys[i] & names_reached} - reached:
            reached |= more
            names_reached |= set().union(*(keys[i] for i in more))
        assert reached == set(group)
