"""Reads a page as a browser does: words, tags, addresses, and numbers by their names."""

import csv
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "img"}


class Reader(HTMLParser):
    """What a page holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []  # of ours: outside of numbers, names and code
        self.text: list[str] = []
        self.tags: list[str] = []
        self.links: list[dict[str, str]] = []
        self.sources: list[str] = []
        self.numbers: list[tuple[str, str]] = []  # name and text
        self._open: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.links += [given] if tag == "a" else []
        self.sources += [given["src"]] if "src" in given else []
        if tag not in VOID:
            self._open.append((tag, given.get("data-n", "")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag, "tags are not closed in order"

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        tag, name = self._open[-1] if self._open else ("", "")
        if name:
            self.numbers.append((name, data))
        elif tag not in {"bdi", "code", "pre", "style"}:
            self.words.append(data)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
