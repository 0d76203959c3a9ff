"""Heat drawn over the picture it is of, as PNG."""

import io

import numpy as np
from PIL import Image

from nn.arrays import Array

LEAST = 256  # pixels of a side
STOPS = (0.0, 0.5, 1.0)  # of the heat, from none to the most
COLOURS = ((30, 60, 200), (255, 200, 0), (215, 20, 20))  # at these: blue, yellow, red
COVER = 0.6  # of the picture, by the most heat


def overlay(pixels: Array, heat: Array) -> bytes:
    """The PNG of a picture, uint8 (S, S, 3), under its heat (H, W), at least 0.

    The picture is enlarged by a whole number; the hottest place is red, no heat leaves it as it is.
    """
    side = len(pixels) * -(-LEAST // len(pixels))
    picture = np.asarray(Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC))
    smooth = np.asarray(
        Image.fromarray(heat.astype(np.float32)).resize((side, side), Image.Resampling.BILINEAR)
    )
    level = smooth / max(float(smooth.max()), np.finfo(np.float32).tiny)
    colour = np.stack([np.interp(level, STOPS, channel) for channel in zip(*COLOURS, strict=True)])
    cover = (COVER * level)[..., None]
    mixed = picture * (1 - cover) + colour.transpose(1, 2, 0) * cover
    file = io.BytesIO()
    Image.fromarray(np.rint(mixed).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()
