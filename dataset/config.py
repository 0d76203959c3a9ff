"""What a snapshot shall be: sizes, shares of the splits, and the augmentation used in training."""

import re
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

OPERATIONS = (  # only ever extended: the position of a name is part of its hash
    "crop",
    "flip",
    "resized_crop",
    "flip_vertical",
    "rotate",
    "brightness",
    "contrast",
    "saturation",
    "hue",
    "grey",
    "trivial_augment",
    "cutout",
    "mixup",
    "cutmix",
)

Crop = Literal["centre", "fit", "letterbox", "energy"]  # the first is that of old model files
CROPS: tuple[str, ...] = get_args(Crop)

BACKGROUND = "#ffffff"
COLOUR = re.compile("#[0-9a-f]{6}")

# See dataset.pictures.quality.
SUSPICIONS = ("blurry", "dark", "overexposed", "flat", "narrow", "tiny")

ROLES = ("train", "val", "test")  # each fold has one at a time
MAX_FOLDS = 100

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
        default=("crop", "flip"),
        metadata={"help": "random operations of training, of: " + ", ".join(OPERATIONS)},
    )
    licences: tuple[str, ...] = field(
        default=(),
        metadata={
            "help": "licences to accept, such as cc0 cc-by, or the address one begins with; images "
            "of any other, or of none, are set aside (default: all are accepted)"
        },
    )
    workers: int = field(
        default=0, metadata={"help": "threads that decode; 0: one a core; changes no byte"}
    )
    crop: Crop = field(
        default="centre",
        metadata={
            "help": "how a picture becomes a square: the middle; all of it, squeezed (fit) or over "
            "the background (letterbox); or the square with the most edges (energy)"
        },
    )
    background: str = field(
        default=BACKGROUND,
        metadata={"help": "colour behind transparent parts and in letterboxes, as #rrggbb"},
    )
    blurry: float = field(
        default=120.0, metadata={"help": "flag images with a variance of the Laplacian below this"}
    )
    dark: float = field(
        default=0.25,
        metadata={"help": "flag images of which 95 % is darker than this, of 0 to 1"},
    )
    overexposed: float = field(
        default=0.8, metadata={"help": "flag images of which 95 % is brighter than this, of 0 to 1"}
    )
    flat: float = field(
        default=1.75, metadata={"help": "flag images whose grey levels have fewer bits of entropy"}
    )
    narrow: float = field(
        default=4.0, metadata={"help": "flag images whose longer side is more times the shorter"}
    )
    tiny: int = field(
        default=32, metadata={"help": "flag images whose shorter side has fewer pixels"}
    )
    quarantine: tuple[str, ...] = field(
        default=(),
        metadata={"help": "flags whose images are set aside, of: " + ", ".join(SUSPICIONS)},
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

    folds: int = field(
        default=0,
        metadata={
            "help": "parts for cross-validation, so that each of few samples is tested on once; "
            "0: none"
        },
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
        _check_names(self.augment, self.licences, self.quarantine)
        check_crop(self.crop, self.background)
        if not 0 <= self.boilerplate <= 1:
            raise ValueError(f"boilerplate must be from 0 to 1, got {self.boilerplate}")
        if self.folds and not len(ROLES) <= self.folds <= MAX_FOLDS:
            raise ValueError(
                f"folds must be 0 or from {len(ROLES)} to {MAX_FOLDS}, got {self.folds}"
            )
        if self.workers < 0:
            raise ValueError(f"workers must not be negative, got {self.workers}")

    @property
    def stored_size(self) -> int:
        """Pixels of a stored image that comes from a file."""
        return self.size + self.size // 8 if self.stored is None else self.stored

    def identity(self) -> dict[str, Any]:
        """What decides the result: all but how many threads compute it."""
        return {name: value for name, value in asdict(self).items() if name != "workers"}


def _check_names(
    augment: Collection[str], licences: Iterable[str], quarantine: Iterable[str]
) -> None:
    for name in augment:
        if name not in OPERATIONS:
            raise ValueError(f"augment knows {', '.join(OPERATIONS)}, not {name!r}")
    if {"crop", "resized_crop"} <= set(augment):
        raise ValueError("augment takes crop or resized_crop, not both")
    if "" in map(str.strip, licences):
        raise ValueError("licences must be names or addresses, got an empty one")
    for name in quarantine:
        if name not in SUSPICIONS:
            raise ValueError(f"quarantine knows {', '.join(SUSPICIONS)}, not {name!r}")


def check_crop(crop: str, background: str) -> None:
    """Raises ValueError for a way to a square, or a colour behind it, that there is not."""
    if crop not in CROPS:
        raise ValueError(f"crop must be one of {', '.join(CROPS)}, got {crop!r}")
    if not COLOUR.fullmatch(background):
        raise ValueError(f"background must be a colour such as {BACKGROUND}, got {background!r}")
