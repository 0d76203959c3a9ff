"""The audit as far as imagededup goes: the pHash of each file, without its pool of processes.

Imported, it would load the weights of a network from the internet, which no hash needs: an empty
module stands where that network would be.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from flows.bench.dataset.way import Way

NETWORK = "imagededup.methods.cnn"


def audit(material: Sequence[Path]) -> Iterator[Way]:
    """One hash a file."""
    hasher = _phash()

    def hashed() -> Iterator[str]:
        return (hasher.encode_image(image_file=file) for file in material)

    yield Way(how="pHash", images=len(material), once=hashed)


def _phash() -> Any:
    empty = ModuleType(NETWORK)
    empty.__dict__["CNN"] = None
    sys.modules.setdefault(NETWORK, empty)
    from imagededup.methods import PHash

    return PHash(verbose=False)
