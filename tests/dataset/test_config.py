from dataclasses import replace

import pytest

from dataset.config import OPERATIONS, DatasetConfig


def test_the_stored_size_leaves_an_eighth_for_crops() -> None:
    assert DatasetConfig(size=64).stored_size == 72
    assert DatasetConfig(size=64, stored=64).stored_size == 64


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"size": 0}, "size must be at least 1 pixel, got 0"),
        ({"size": 64, "stored": 32}, r"stored must be at least size \(64\), got 32"),
        ({"size": 4096}, "size and stored must be at most 4096 pixels, got 4096 and 4608"),
        ({"size": 64, "stored": 4097}, "size and stored must be at most 4096 pixels"),
        ({"val_fraction": -0.1}, "val_fraction must be from 0 to below 1, got -0.1"),
        ({"test_fraction": float("nan")}, "test_fraction must be from 0 to below 1"),
        ({"val_fraction": 0.5, "test_fraction": 0.5}, "leave nothing to train on"),
        ({"augment": ("crop", "spin")}, "augment knows crop, flip, .*cutmix, not 'spin'"),
        ({"augment": ("resized_crop", "crop")}, "augment takes crop or resized_crop, not both"),
        ({"boilerplate": 1.5}, "boilerplate must be from 0 to 1, got 1.5"),
        ({"workers": -1}, "workers must not be negative, got -1"),
        ({"crop": "center"}, "crop must be one of centre, fit, letterbox, energy, got 'center'"),
        ({"background": "white"}, "background must be a colour such as #ffffff, got 'white'"),
        ({"quarantine": ("dim",)}, "quarantine knows blurry, dark, .*, not 'dim'"),
    ],
)
def test_a_wrong_value_is_refused_by_name(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DatasetConfig(**values)  # type: ignore[arg-type]  # wrong on purpose


def test_threads_are_no_part_of_what_a_run_is() -> None:
    config = DatasetConfig()
    assert config.identity() == replace(config, workers=7).identity()
    assert config.identity() != replace(config, size=32).identity()


def test_the_first_operations_keep_their_places() -> None:
    """The place is hashed: to move one would change every augmented image there ever was."""
    assert OPERATIONS[:2] == ("crop", "flip")
