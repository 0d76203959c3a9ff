"""What is noted of a page in passing: texts, images it mentions, its own name, what it forbids."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from crawler.permission.optout import in_tag, is_nofollow, is_rsl
from crawler.reading.line import one_line
from crawler.reading.markup import Tag, Token
from crawler.reading.mention import Mention, mentions

LITTLE = 400  # characters: a title, a menu, and a plea to turn JavaScript on
IIIF = "iiif.io/api/presentation/"  # in the type of a link: the profile of a manifest


@dataclass(slots=True)
class Aside:
    """Notes of one page. `tags` are its lines of X-Robots-Tag, `names` those by which we are known.

    A directive is noted with where it stands.
    """

    tags: str
    names: Collection[str]
    texts: list[str] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    canonical: str = ""  # as written: the address by which the page is to be known
    manifests: list[str] = field(default_factory=list)  # of IIIF, addresses as written
    scripts: int = 0
    rsl: str = ""  # the signal of the licence of RSL that it names
    directives: list[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.directives = [("X-Robots-Tag", line) for line in self.tags.splitlines()]

    def heard(self, page: Iterable[Token]) -> Iterator[Token]:
        """The page as it comes."""
        for token in page:
            if isinstance(token, str):
                self.texts.append(token)
            elif not isinstance(token, Tag) or not token.ends:
                self.mentions.extend(mentions(token))
                self.scripts += token.name == "script" if isinstance(token, Tag) else 0
                if isinstance(token, Tag) and token.name == "meta":
                    self._meta(token)
                elif isinstance(token, Tag) and token.name == "link":
                    self._link(token)
            yield token

    @property
    def optout(self) -> str:
        """The signal by which the page keeps its images from being learned from, or ""."""
        refusals = ((where, in_tag(line, self.names)) for where, line in self.directives)
        return next((f"{where}: {refusal}" for where, refusal in refusals if refusal), self.rsl)

    @property
    def is_script(self) -> bool:
        """Whether the page says next to nothing before its scripts are run."""
        return self.scripts > 0 and sum(len(text.strip()) for text in self.texts) < LITTLE

    @property
    def is_nofollow(self) -> bool:
        """Whether the links of the page are not to be followed."""
        return any(is_nofollow(line, self.names) for _, line in self.directives)

    def _link(self, tag: Tag) -> None:
        attributes = tag.attributes
        relations, href = attributes.get("rel", ""), attributes.get("href", "").strip()
        if not self.canonical and "canonical" in relations.lower().split():
            self.canonical = href
        elif "alternate" in relations.lower().split() and IIIF in attributes.get("type", ""):
            self.manifests.append(href)
        elif is_rsl(relations, attributes.get("type", "")):
            self.rsl = f"link rel=license: {one_line(href)}"

    def _meta(self, tag: Tag) -> None:
        attributes = tag.attributes
        name = attributes.get("name", "").strip().lower()
        if name in {"robots", *self.names}:
            self.directives.append((f"meta {name}", attributes.get("content", "")))
