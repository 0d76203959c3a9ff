"""Why a request has no whole answer: a word of the manifest for each of the many errors there are.

requests, urllib3, ssl and sockets wrap each other's errors; the innermost cause gives the word.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import urllib3

from crawler.errors import FetchError
from crawler.network.address import PrivateAddressError
from crawler.network.deadline import Deadline

SENTENCES = {
    "dns": "the name of the host cannot be resolved",
    "tls": "the host cannot prove who it is (TLS)",
    "connect": "the connection failed or broke",
    "timeout": "the deadline passed before the answer was complete",
    "truncated": "the answer ended before its announced length",
    "private-address": "the host is on a private network and is not in allow_private",
    "redirect": "the redirect leads to no web address",
}

WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (PrivateAddressError, "private-address"),
    (socket.gaierror, "dns"),
    (UnicodeError, "dns"),  # a name that IDNA cannot express
    (urllib3.exceptions.IncompleteRead, "truncated"),
    (ssl.SSLError, "tls"),
    (urllib3.exceptions.SSLError, "tls"),
    (TimeoutError, "timeout"),
    (urllib3.exceptions.TimeoutError, "timeout"),
)

OF_A_REQUEST = (OSError, ValueError, PrivateAddressError, urllib3.exceptions.HTTPError)


@contextmanager
def one_kind_of_error(url: str, deadline: Deadline) -> Iterator[None]:
    """Turn whatever a request raises into FetchError; an answer that was cut is one, too."""
    try:
        yield
        if deadline.expired:  # a cut looks like the end of headers, or of a body without a length
            raise TimeoutError
    except FetchError:
        raise
    except OF_A_REQUEST as error:
        word = "timeout" if deadline.expired else _word(error)
        raise FetchError(url, word, SENTENCES[word], reached=deadline.reached) from error


def _word(error: BaseException) -> str:
    chain = list(_causes(error))
    words = (word for kind, word in WORDS if any(isinstance(each, kind) for each in chain))
    return next(words, "connect")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and all it came from: by chains, by `reason`, or as its arguments."""
    agenda: list[object] = [error]
    seen: set[int] = set()
    while agenda:
        each = agenda.pop()
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            agenda += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
