"""What an image may be at most and must be at least: in bytes, in pixels, and at its sides."""

from typing import NamedTuple

Reason = tuple[str, str]  # a word of the manifest and a sentence


class Limits(NamedTuple):
    """The settings of a crawl that say which images are taken; by default all."""

    max_bytes: int = 1 << 62
    max_pixels: int = 1 << 62
    min_side: int = 1  # pixels

    def refusal(self, size: int, width: int, height: int) -> Reason | None:
        """Why an image of so many bytes and pixels is not taken, or None where it is."""
        if size > self.max_bytes:
            return too_large(self.max_bytes)
        if width * height > self.max_pixels:
            return bomb(width, height, self.max_pixels)
        return (
            too_small(width, height, self.min_side) if min(width, height) < self.min_side else None
        )


def too_large(max_bytes: int) -> Reason:
    return "too-large", f"the file is larger than max_bytes, {max_bytes}"


def bomb(width: int, height: int, max_pixels: int) -> Reason:
    return "bomb", f"{width} x {height} pixels are more than max_pixels, {max_pixels}"


def too_small(width: int, height: int, min_side: int) -> Reason:
    return "too-small", f"{width} x {height} pixels, where min_side is {min_side}"
