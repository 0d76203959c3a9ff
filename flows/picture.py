"""Pictures as `data:` URLs, so that a page or an artifact needs no other file."""

import base64
import io
from pathlib import Path

from PIL import Image

MIME = {".svg": "image/svg+xml", ".png": "image/png"}


def of_file(path: Path) -> str:
    """The picture in a file of ours, as it is."""
    return data_url(path.read_bytes(), MIME[path.suffix])


def of_image(image: Image.Image, quality: int = 80) -> str:
    """A photo, as a small JPEG."""
    body = io.BytesIO()
    image.convert("RGB").save(body, "JPEG", quality=quality)
    return data_url(body.getvalue(), "image/jpeg")


def data_url(body: bytes, mime: str) -> str:
    return f"data:{mime};base64,{base64.b64encode(body).decode()}"
