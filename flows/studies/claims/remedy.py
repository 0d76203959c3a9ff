"""What a remedy against overfitting is held to: the gap falls and the test score does not."""

from flows.studies.margins import gained, kept
from flows.studies.results import Results, mean
from flows.studies.study import Case

REMEDY = (
    "the gap falls by more than two standard errors over the seeds AND the test score does not "
    "fall by more than a point"
)


def plain_of(results: Results) -> Results:
    """The rows of the network that remedies are tried on, with and without them."""
    first = results.rows[0]
    return results.of(width=first.width, depth=first.depth)


def bare(results: Results) -> Results:
    """The rows without any remedy."""
    return results.of(l2=0.0, l1=0.0, dropout=0.0, augment=False)


def remedy(name: str, before: Results, after: Results) -> Case:
    """Whether a remedy is one, by the rule REMEDY."""
    gaps, tests = ([some.values(name) for some in (before, after)] for name in ("gap", "test"))
    return Case(
        name,
        gained(gaps[1], gaps[0]) and kept(*tests),
        f"gap {mean(gaps[1])} instead of {mean(gaps[0])}, test {mean(tests[1])} instead of "
        f"{mean(tests[0])}",
    )
