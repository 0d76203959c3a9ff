"""The command lines of the crawler: `crawl` gathers images, `verify` proves that it was polite."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crawler.command import (
    Parser,
    UsageError,
    config_flags,
    execute,
    existing,
    folder,
    log_to_stderr,
    make_config,
)
from crawler.config import CrawlConfig, Source
from crawler.errors import CrawlerError
from crawler.files import FolderBusyError
from crawler.outcome import CAUSES
from crawler.settings import check, read_settings

CRAWL_EXAMPLES = """\
examples:
  deeprunning crawl flowers.toml --out crawl
  deeprunning crawl https://example.org/roses/ --label rose --out crawl \\
      --user-agent "flowers-study/1.0 (+mailto:me@example.org)"
  deeprunning crawl --sitemaps https://example.org/sitemap.xml --label rose --out crawl \\
      --user-agent "flowers-study/1.0 (+mailto:me@example.org)"
  deeprunning crawl flowers.toml --out crawl --dry-run     what would be asked, and how long
  deeprunning crawl flowers.toml --out crawl --refresh     what has changed since
  deeprunning crawl flowers.toml --out crawl --retry failed     or one cause, such as timeout

Flags win over the file; --label and those after it are for seeds named here.
The same command again goes on where it was stopped. The path of the manifest goes to stdout."""

VERIFY_EXAMPLES = """\
example:
  deeprunning verify crawl

Prints what was proved and exits 0, or prints each breach in a sentence and exits 1."""

FORGET_EXAMPLES = """\
examples:
  deeprunning forget crawl https://example.org/roses/7.jpg
  deeprunning forget crawl example.org        every image of this host, whatever the port

No file stays, the rows say `denied: optout` with `forget` in the column optout, and no later crawl
in this folder asks for them. Make the dataset anew afterwards. The path of the manifest goes to
stdout."""

OF_SOURCE = ("label", "label_pattern", "sitemaps", "follow", "exclude", "images", "select")


def crawl_parser(prog: str) -> Parser:
    parser = Parser(
        prog, "Gather images from web pages, politely, into a manifest.", epilog=CRAWL_EXAMPLES
    )
    parser.add_argument(
        "inputs",
        nargs="*",
        default=[],
        metavar="CONFIG.toml | URL",
        help="a configuration, or seed pages",
    )
    parser.add_argument("--out", type=folder, required=True, help="folder to fill")
    parser.add_argument(
        "--dry-run", action="store_true", default=False, help="only look at the seeds and tell"
    )
    again = parser.add_mutually_exclusive_group()
    again.add_argument(
        "--refresh", action="store_true", default=False, help="ask a finished crawl's web again"
    )
    again.add_argument(
        "--retry",
        choices=CAUSES,
        default="",
        help="ask once more what failed, and nothing else that is known: all of it, or one cause",
    )
    config_flags(parser, CrawlConfig)
    config_flags(parser, Source, OF_SOURCE)
    return parser


def crawl_main(argv: Sequence[str] | None = None, prog: str = "deeprunning crawl") -> int:
    """Print the path of the manifest, or the plan of a dry run; return the exit status."""
    options = vars(crawl_parser(prog).parse_args(argv))

    def work() -> None:
        out, dry_run = options.pop("out"), options.pop("dry_run")
        again = {name: options.pop(name) for name in ("refresh", "retry")}
        config, sources = read_config(options)
        check(config, sources)
        log_to_stderr()
        if dry_run:
            from crawler.plan import look_around

            print(look_around(config, sources))
            return
        from crawler import stage
        from crawler.progress import shown

        print(stage.run(config, sources, out, **again, watch=shown))

    return execute(work, (CrawlerError, FolderBusyError), prog=prog)


def read_config(options: dict[str, Any]) -> tuple[CrawlConfig, tuple[Source, ...]]:
    """The configuration and its sources, from a file or from seeds, with flags over both.

    Raises UsageError.
    """
    inputs = options.pop("inputs", [])
    of_source = {name: options.pop(name) for name in OF_SOURCE if name in options}
    files = [name for name in inputs if name.endswith(".toml")]
    if not inputs and not of_source.get("sitemaps"):
        raise UsageError("name a configuration (.toml), seed pages, or --sitemaps")
    if not files:
        source = make_config(Source, of_source, {"seeds": inputs})
        return make_config(CrawlConfig, options), (source,)
    if len(inputs) > 1:
        raise UsageError(f"give one configuration or seed pages, not {' and '.join(inputs)}")
    if of_source:
        flag = "--" + next(iter(of_source)).replace("_", "-")
        raise UsageError(f"{flag} is for seed pages; {files[0]} says it for each source")
    return read_settings(Path(files[0]), options)


def verify_parser(prog: str) -> Parser:
    parser = Parser(
        prog, "Prove from the records of a crawl that it was polite.", epilog=VERIFY_EXAMPLES
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="the --out of a crawl")
    return parser


def verify_main(argv: Sequence[str] | None = None, prog: str = "deeprunning verify") -> int:
    """Print what was proved, or the breaches; return 0 or 1."""
    folder: Path = verify_parser(prog).parse_args(argv).folder

    def work() -> int:
        ledger_file = existing(folder / "crawl.sqlite")
        table = existing(folder / "requests.csv")
        from crawler.ledger import Ledger
        from crawler.proof.verify import breaches, proof

        with Ledger(ledger_file) as ledger:
            found = list(breaches(ledger, table))
            print("\n".join(found or [proof(ledger)]))
        return 1 if found else 0

    return execute(work, (CrawlerError,), prog=prog)


def forget_parser(prog: str) -> Parser:
    parser = Parser(
        prog, "Remove images from a crawl for good, and mark their rows.", epilog=FORGET_EXAMPLES
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="the --out of a crawl")
    parser.add_argument(
        "targets",
        nargs="+",
        metavar="URL | HOST | SHA256",
        help="an image, all images of a host, or all with this content",
    )
    return parser


def forget_main(argv: Sequence[str] | None = None, prog: str = "deeprunning forget") -> int:
    """Print the path of the manifest; return the exit status."""
    options = forget_parser(prog).parse_args(argv)

    def work() -> None:
        from crawler.permission.forget import forget
        from crawler.permission.forgotten import target_of

        existing(options.folder / "crawl.sqlite")
        log_to_stderr()
        targets = [target_of(word) for word in options.targets]
        for word, target in zip(options.targets, targets, strict=True):
            if target is None:
                raise UsageError(f"{word!r} is no address, no host and no SHA-256")
        print(forget(options.folder, [target for target in targets if target]))

    return execute(work, (CrawlerError, FolderBusyError), prog=prog)


def main(argv: Sequence[str] | None = None) -> int:
    """`python -m crawler`: a crawl, or with `verify` as the first word its proof."""
    words = sys.argv[1:] if argv is None else list(argv)
    if words[:1] == ["verify"]:
        return verify_main(words[1:], prog="python -m crawler verify")
    return crawl_main(words, prog="python -m crawler")
