"""What comes from web pages cannot become markup of the report."""

from dataset.reporting.html import Html, join, link, picture, table, tag


def test_text_is_escaped_and_markup_is_not() -> None:
    assert join("<b>", Html("<i>x</i>"), 3) == "&lt;b&gt;<i>x</i>3"


def test_attributes_are_escaped_and_none_is_left_out() -> None:
    shown = tag("td", 1, cls='"><script>', aria_label="a", title=None)
    assert shown == '<td class="&quot;&gt;&lt;script&gt;" aria-label="a">1</td>'


def test_only_web_addresses_become_links() -> None:
    assert link("javascript:alert(1)", "x") == "x"
    assert link("https://a.example/", "x").startswith('<a href="https://a.example/"')


def test_an_image_has_its_text() -> None:
    assert picture("data:,", "薔薇 & co") == (
        '<img src="data:," alt="薔薇 &amp; co" loading="lazy">'
    )


def test_numbers_of_a_table_stand_on_the_right() -> None:
    shown = table(["label", "n"], [["薔薇", 1234], ["x", 0.5]])
    assert "<td>薔薇</td>" in shown
    assert '<td class="n">1,234</td>' in shown
    assert '<td class="n">0.500</td>' in shown
