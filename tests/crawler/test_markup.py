from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.markup import ATTRIBUTES, DEEPEST, Tag, plain, tokens


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<A HREF=/x>", '<a href="/x">'),
        ("<a href='a\"b'>", '<a href="a&quot;b">'),
        ("<img src=a.png/>", '<img src="a.png/"/>'),
        ("<img src=a.png />", '<img src="a.png"/>'),
        ("<img\nsrc = 'a'alt=b disabled>", '<img src="a" alt="b" disabled=""/>'),
        ("<img src=a src=b>", '<img src="a"/>'),
        ("<img alt='1 > 0'>", '<img alt="1 &gt; 0"/>'),
        ("a < b <c> d &lt;img&gt;", "a  b <c> d img>"),
        ("<!-- <img src=a> --><img src=b>", '<img src="b"/>'),
        ("<!--><img src=a>", '<img src="a"/>'),
        ("<!-- -- --!><img src=a>", '<img src="a"/>'),
        ("<!doctype html><?xml version='1.0'?></ end><p>", "<p>"),
        ("<script>'<img src=a>'</script ><p>", "<script></script><p>"),
        ("<script>'<img src=a>'</SCRIPT\n><p>", "<script></script><p>"),
        ("<title><img></title><img>", "<title></title><img/>"),
        ("<style><img>", "<style>"),
        ("<b><i>x</b></i>y", "<b><i>x</i></b>y"),
        ("<li>1<li>2<ul><li>3</ul><li>4", "<li>1</li><li>2<ul><li>3</li></ul></li><li>4"),
        ("<a href=1><a href=2>", '<a href="1"></a><a href="2">'),
        ("</p></b><br></br>", "<br/>"),
        ('<a "b" c\u00e9=1 =d=2>', "<a>"),
        ("<img src='never closed><p>", ""),
        ("<p><img src=a", "<p>"),
        ("<a<b>", ""),
        ("<a b='\0'>", '<a b="\ufffd">'),
    ],
)
def test_markup_is_cut_and_balanced_as_in_browsers(page: str, expected: str) -> None:
    assert plain(page) == expected


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("?a=1&amp;b=2", "?a=1&b=2"),
        ("?a=1&b=2", "?a=1&b=2"),
        ("?a=1&copy=2", "?a=1&copy=2"),
        ("?a=1&section=2", "?a=1&section=2"),
        ("?a&regions", "?a&regions"),
        ("&copy 2020", "© 2020"),
        ("&copy;&#x82b1;&#33457", "©花花"),
        ("&notit;", "&notit;"),
        ("&hearts;", "♥"),
        ("&amp;lt;", "&lt;"),
        ("& &; &&amp;", "& &; &&"),
        pytest.param(f"&#{'0' * 5000}65;&#{'9' * 5000};", "A\ufffd", id="long numbers"),
    ],
)
def test_an_attribute_means_what_browsers_take_it_for(written: str, meant: str) -> None:
    values: list[str | None] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            values.extend(value for _, value in attrs)

    Reader().feed(plain(f'<img alt="{written}">'))
    assert values == [meant]


def test_what_lies_too_deep_is_written_beside() -> None:
    written = plain("<div>" * (DEEPEST + 2) + "<img>" + "</div>" * (DEEPEST + 1) + "<p>")
    deep = "<div>" * DEEPEST + "<div></div>" * 2 + "<img/>"
    assert written == deep + "</div>" * (DEEPEST - 1) + "<p>"


def test_attributes_beyond_all_measure_are_left_out() -> None:
    (_, tag, _) = tokens("<img " + " ".join(f"a{at}=b" for at in range(ATTRIBUTES + 1)) + ">")
    assert isinstance(tag, Tag)
    assert list(tag.attributes) == [f"a{at}" for at in range(ATTRIBUTES)]


@given(st.text(alphabet="<>/!-='\"& abimgscriptdv\n\u00e9"))
def test_rewriting_again_changes_nothing(page: str) -> None:
    once = plain(page)
    assert plain(once) == once


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit",
    [
        *("<a ", "<a/", "<a b", "<a b=", "<a b='", '<a b="', "<a =", "<a \n", "<a><b></a>"),
        *("<", "<!", "<!--", "<!-->", "<![CDATA[", "<?", "</", "</p>", "</script", "&", "&copy"),
        *("<script>", "<script></script>", "<title>", "<p>", "<div>", "<img>"),
    ],
)
def test_any_markup_takes_linear_time(unit: str) -> None:
    """With html.parser alone 50 KB of the first took 40 s, and twice as much eight times that."""
    assert len(plain(unit * (1_000_000 // len(unit)))) < 10_000_000
