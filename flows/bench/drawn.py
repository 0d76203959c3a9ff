"""Photos for a gallery where nobody has any: the demo's drawings, as files."""

from pathlib import Path

from crawler.files import replacing
from flows.demo.drawing import draw
from flows.demo.formats import JPEG
from flows.demo.site import CLASSES

A_CLASS = 60  # drawings


def drawn(folder: Path, a_class: int = A_CLASS) -> Path:
    """Draw those that are not there yet, so many of each class; return the folder."""
    for label in CLASSES:
        for index in range(a_class):
            file = folder / label / f"{index:04}.jpg"
            if not file.exists():
                with replacing(file) as part:
                    part.write_bytes(JPEG.encode(draw(label, index), index))
    return folder
