"""A picture in small grey: what its quality and its copies are told from, made once for both."""

from PIL import Image

LEAST = 96  # pixels of the shorter side, where a picture has so many
LONGEST = 1024  # pixels of the longer side, or nearly twice as many, whatever the shorter one has


def small_grey(image: Image.Image) -> Image.Image:
    """An RGB image in grey, averaged in boxes of whole pixels: the shorter side 96 to 191 pixels.

    A smaller one stays as large as it is; one that is very long loses more of its length.
    """
    shorter, longer = sorted(image.size)
    across = max(shorter // LEAST, 1)
    along = max(longer // LONGEST, across)
    boxes = (along, across) if image.width >= image.height else (across, along)
    grey = image.convert("L")
    return grey if boxes == (1, 1) else grey.reduce(boxes)
