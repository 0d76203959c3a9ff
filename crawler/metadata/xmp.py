"""XMP: the properties that a packet states of the file it stands in (ISO 16684-1, RDF in XML)."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from contextlib import suppress
from xml.parsers.expat import ExpatError, ParserCreate

# Namespaces that are read, and the prefix that stands for each in our names.
NAMESPACES = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://creativecommons.org/ns#": "cc",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://www.w3.org/ns/tdmrep/": "tdm",  # in a file, by TDMRep (2024)
    "http://www.w3.org/ns/tdmrep#": "tdm",  # in its vocabulary
}
VALUES = {"rdf:resource", "rdf:value"}  # attributes that hold what an element could hold

# By the first two bytes; the mark of byte order may stand further on, in the first instruction.
ENCODINGS = {
    BOM_UTF16_LE: "utf-16",
    BOM_UTF16_BE: "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}


def properties(packet: bytes) -> dict[str, list[str]]:
    """Names such as `dc:creator`, whatever prefix the packet uses, and the texts of each.

    A simple property has one text, one with an rdf:Seq, rdf:Bag or rdf:Alt that of each item. Of a
    packet that is no XML it is what stands before the error; one with a document type is not read,
    since entities and default attributes make much of little. Nothing is raised, and time and
    memory are bounded by the length of the packet.
    """
    text = packet.decode(ENCODINGS.get(packet[:2], "utf-8"), "replace")
    reader = _Reader()
    if "<!DOCTYPE" not in text:
        parser = ParserCreate()
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        parser.CharacterDataHandler = reader.text
        with suppress(ExpatError):
            parser.Parse(text, True)  # noqa: FBT003
    return reader.found


class _Reader:
    """Notes the properties as tags and texts come.

    They stand at one depth: rdf:RDF, within it rdf:Description, within it a property each; or as
    attributes of rdf:Description. What lies deeper speaks of other things, such as the pictures
    of a collage.

    Prefixes are resolved here, since expat writes the address of the namespace out for each
    attribute: of a packet of 100 KB it would make 400 MB.
    """

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self._prefixes: dict[str, str] = {}  # as written: as ours, or "" for a namespace not read
        self._outer: list[tuple[int, str, str]] = []  # depth, prefix and what it means outside
        self._depth = 0
        self._rdf = 0  # the depth of rdf:RDF, 0 outside
        self._property = ""
        self._texts: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._declare(attributes)
        name = self._name(tag)
        if not self._rdf:
            self._rdf = self._depth if name == "rdf:RDF" else 0
        elif self._depth == self._rdf + 1:
            for key, value in attributes.items():
                self._note(self._name(key), value)
        elif self._depth == self._rdf + 2:
            self._property = name
            for key, value in attributes.items():
                if self._name(key) in VALUES:
                    self._note(name, value)

    def text(self, text: str) -> None:
        if self._property:
            self._texts.append(text)

    def end(self, tag: str) -> None:
        if self._property:
            self._note(self._property, "".join(self._texts))
            self._texts.clear()
        if self._depth == self._rdf + 2:
            self._property = ""
        elif self._depth == self._rdf:
            self._rdf = 0
        while self._outer and self._outer[-1][0] == self._depth:
            _, prefix, meaning = self._outer.pop()
            self._prefixes[prefix] = meaning
        self._depth -= 1

    def _declare(self, attributes: dict[str, str]) -> None:
        for key, uri in attributes.items():
            if key.startswith("xmlns"):
                prefix = key[len("xmlns:") :]
                self._outer.append((self._depth, prefix, self._prefixes.get(prefix, "")))
                self._prefixes[prefix] = NAMESPACES.get(uri, "")

    def _name(self, written: str) -> str:
        """The name with our prefix, or "" where its namespace is not read."""
        prefix, _, local = written.rpartition(":")
        meaning = self._prefixes.get(prefix)
        return f"{meaning}:{local}" if meaning else ""

    def _note(self, name: str, value: str) -> None:
        if name and value.strip():
            self.found.setdefault(name, []).append(value)
