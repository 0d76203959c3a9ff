"""Pictures as `data:` URLs, so that a page or an artifact needs no other file."""

import base64
import io
from pathlib import Path

from PIL import Image


def of_file(path: Path) -> str:
    """The picture in a file of ours: a drawing as it is, photos as a much smaller JPEG."""
    if path.suffix == ".svg":
        return data_url(path.read_bytes(), "image/svg+xml")
    with Image.open(path) as image:
        return of_photo(image)


def of_photo(image: Image.Image) -> str:
    """A photo as a JPEG."""
    body = io.BytesIO()
    image.convert("RGB").save(body, "JPEG", quality=85)
    return data_url(body.getvalue(), "image/jpeg")


def data_url(body: bytes, mime: str) -> str:
    return f"data:{mime};base64,{base64.b64encode(body).decode()}"
