"""From a picture of any shape to the square that is stored: four ways, each with antialiasing.

centre      the largest square in the middle
fit         the whole picture, squeezed
letterbox   the whole picture in its proportions, the rest filled with the background
energy      the largest square that holds the most edges, and with them the subject
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling

Pixels = NDArray[np.uint8]  # (H, W, 3)

COARSE = 64  # pixels: edges are looked for where the shorter side has one to two times as many
LONGEST = 4096  # pixels, or twice as many, of the longer side there, whatever the shorter one has
FEWEST = 64  # pixels of the shorter side that tell of quality and of copies, whatever is stored


def square(image: Image.Image, stored: int, crop: str, background: str) -> Pixels:
    """An RGB image as (stored, stored, 3), by a way of the table above.

    A square is cut out before it is resized: `resize(box=)` would let pixels beyond it shine in at
    its edges.
    """
    if crop == "letterbox":
        return _letterbox(image, stored, background)
    if crop != "fit":
        image = _cut(image, energy_offset(image) if crop == "energy" else _middle(image))
    return np.asarray(image.resize((stored, stored), Resampling.BILINEAR))


def wanted(stored: int) -> int:
    """How many pixels of a picture's shorter side are enough for a square, and to judge it by."""
    return max(stored, FEWEST)


def energy_offset(image: Image.Image) -> int:
    """Where along its longer side the square with the most edges begins, in pixels.

    Edges are gradients of grey, summed in integers over every square of a small copy; of equals
    the one nearest to the middle is taken, in the very middle where that is as good as any.
    """
    shorter, longer = sorted(image.size)
    across = max(shorter // COARSE, 1)
    factor = max(longer // LONGEST, across)
    profile = _edges(image, factor, across)
    window = min(-(-shorter // factor), len(profile))
    total = np.concatenate([[0], np.cumsum(profile)])
    energies = total[window:] - total[:-window]
    offsets = np.minimum(np.arange(len(energies)) * factor, longer - shorter)
    away = np.abs(2 * offsets - (longer - shorter))
    best = np.lexsort((away, -energies))[0]
    return _middle(image) if away[best] == away.min() else int(offsets[best])


def _edges(image: Image.Image, factor: int, across: int) -> NDArray[np.int64]:
    """How much edge there is at each place along the longer side.

    Looked for at 1 / `factor` of its length and 1 / `across` of the shorter side's. Each step from
    a pixel to the next counts for both, so that a mirrored picture has mirrored edges.
    """
    lies = image.width >= image.height
    small = image.convert("L").reduce((factor, across) if lies else (across, factor))
    grey = np.asarray(small).astype(np.int16)
    grey = grey if lies else grey.T
    edges = np.zeros(grey.shape, np.int16)
    along, down = np.abs(np.diff(grey, axis=1)), np.abs(np.diff(grey, axis=0))
    edges[:, 1:] += along
    edges[:, :-1] += along
    edges[1:] += down
    edges[:-1] += down
    profile: NDArray[np.int64] = edges.sum(axis=0, dtype=np.int64)
    return profile


def _middle(image: Image.Image) -> int:
    return abs(image.width - image.height) // 2


def _cut(image: Image.Image, offset: int) -> Image.Image:
    """The square as large as the shorter side that begins at `offset` of the longer one."""
    side = min(image.size)
    left, top = (offset, 0) if image.width > image.height else (0, offset)
    return image.crop((left, top, left + side, top + side))


def _letterbox(image: Image.Image, stored: int, background: str) -> Pixels:
    longer = max(image.size)
    width, height = (max((2 * n * stored + longer) // (2 * longer), 1) for n in image.size)
    canvas = Image.new("RGB", (stored, stored), background)
    corner = (stored - width) // 2, (stored - height) // 2
    canvas.paste(image.resize((width, height), Resampling.BILINEAR), corner)
    return np.asarray(canvas)
