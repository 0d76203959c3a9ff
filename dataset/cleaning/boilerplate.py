"""Boilerplate: pictures that stand on so many pages that they are furniture, such as a logo."""

from collections import Counter
from collections.abc import Iterable, Sequence

from dataset.cleaning.clean import Sample
from dataset.cleaning.sightings import stars_of
from dataset.hosts import host_of

LEAST_PAGES = 10  # of one host: on fewer a picture is never furniture,
LEAST_HOSTS = 5  # nor on fewer hosts, however few there are


def boilerplate(
    samples: Sequence[Sample], pages: Iterable[str], share: float
) -> dict[str, tuple[str, str]]:
    """The samples on at least `share` of the pages of one host, or of the hosts, and the reason.

    `pages` are all that were seen, counted by their documents; those of near-duplicates count
    together. Of an official split nothing is furniture, nor with a share of 0.
    """
    of_host = Counter(map(host_of, set(pages)))
    reasons: dict[str, tuple[str, str]] = {}
    for star in stars_of(samples):
        own = Counter(map(host_of, {page for sample in star for page in sample.pages}))
        sentence = _furniture(own, of_host, share) if share else ""
        if sentence and not any(sample.item.official for sample in star):
            reasons |= {sample.id: ("boilerplate", sentence) for sample in star}
    return reasons


def _furniture(own: Counter[str], of_host: Counter[str], share: float) -> str:
    """Why a picture with so many pages of each host is furniture; empty where it is none."""
    for host, count in sorted(own.items()):
        if count >= max(LEAST_PAGES, share * of_host[host]):
            return f"it stands on {count} of {of_host[host]} pages of {host}"
    if len(own) >= max(LEAST_HOSTS, share * len(of_host)):
        return f"it stands on {len(own)} of {len(of_host)} hosts"
    return ""
