"""Photos become squares as torchvision's v2 transforms make them, with antialias, to one level."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dataset.config import BACKGROUND, CROPS
from dataset.pictures.colour import read_picture
from dataset.pictures.crop import square

pytestmark = [pytest.mark.real, pytest.mark.accept]

torch = pytest.importorskip("torch", reason="torch is in the extra [peer]")

STORED = 72  # pixels: of the default size 64
Resize = Callable[[Any], Any]  # of a tensor (C, H, W) to STORED pixels


def by_torchvision() -> Resize:
    try:
        functional = importlib.import_module("torchvision.transforms.v2.functional")
    except (ImportError, RuntimeError):  # the latter where only one of them is built for a GPU
        pytest.skip("no torchvision that fits this torch")
    return lambda tensor: functional.resize(tensor, [STORED, STORED], antialias=True)


def by_torch() -> Resize:
    """What torchvision calls for a tensor; there also where the two do not fit."""
    resize = torch.nn.functional.interpolate
    return lambda tensor: resize(
        tensor[None], (STORED, STORED), mode="bilinear", antialias=True, align_corners=False
    )[0]


@pytest.mark.parametrize("peer", [by_torchvision, by_torch])
@pytest.mark.parametrize("crop", CROPS)
def test_photos_are_resized_as_a_peer_does_to_a_level(
    caltech12: Path, crop: str, peer: Callable[[], Resize]
) -> None:
    """All of every crop but the resizing is ours, so that nothing else is compared."""
    resize = peer()
    furthest, files = 0, sorted(caltech12.rglob("*.jpg"))[::20]
    for file in files:
        image = read_picture(file.read_bytes(), BACKGROUND).image
        before = square(image, min(image.size), crop, BACKGROUND) if crop != "fit" else image
        tensor = torch.from_numpy(np.array(before)).permute(2, 0, 1)
        theirs = resize(tensor).permute(1, 2, 0).numpy()
        ours = square(Image.fromarray(np.asarray(before)), STORED, crop, BACKGROUND)
        furthest = max(furthest, int(np.abs(ours.astype(int) - theirs).max()))
    print(f"{crop}, {peer.__name__}: {len(files)} photos, off by {furthest} at most")
    assert furthest <= 1
