"""Signals by which a site keeps its images from being learned from. Pure: text in, answer out.

A signal is told as it is written in the manifest: where it stood, a colon, and what it says.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from crawler.reading.line import one_line

# X-Robots-Tag: what keeps images out, and what has a value of its own, which says another thing.
REFUSALS = frozenset({"noai", "noimageai", "noml", "none"})
NO_LINKS = frozenset({"nofollow", "none"})
WITH_VALUE = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")
BOT = re.compile(r"[a-z][a-z0-9_.*/ -]*")  # a name before a colon: what follows is said to it

# Content-Signal (Cloudflare, 2025) has ai-train=no, Content-Usage (IETF AIPREF) train-ai=n.
PREFERENCES = frozenset({"content-signal", "content-usage"})
TRAINING = frozenset({"ai-train", "train-ai"})
NO = frozenset({"n", "no", "?0"})

RSL = "application/rsl+xml"
LINK = re.compile(r"<([^>]*)>([^<]*)")  # RFC 8288, section 3
PARAMETER = re.compile(r";\s*(\w+)\s*=\s*(?:\"([^\"]*)\"|([^\s\";,]*))")


def in_headers(headers: Mapping[str, str], names: Collection[str]) -> str:
    """The signal among the headers of an answer that keeps us out, or "" where none does.

    Names of headers in lower case, several lines of X-Robots-Tag with a line break between; we are
    known by these `names`, in lower case.
    """
    for line in headers.get("x-robots-tag", "").splitlines():
        directive = in_tag(line, names)
        if directive:
            return f"X-Robots-Tag: {directive}"
    for name in sorted(PREFERENCES):
        preference = of_training(headers.get(name, ""))
        if is_refusal(preference):
            return f"{name.title()}: {preference}"
    if headers.get("tdm-reservation", "").strip() == "1":  # W3C TDMRep, 2024
        return "TDM-Reservation: 1"
    return in_link(headers.get("link", ""))


def in_link(header: str) -> str:
    """The licence of RSL (Really Simple Licensing 1.0, 2025) in a Link header, or "".

    Its terms are to be accepted before anything is used, and nobody has accepted them for us.
    """
    for url, parameters in LINK.findall(header):
        said = {name.lower(): one or other for name, one, other in PARAMETER.findall(parameters)}
        if is_rsl(said.get("rel", ""), said.get("type", "")):
            return f"Link rel=license: {one_line(url)}"
    return ""


def is_rsl(relations: str, kind: str) -> bool:
    """Whether a link leads to a licence of RSL: by its `rel` and its `type`."""
    return "license" in relations.lower().split() and kind.strip().lower() == RSL


def in_tag(line: str, names: Collection[str]) -> str:
    """The directive of one X-Robots-Tag that keeps us out, or "" where none does.

    The name of a crawler before a colon says to whom all that follows is said; before the first
    it is said to everyone.
    """
    return min(REFUSALS.intersection(_said_to(line, names)), default="")


def _said_to(line: str, names: Collection[str]) -> Iterator[str]:
    """The directives of one X-Robots-Tag that are said to us, in lower case."""
    is_ours = True
    for part in re.split(r"[,;]", line.lower()):
        key, colon, value = part.partition(":")
        if key.strip().startswith(WITH_VALUE):
            continue
        if colon and BOT.fullmatch(key.strip()):
            is_ours = key.strip() in {*names, "*"}
            part = value  # the rest of it is the first directive
        if is_ours:
            yield from part.split()


def is_nofollow(line: str, names: Collection[str]) -> bool:
    """Whether a directive of an X-Robots-Tag says to us that links are not to be followed."""
    return not NO_LINKS.isdisjoint(_said_to(line, names))


def of_training(text: str) -> str:
    """What a list such as `search=yes, ai-train=no` says of training, the first no; or ""."""
    parts = (part.partition("=") for part in re.split(r"[,;]", text.lower()))
    said = [f"{key.strip()}={value.strip()}" for key, _, value in parts if key.strip() in TRAINING]
    return next(filter(is_refusal, said), said[0] if said else "")


def is_refusal(preference: str) -> bool:
    """Whether a preference of training is a no."""
    return preference.partition("=")[2] in NO
