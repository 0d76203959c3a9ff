"""What comes from web pages cannot become markup of the report."""

from dataset.reporting.html import Html, join, link, page, picture, table, tag


def test_text_is_escaped_and_markup_is_not() -> None:
    assert join("<b>", Html("<i>x</i>"), 3) == "&lt;b&gt;<i>x</i>3"


def test_attributes_are_escaped_and_none_is_left_out() -> None:
    shown = tag("td", 1, cls='"><script>', aria_label="a", title=None)
    assert shown == '<td class="&quot;&gt;&lt;script&gt;" aria-label="a">1</td>'


def test_only_web_addresses_become_links() -> None:
    assert link("javascript:alert(1)", "x") == "x"
    assert link("https://a.example/", "x") == '<a href="https://a.example/" rel="noreferrer">x</a>'
    assert link(f"https://a.example/{'x' * 500}", "x") == "x"


def test_an_image_has_its_text() -> None:
    assert picture("data:,", "薔薇 & co") == '<img src="data:," alt="薔薇 &amp; co">'


def test_numbers_of_a_table_stand_on_the_right() -> None:
    shown = table(["label", "n"], [["薔薇", 1234], ["x", 0.5]])
    assert '<th scope="row">薔薇</th>' in shown
    assert '<td class="n">1,234</td>' in shown
    assert '<td class="n">0.500</td>' in shown


def test_a_page_may_ask_nobody_for_anything() -> None:
    shown = page("<x>", "p { color: red }", tag("p", "薔薇"))
    assert "<title>&lt;x&gt;</title>" in shown
    assert "default-src 'none'; img-src data:" in shown
    assert shown.endswith("<body><p>薔薇</p></body></html>\n")
