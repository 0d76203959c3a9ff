"""URLs as browsers read them (WHATWG URL Standard): one parser for every check and request."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from ada_url import URL

LONGEST = 8000  # characters; RFC 9110 asks servers to read that much, and no page needs more
LONGEST_RUN = 10  # folders that are looked for as one that repeats
PORTS = {"http:": "80", "https:": "443"}
# Archives, documents, sound, films, programs and their sources, data, fonts, parts of pages.
FILE_NAME = re.compile(
    r"\.(zip|gz|tgz|bz2|xz|7z|rar|tar|iso|dmg|exe|msi|apk|deb|rpm|whl|jar"
    r"|pdf|ps|eps|djvu|epub|mobi|docx?|odt|rtf|xlsx?|ods|pptx?|odp"
    r"|mp[34]|m4[av]|ogg|og[av]|wav|flac|aac|midi?|avi|mov|mkv|webm|wmv|mpe?g"
    r"|py|ipynb|c|cc|cpp|h|java|rb|go|rs|m|r|sh|css|m?js|map|wasm|swf"
    r"|csv|tsv|npy|npz|mat|h5|parquet|sqlite|txt|md|rst|bib|ics|vcf"
    r"|woff2?|ttf|otf|eot|ico|svgz?|tiff?|psd|heic)$",
    re.IGNORECASE,
)
IMAGE_NAME = re.compile(r"\.(jpe?g|jpe|jfif|png|gif|webp|bmp)$", re.IGNORECASE)


def canonical(url: str, base: str = "") -> str | None:
    """The absolute URL as it is sent, without its fragment; None where it cannot be fetched.

    `url` is resolved against `base` where there is one. Only http and https can be fetched, and
    nothing that carries a user name or a password.
    """
    parsed = _parse(url, base)
    if parsed is None or parsed.protocol not in PORTS or parsed.username or parsed.password:
        return None
    del parsed.hash
    return parsed.href if len(parsed.href) <= LONGEST else None


@lru_cache(4096)
def host(url: str) -> str:
    """Name or address and port, as in `example.org:443`: what politeness is owed to.

    Raises ValueError where `url` is no canonical URL.
    """
    parsed = URL(url)
    return f"{parsed.hostname}:{parsed.port or PORTS[parsed.protocol]}"


def folder(url: str) -> str:
    """The URL up to the last slash of its path: of /roses/index.html it is /roses/."""
    return URL(".", url).href


def root(url: str) -> str:
    """The URL of the first page of the host."""
    return URL("/", url).href


def named_like_image(url: str) -> bool:
    """Whether the path ends like an image; what it is, only its answer says."""
    return IMAGE_NAME.search(urlsplit(url).path) is not None


def named_like_file(url: str) -> bool:
    """Whether the path ends like what is neither a page nor an image, such as .zip or .pdf."""
    return FILE_NAME.search(urlsplit(url).path) is not None


def repeats(url: str) -> int:
    """How often in a row the path names the same folders: in /a/b/a/b/a/b/ three times.

    Numbers alone repeat honestly: /2011/11/11/ is a day.
    """
    names = [name for name in urlsplit(url).path.split("/") if name]
    lengths = range(1, min(len(names) // 2, LONGEST_RUN) + 1)
    return max((_repeats(names, length) for length in lengths), default=1)


def _repeats(names: Sequence[str], length: int) -> int:
    """The same for runs of so many names."""
    most = equal = 0  # names in a row that are equal to the one a run before
    for at in range(length, len(names)):
        equal = equal + 1 if names[at] == names[at - length] else 0
        if equal > most and not all(map(str.isdigit, names[at - length + 1 : at + 1])):
            most = equal
    return most // length + 1


def within(url: str, prefixes: Iterable[str]) -> bool:
    """Whether a canonical URL begins with one of these prefixes, which may be written freely."""
    return any(url.startswith(prefix) for prefix in map(_prefix, prefixes) if prefix)


@lru_cache
def _prefix(written: str) -> str | None:
    """As canonical: `https://example.org` must not match https://example.org.elsewhere.net/."""
    return canonical(written)


def _parse(url: str, base: str) -> URL | None:
    if len(url) > LONGEST:
        return None
    try:
        return URL(url, base) if base else URL(url)
    except ValueError:
        return None
