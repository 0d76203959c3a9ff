"""The gallery as a server answers it: pages made beforehand, photos from their files."""

import io
import mimetypes
from pathlib import Path
from urllib.parse import unquote

from flows.bench.gallery import ROBOTS, Gallery

THUMB = 96  # pixels, the larger side


class Site:
    """A function from the host and target of a request to all that is sent back."""

    def __init__(self, gallery: Gallery) -> None:
        self._pages = {
            (host, unquote(path)): _answer("text/html; charset=utf-8", html.encode())
            for host, path, html in gallery.pages()
        }
        self._photos = {unquote(photo.name): photo.file for photo in gallery.photos}

    def __call__(self, host: str, target: str) -> bytes:
        path = unquote(target)
        if path == "/robots.txt":
            return _answer("text/plain", ROBOTS.encode())
        folder, _, name = path.removeprefix("/").partition("/")
        if folder in {"full", "thumb"} and name in self._photos:
            return _image(folder, self._photos[name])
        return self._pages.get((host, path)) or _answer("text/plain", b"not here", "404 Not Found")


def _image(folder: str, file: Path) -> bytes:
    if folder == "full":
        kind, _ = mimetypes.guess_type(file.name)
        return _answer(kind or "application/octet-stream", file.read_bytes())
    from PIL import Image  # late: a crawler that chooses the photos never needs it

    buffer = io.BytesIO()
    with Image.open(file) as image:
        image.thumbnail((THUMB, THUMB))
        image.convert("RGB").save(buffer, "JPEG")
    return _answer("image/jpeg", buffer.getvalue())


def _answer(kind: str, body: bytes, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
