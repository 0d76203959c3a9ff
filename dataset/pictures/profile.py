"""Colour profiles (ICC.1): from the colours of whoever made an image to those of sRGB."""

from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

MODES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # colour space of a profile -> of the image
AS_RGB = {"RGB", "L", "1", "P"}  # modes that a profile for RGB can be meant for
LATTICE = (0, 51, 102, 153, 204, 255)  # levels of each channel at which a profile is tried
KEPT = 8  # profiles that are kept ready: most images of one source share theirs


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image | None:
    """The image in sRGB: "RGB", or the very image where its profile is that of sRGB.

    Transparency is left behind. None where the profile is broken, or for images of another kind.
    """
    try:
        mode, transform = _transform(profile)
        if image.mode != mode and not (mode == "RGB" and image.mode in AS_RGB):
            return None
        return image if transform is None else transform.apply(image.convert(mode))
    except Exception:  # noqa: BLE001  # broken profiles raise anything; the picture is still one
        return None


@lru_cache(KEPT)
def _transform(profile: bytes) -> tuple[str, ImageCms.ImageCmsTransform | None]:
    """The mode a profile is for, and the way to sRGB; None where that moves nothing by two levels.

    So what says in other words that it is sRGB stays as it is, to the bit.
    """
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    mode = MODES[source.profile.xcolor_space]
    srgb = ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(source, srgb, mode, "RGB")
    if mode != "RGB":
        return mode, transform
    before = _lattice()
    after = np.asarray(transform.apply(Image.fromarray(before)))
    moved = np.abs(after.astype(np.int16) - before).max()
    return mode, transform if moved > 1 else None


def _lattice() -> np.ndarray:
    """Colours all over the cube as an image: (1, 216, 3)."""
    channels = np.meshgrid(LATTICE, LATTICE, LATTICE, indexing="ij")
    return np.stack(channels, axis=-1).reshape(1, -1, 3).astype(np.uint8)
