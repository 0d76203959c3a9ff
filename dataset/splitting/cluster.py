"""A cluster as the split sees it: ids, labels, and what they are tied to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Cluster:
    """Samples that must not be torn apart."""

    labels: Mapping[str, str]  # of each sample by id
    twins: Sequence[str] = ()  # ids that show the same pixels but are no samples now
    recalled: Sequence[str] = ()  # ids of which a new sample of this is a copy; no inputs now
    pages: Mapping[str, Sequence[str]] = field(default_factory=dict)  # of a sample by id

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return (*sorted(self.labels), *sorted(set(self.twins) - set(self.labels)))

    @cached_property
    def group(self) -> str:
        """The smallest id: the cluster's name, and its place in the order."""
        return min(self.ids)
