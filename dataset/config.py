"""What a snapshot shall be: sizes, shares of the splits, and the augmentation used in training."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

OPERATIONS = ("crop", "flip")  # only ever extended: the position of a name is part of its hash

MAX_SIDE = 4096  # pixels: the most that a model file takes


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetConfig:
    """How images become samples, and samples become splits."""

    size: int = field(default=64, metadata={"help": "pixels, square: what the network sees"})
    stored: int | None = field(
        default=None,
        metadata={
            "help": "pixels, square: what shards hold, with a margin for crops "
            "(default: size and an eighth; arrays keep their own)"
        },
    )
    val_fraction: float = field(
        default=0.15, metadata={"help": "share of each class that picks the best epoch"}
    )
    test_fraction: float = field(
        default=0.15, metadata={"help": "share of each class kept for the final test"}
    )
    augment: tuple[str, ...] = field(
        default=OPERATIONS,
        metadata={"help": "random operations of training, of: " + ", ".join(OPERATIONS)},
    )
    licences: tuple[str, ...] = field(
        default=(),
        metadata={
            "help": "licences to accept, such as cc0 cc-by, or the address one begins with; images "
            "of any other, or of none, are set aside (default: all are accepted)"
        },
    )
    duplicates: Literal["auto", "near", "equal"] = field(
        default="auto",
        metadata={
            "help": "which pictures may not be torn apart by a split: near, also changed copies; "
            "equal, only those of equal pixels; auto, near for files and equal for arrays"
        },
    )
    conflicts: Literal["keep", "drop", "majority"] = field(
        default="keep",
        metadata={
            "help": "a picture, or copies of it, under several labels: keep the label of each and "
            "flag it; drop them all; or give all that one which more than half of them have"
        },
    )
    boilerplate: float = field(
        default=0.3,
        metadata={
            "help": "share of a site's pages, or of all sites, from which a picture is set aside "
            "as furniture, such as a logo in a menu; 0: never"
        },
    )
    workers: int = field(
        default=0, metadata={"help": "threads that decode; 0: one a core; changes no byte"}
    )

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"size must be at least 1 pixel, got {self.size}")
        if self.stored is not None and self.stored < self.size:
            raise ValueError(f"stored must be at least size ({self.size}), got {self.stored}")
        if self.stored_size > MAX_SIDE:
            raise ValueError(
                f"size and stored must be at most {MAX_SIDE} pixels, "
                f"got {self.size} and {self.stored_size}"
            )
        for name in "val_fraction", "test_fraction":
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be from 0 to below 1, got {getattr(self, name)}")
        if not self.val_fraction + self.test_fraction < 1:
            raise ValueError("val_fraction and test_fraction leave nothing to train on")
        if not 0 <= self.boilerplate <= 1:
            raise ValueError(f"boilerplate must be from 0 to 1, got {self.boilerplate}")
        _check_names(self.augment, self.licences)
        if self.workers < 0:
            raise ValueError(f"workers must not be negative, got {self.workers}")

    @property
    def stored_size(self) -> int:
        """Pixels of a stored image that comes from a file."""
        return self.size + self.size // 8 if self.stored is None else self.stored

    def identity(self) -> dict[str, Any]:
        """What decides the result: all but how many threads compute it."""
        return {name: value for name, value in asdict(self).items() if name != "workers"}


def _check_names(augment: Iterable[str], licences: Iterable[str]) -> None:
    for name in augment:
        if name not in OPERATIONS:
            raise ValueError(f"augment knows {', '.join(OPERATIONS)}, not {name!r}")
    if "" in map(str.strip, licences):
        raise ValueError("licences must be names or addresses, got an empty one")
