import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.url import LONGEST, canonical, folder, host, repeats, root, within


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("HTTP://Example.ORG:80/a/../b?q#part", "", "http://example.org/b?q"),
        ("../cat.png", "https://example.org/a/b/", "https://example.org/a/cat.png"),
        ("//cdn.example.org/x", "https://example.org/", "https://cdn.example.org/x"),
        ("", "https://example.org/a?q#part", "https://example.org/a?q"),
        (" \n/a\tb ", "https://example.org/", "https://example.org/ab"),
        ("/薔薇 1.jpg", "https://例.jp/", "https://xn--fsq.jp/%E8%96%94%E8%96%87%201.jpg"),
        ("https://faß.de/", "", "https://xn--fa-hia.de/"),
        ("http://example.com\\@evil.example/", "", "http://example.com/@evil.example/"),
        ("http://0x7f.1/", "", "http://127.0.0.1/"),
        ("http://2130706433:8080", "", "http://127.0.0.1:8080/"),
        ("http://[::FFFF:127.0.0.1]/", "", "http://[::ffff:7f00:1]/"),
    ],
)
def test_urls_are_read_as_browsers_read_them(url: str, base: str, expected: str) -> None:
    assert canonical(url, base) == expected


@pytest.mark.parametrize(
    "url",
    [
        "data:image/png;base64,AAAA",
        "javascript:void(0)",
        "mailto:me@example.org",
        "file:///etc/passwd",
        "ftp://example.org/a.png",
        "blob:https://example.org/1",
        "https://me:secret@example.org/",
        "https://me@example.org/",
        "http://a b/",
        "http://example.org:99999/",
        "http://",
        "http://\ud800/",
        "/" + "a" * LONGEST,
        "/" + "薔" * (LONGEST // 2),  # too long once it is percent-encoded
    ],
)
def test_what_cannot_be_fetched_is_none(url: str) -> None:
    assert canonical(url, "https://example.org/") is None


def test_a_relative_url_without_a_base_is_none() -> None:
    assert canonical("/a") is None


@given(st.text(), st.sampled_from(["", "https://example.org/a/?b", "http://[::1]:8080/"]))
def test_canonical_is_its_own_canonical_form_and_never_raises(url: str, base: str) -> None:
    once = canonical(url, base)
    assert once is None or (canonical(once) == once and "#" not in once and once.isascii())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/", "example.org:443"),
        ("http://example.org/", "example.org:80"),
        ("http://127.0.0.2:8080/a", "127.0.0.2:8080"),
        ("http://[::1]/", "[::1]:80"),
    ],
)
def test_a_host_is_a_name_or_address_with_its_port(url: str, expected: str) -> None:
    assert host(url) == expected


def test_the_folder_and_the_root_of_a_page() -> None:
    assert folder("https://example.org/roses/index.html?page=2") == "https://example.org/roses/"
    assert folder("https://example.org/roses/") == "https://example.org/roses/"
    assert folder("https://example.org/") == root("https://example.org/a/b?c")


def test_a_prefix_ends_where_the_host_ends() -> None:
    assert within("https://example.org/a", ["https://example.org"])
    assert not within("https://example.org.evil.example/a", ["https://example.org"])
    assert not within("https://example.org:8443/", ["https://example.org"])


def test_a_prefix_may_be_written_in_any_language() -> None:
    assert within("https://example.org/%E8%8A%B1/1", ["HTTPS://example.org/花/"])
    assert not within("https://example.org/", ["https://example.org/花/", "not a URL"])
    assert not within("https://example.org/", [])


@pytest.mark.parametrize(
    ("path", "times"),
    [
        ("", 1),
        ("a/b/c/", 1),
        ("a/a/b", 2),
        ("a/b/a/b/a/b", 3),
        ("x/a/b/a/b/a/b/y/", 3),
        ("a//a//a", 3),
        ("1a/1a/1a/1a", 4),
        ("2011/11/11/", 1),
        ("11/11/11/11/", 1),
        ("2011/x/2011/x/", 2),
        ("a/b/c/?a/b/c/a/b/c/a/b/c", 1),
        ("a/1/a/2/a/3/", 1),
    ],
)
def test_folders_that_repeat_in_a_row_are_counted(path: str, times: int) -> None:
    assert repeats("http://a.example/" + path) == times
