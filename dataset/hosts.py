"""The host of a web address: what counts as one place on the web."""

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host of a web address with its port; empty where there is none.

    >>> host_of("https://user@A.example:8080/x"), host_of("roses/1.jpg"), host_of("http://[x")
    ('a.example:8080', '', '')
    """
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
