"""`deeprunning init`: a commented configuration, from a few words or, at a terminal, questions."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urljoin

from crawler.command import Parser, UsageError, execute, make_config
from crawler.config import CrawlConfig, Source

EXAMPLES = """\
examples:
  deeprunning init flowers.toml                        asks what it needs to know
  deeprunning init flowers.toml rose=https://example.org/roses/ 薔薇=https://example.jp/bara/ \\
      --user-agent "flowers-study/1.0 (+mailto:me@example.org)"
  deeprunning init birds.toml https://example.org/ --label-pattern "/birds/(?P<label>[^/]+)/" \\
      --user-agent "birds-study/1.0 (+mailto:me@example.org)"

Afterwards: `deeprunning crawl flowers.toml --out flowers/crawl --dry-run`."""

Ask = Callable[[str], str]

TEMPLATE = """\
# What to gather and learn. `deeprunning crawl --help`, `dataset --help` and `train --help` name
# every key, each with its default. See first how much it is and how long it takes:
#     deeprunning crawl {file} --out {name}/crawl --dry-run
# then the whole job:
#     deeprunning run {file} --out {name}

[crawl]
user_agent = {agent}  # who asks, and how to reach you
# delay = 1.0        # seconds from the end of a request to the next to the same host
# want = 512         # pixels: of the sizes offered the smallest that is at least this
# min_side = 1       # pixels; smaller images are rejected: 64 keeps buttons and spacers out
# max_images = 500   # for each class
# allow_private = []  # hosts of your own network that may be asked, such as "127.0.0.1"

{sources}
[dataset]
# size = 64          # pixels, square: what the network sees

[train]
# epochs = 40
"""

OF_A_SOURCE = """\
# select = "main"    # CSS selector of the part of a page whose images count
# follow = [{follow}]  # links below these addresses are followed, as they are by default
"""
OF_A_SITE = """\
# sitemaps = [{sitemap}]  # pages and images that the site itself lists, if it does
"""
SITEMAP = re.compile(r"\.xml(\.gz)?(\?|$)", re.IGNORECASE)
FIRST_FOLDER = "//[^/]+/(?P<label>[^/]+)/"


def make_parser(prog: str) -> Parser:
    parser = Parser(prog, "Write a commented configuration to begin with.", epilog=EXAMPLES)
    parser.add_argument("file", type=Path, metavar="FILE.toml", help="file to write")
    parser.add_argument(
        "classes",
        nargs="*",
        default=(),
        metavar="LABEL=URL",
        help="a class and a page that shows it; several of one label go together. With "
        "--label-pattern: URL, a page to start from",
    )
    parser.add_argument(
        "--user-agent", default="", help="name/version (+contact) of your crawler, in ASCII"
    )
    parser.add_argument(
        "--label-pattern",
        default="",
        help="regular expression with a group named label, where addresses tell the class",
    )
    return parser


def main(argv: Sequence[str] | None = None, prog: str = "deeprunning init") -> int:
    """Write the file and print its path; return the exit status."""
    options = make_parser(prog).parse_args(argv)

    def work() -> None:
        _check_file(options.file)
        asks = sys.stdin.isatty()
        agent = options.user_agent or (_ask_agent(_asked) if asks else "")
        words, pattern = options.classes, options.label_pattern
        if asks and not words:
            words, pattern = _ask_sources(_asked, pattern)
        sources = sources_of(words, pattern)
        config = make_config(CrawlConfig, {"user_agent": agent} if agent else {})
        try:
            with options.file.open("x", encoding="utf-8", newline="\n") as file:
                file.write(written(options.file, config.user_agent, sources))
        except FileNotFoundError:
            raise UsageError(f"no such folder: {options.file.parent}") from None
        print(options.file)

    return execute(work, [], prog=prog)


def sources_of(words: Sequence[str], label_pattern: str) -> list[Source]:
    """The sources that these words name, one a label, in order. Raises UsageError."""
    if not words:
        raise UsageError("name at least one class: rose=https://example.org/roses/")
    if label_pattern:
        return [_source(words, label_pattern=label_pattern)]
    seeds: dict[str, list[str]] = {}
    for word in words:
        label, equals, url = word.partition("=")
        if not equals or label.startswith(("http://", "https://")):
            raise UsageError(
                f"{word!r} has no label; write LABEL={word}, or give --label-pattern where "
                "addresses tell the class"
            )
        seeds.setdefault(label.strip(), []).append(url.strip())
    return [_source(urls, label=label) for label, urls in seeds.items()]


def _source(urls: Iterable[str], **labelled: str) -> Source:
    """A source that starts from these pages and, as their names tell, sitemaps."""
    starts: dict[str, list[str]] = {"seeds": [], "sitemaps": []}
    for url in urls:
        starts["sitemaps" if SITEMAP.search(url) else "seeds"].append(url)
    return make_config(Source, {**labelled, **starts})


def written(file: Path, user_agent: str, sources: Sequence[Source]) -> str:
    """The text of the configuration."""
    return TEMPLATE.format(
        file=file.name,
        name=file.stem,
        agent=_text(user_agent),
        sources="\n".join(map(_table, sources)),
    )


def _table(source: Source) -> str:
    key, value = (
        ("label", source.label) if source.label else ("label_pattern", source.label_pattern)
    )
    first = (*source.seeds, *source.sitemaps)[0]
    lines = ["[[crawl.sources]]", f"{key} = {_text(value)}"]
    for name, urls in ("seeds", source.seeds), ("sitemaps", source.sitemaps):
        lines += [f"{name} = [{', '.join(map(_text, urls))}]"] if urls else []
    home = urljoin(first, "/" if source.label_pattern else ".")  # as the crawl has it
    comments = OF_A_SOURCE.format(follow=_text(home))
    if not source.sitemaps:
        comments += OF_A_SITE.format(sitemap=_text(urljoin(first, "/sitemap.xml")))
    return "\n".join([*lines, comments])


def _text(value: str) -> str:
    """A basic string of TOML: like one of JSON, but that it may not hold a DEL as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _check_file(file: Path) -> None:
    if file.suffix != ".toml":
        raise UsageError(f"{file} should end in .toml, by which other commands know it")
    if file.exists():
        raise UsageError(f"{file} is there already; choose another name")


def _ask_agent(ask: Ask) -> str:
    name = ask("A short name for your project, in English letters (flowers-study): ")
    contact = ask("How can a site reach you, an e-mail address or a page? ")
    how = contact if contact.startswith(("http://", "https://")) else f"mailto:{contact}"
    return f"{name or 'flowers-study'}/1.0 (+{how})"


def _ask_sources(ask: Ask, pattern: str) -> tuple[list[str], str]:
    """Classes with their pages; or, where there are none, pages to start from and a pattern."""
    if not pattern:
        if classes := list(_ask_classes(ask)):
            return classes, ""
        pattern = ask(f"Its pattern (enter: the first folder, {FIRST_FOLDER}): ") or FIRST_FOLDER
    page = _ask_page(ask, "The address of a page or a sitemap to start from: ")
    return [page] if page else [], pattern


def _ask_classes(ask: Ask) -> Iterator[str]:
    """LABEL=URL for each class, until nothing is said."""
    is_all = "addresses tell the classes"
    while label := ask(f"A class to learn, such as rose (enter: {is_all}): "):
        yield f"{label}={_ask_page(ask, f'The address of a page that shows {label}: ')}"
        is_all = "that is all"


def _ask_page(ask: Ask, question: str) -> str:
    """An address of the web, or nothing."""
    while (url := ask(question)) and not url.startswith(("http://", "https://")):
        question = f"{url} is no whole address; it starts with http:// or https://: "
    return url


def _asked(question: str) -> str:
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()
