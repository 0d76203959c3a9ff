"""`deeprunning init`: a commented configuration, from a few words or, at a terminal, questions."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
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
# min_side = 64      # pixels; smaller images are rejected, as buttons and spacers are
# max_images = 500   # for each class
# allow_private = ["localhost"]  # hosts of your own network that may be asked

{sources}
[dataset]
# size = 64          # pixels, square: what the network sees

[train]
# epochs = 40
"""

OF_A_SOURCE = """\
# select = "main"    # CSS selector of the part of a page whose images count
# follow = [{seed}]  # links below these addresses are followed; by default those below the seed
# sitemaps = [{sitemap}]  # pages and images that the site itself lists, if it does
"""


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
        words = options.classes or (list(_ask_classes(_asked)) if asks else [])
        sources = sources_of(words, options.label_pattern)
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
        return [make_config(Source, {"seeds": list(words), "label_pattern": label_pattern})]
    seeds: dict[str, list[str]] = {}
    for word in words:
        label, equals, url = word.partition("=")
        if not equals or label.startswith(("http://", "https://")):
            raise UsageError(
                f"{word!r} has no label; write LABEL={word}, or give --label-pattern where "
                "addresses tell the class"
            )
        seeds.setdefault(label.strip(), []).append(url.strip())
    return [make_config(Source, {"label": label, "seeds": urls}) for label, urls in seeds.items()]


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
    seeds = ", ".join(map(_text, source.seeds))
    comments = OF_A_SOURCE.format(
        seed=_text(source.seeds[0]), sitemap=_text(urljoin(source.seeds[0], "/sitemap.xml"))
    )
    return f"[[crawl.sources]]\n{key} = {_text(value)}\nseeds = [{seeds}]\n{comments}"


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


def _ask_classes(ask: Ask) -> Iterator[str]:
    """LABEL=URL for each class, until nothing is said."""
    while label := ask("A class to learn, such as rose (enter: that is all): "):
        yield f"{label}={ask(f'The address of a page that shows {label}: ')}"


def _asked(question: str) -> str:
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()
