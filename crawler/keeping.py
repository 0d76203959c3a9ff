"""The images that a crawl keeps: named by content, each in its place as a whole or not at all."""

from pathlib import Path

from crawler.files import replacing
from crawler.image import EXTENSIONS
from crawler.manifest import IMAGES


def image_path(name: str, kind: str) -> str:
    """Where an image lies, relative to the folder of the crawl, POSIX; `name` is its SHA-256."""
    return f"{IMAGES}/{name[:2]}/{name}.{EXTENSIONS[kind]}"


def keep(path: Path, body: bytes) -> None:
    """Put an image in its place, unless it already lies there: its name says that it is whole.

    Raises OSError where the disk does not take it; nothing of it is left then.
    """
    if not path.exists():
        with replacing(path) as part:
            part.write_bytes(body)
