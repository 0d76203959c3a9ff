"""The audit as far as imagededup goes: the pHash of each file, without its pool of processes."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from imagededup.methods import PHash

from flows.bench.dataset.way import Way


def audit(material: Sequence[Path]) -> Iterator[Way]:
    """One hash a file."""
    hasher = PHash(verbose=False)

    def hashed() -> Iterator[str]:
        return (hasher.encode_image(image_file=file) for file in material)

    yield Way(how="pHash", images=len(material), once=hashed)
