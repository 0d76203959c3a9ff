import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.permission.robots import (
    LONGEST_DELAY,
    MOST_PATTERNS,
    OURSELVES,
    Rules,
    parse_robots,
    product_token,
    verdict,
)

PAGE = "https://example.org/private/cat.jpg"


def allows(text: str | bytes, url: str = PAGE, token: str = "flowers-study") -> bool:
    return parse_robots(text.encode() if isinstance(text, str) else text, token).allows(url)


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [
        ("flowers-study/1.0 (+mailto:me@example.org)", "flowers-study"),
        ("Flowers_Study", "Flowers_Study"),
        ("bot9000/2", "bot"),
        ("9", ""),
    ],
)
def test_the_product_token_is_the_name_before_the_version(user_agent: str, token: str) -> None:
    assert product_token(user_agent) == token


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (200, "parse"),
        (204, "parse"),
        (301, "deny"),
        (304, "deny"),
        (400, "allow"),
        (401, "allow"),
        (403, "allow"),
        (404, "allow"),
        (410, "allow"),
        (429, "deny"),
        (500, "deny"),
        (503, "deny"),
        (599, "deny"),
        (999, "deny"),
        ("dns", "deny"),
        ("tls", "deny"),
        ("connect", "deny"),
        ("timeout", "deny"),
        ("redirect", "deny"),
        ("private-address", "deny"),
    ],
)
def test_only_a_clear_answer_opens_a_host(answer: int | str, expected: str) -> None:
    assert verdict(answer) == expected


@pytest.mark.parametrize("name", ["flowers-study", "Flowers-Study", "deeprunning", "DeepRunning/1"])
def test_who_forbids_the_crawl_or_the_program_is_obeyed(name: str) -> None:
    assert not allows(f"User-agent: {name}\nDisallow: /private/")
    assert allows(f"User-agent: {name}\nDisallow: /private/", "https://example.org/")
    assert not allows(f"User-agent: *\nDisallow:\n\nUser-agent: {name}\nDisallow: /")


@pytest.mark.parametrize(
    "name",
    ["D115Crawler", "deep", "running", "flowers", "flowers-study-2", "study", "agent0.", "x*"],
)
def test_an_agent_is_matched_whole(name: str) -> None:
    """`D115Crawler` reads as `D`, and must neither bind nor free any other name with a D in it."""
    assert allows(f"User-agent: {name}\nDisallow: /")
    assert not allows(f"User-agent: *\nDisallow: /\n\nUser-agent: {name}\nAllow: /")


def test_a_group_of_our_own_stands_in_place_of_the_one_for_all() -> None:
    text = (
        "User-agent: *\nDisallow: /\n\nUser-agent: flowers-study\nUser-agent: deeprunning\nAllow: /"
    )
    assert allows(text)


def test_an_invitation_to_the_crawl_does_not_lift_what_is_forbidden_to_the_program() -> None:
    assert not allows("User-agent: *\nDisallow: /\n\nUser-agent: flowers-study\nAllow: /")


@pytest.mark.parametrize(
    "text",
    [
        "user-agent: *\ndisallow: /private",
        "USERAGENT : * # all of you\n\tDISALLOW:/private",
        "User agent: *\rDisalow: /private",
        "user-agent *\r\ndisallow /private",
        "\ufeffUser-agent: *\nDisallow: /private",
        "User-agent: a\nNoindex: /b\nUser-agent: *\nDisallow: /private",
        "User-agent: a\n<br>\nSitemap: https://a.example/s\nUser-agent: *\nDisallow: /private",
        "User-agent: flowers-study and its friends\nDisallow: /private",
        "User-agent: *\nDisallow: /*.jpg$",
        "User-agent: *\nAllow: /\nDisallow: /private/",
        "User-agent: *\nDisallow: /a\x0cAllow: /private\nDisallow: /private",
    ],
)
def test_rules_are_found_however_they_are_written(text: str) -> None:
    assert not allows(text)
    assert not allows(text.removeprefix("\ufeff").encode("utf-16"))


def test_rules_in_any_language_and_encoding_forbid() -> None:
    forbidden = "https://example.org/%E8%8A%B1/1.jpg"
    assert not allows("User-agent: *\nDisallow: /花/", forbidden)
    assert not allows("User-agent: *\nDisallow: /%e8%8a%b1/", forbidden)
    assert not allows("User-agent: *\nDisallow: /é/".encode("latin-1"), "https://example.org/%E9/1")
    assert allows("User-agent: *\nDisallow: /花/", "https://example.org/%E8%8A%B2/")


def test_robots_txt_itself_may_always_be_read() -> None:
    assert allows("User-agent: *\nDisallow: /", "https://example.org/robots.txt")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: 1\nUser-agent: deeprunning\nCrawl-delay: 90", 90),
        ("User-agent: flowers-study\nCrawl-delay: 7\nUser-agent: *\nCrawl-delay: 3", 7),
        ("User-agent: other\nCrawl-delay: 7", None),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: *\nCrawl-delay: -1", None),
        ("User-agent: *\nCrawl-delay: 1e999", LONGEST_DELAY),
        ("User-agent: *\nCrawl-delay: inf", LONGEST_DELAY),
        ("User-agent: *\nCrawl-delay: 1e300", LONGEST_DELAY),
        ("User-agent: *\nCrawl-delay: nan", None),
        ("", None),
    ],
)
def test_the_longest_delay_asked_of_us_counts(text: str, seconds: float | None) -> None:
    assert parse_robots(text.encode(), "flowers-study").crawl_delay == seconds


def test_a_page_of_html_forbids_nothing() -> None:
    assert allows("<!doctype html><title>Not found</title><p>User-agent: *<p>Disallow: /")


def test_a_line_is_cut_where_google_cuts_it() -> None:
    long = "/private/" + "a" * 20_000
    assert not allows(f"User-agent: *\nDisallow: {long}", "https://example.org" + long)
    assert not allows(f"User-agent: *\nDisallow: {long}", "https://example.org" + long[:16_700])
    assert allows(f"User-agent: *\nDisallow: {long}", "https://example.org" + long[:16_000])


AGENTS = ["User-agent: *", "User-agent: flowers-study", "User-agent: deeprunning", "User-agent: x"]
RULES = ["Disallow: /", "Disallow:", "Allow: /", "Allow: /private/*.jpg", "Crawl-delay: 1"]
LINES = st.sampled_from([*AGENTS, *RULES, "", "# all", "User-agent", "Foo: bar"])


@given(st.binary() | st.text().map(str.encode) | st.lists(LINES).map("\n".join).map(str.encode))
def test_no_text_raises_and_two_names_are_never_freer_than_each_alone(text: bytes) -> None:
    both = parse_robots(text, "flowers-study")
    alone = [Rules(text, "flowers-study"), Rules(text, OURSELVES)]
    for url in (PAGE, "https://example.org/aaaa?a#"):
        assert both.allows(url) == all(rules.allows(url) for rules in alone)
    assert (both.crawl_delay or 0) == max(rules.crawl_delay or 0 for rules in alone)


def test_a_pattern_made_to_take_for_ever_does_not() -> None:
    pattern = "/" + "a*" * 5000 + "b"
    assert allows(f"User-agent: *\nDisallow: {pattern}", "https://example.org/" + "a" * 60)


def test_a_text_of_patterns_without_end_forbids_everything() -> None:
    """Read to the letter, a text like this takes seconds for each address, while hosts wait."""
    patterns = [f"Disallow: /*a*a{number}$" for number in range(MOST_PATTERNS)]
    assert allows("\n".join(["User-agent: *", *patterns]))
    assert not allows("\n".join(["User-agent: *", *patterns, "Allow: /*"]))
    assert allows("\n".join(["User-agent: *", *(f"Disallow: /a{n}" for n in range(20_000))]))
