"""Observations with photos of several authors (tests/sites/observation.py): to each its own."""

from pathlib import Path

from tests.crawler.configured import TERMS, asked, crawl, found, told
from tests.server import serve
from tests.sites import HOSTS, MEDIA, SITE, observation

# Two observations and not those nearby. The badges of licences are images of the site itself;
# `images` lets none of them in.
CONFIG = """\
[crawl]
user_agent = "flowers-study/1.0 (+mailto:me@example.org)"
delay = 0.01
allow_private = ["127.0.0.1", "127.0.0.2"]

[[crawl.sources]]
label = "wild rose"
seeds = ["http://127.0.0.1:PORT/observations/4711", "http://127.0.0.1:PORT/observations/4712"]
follow = ["http://127.0.0.1:PORT/observations/4711", "http://127.0.0.1:PORT/observations/4712"]
images = ["http://127.0.0.2:PORT/photos/"]
select = "#photos"
"""

CC = "https://creativecommons.org"


def test_each_photo_of_an_observation_has_the_licence_and_the_author_beside_it(
    tmp_path: Path,
) -> None:
    with serve(observation.answer, hosts=HOSTS) as server:
        out = crawl(server, CONFIG, tmp_path)
    large = {f"/photos/{number}/large.jpg" for number in (101, 102, 103, 104, 201, 202)}
    assert asked(server) == {
        SITE: {"/robots.txt", "/observations/4711", "/observations/4712"},
        MEDIA: TERMS | large,
    }
    assert server.paths(MEDIA)[:2] == ["/robots.txt", "/.well-known/tdmrep.json"]
    seen = ("status", "label", "width", "height")
    assert told(out, *seen) == dict.fromkeys(large, ("ok", "wild rose", "1024", "768"))
    assert told(out, "page_url", "licence", "creator") == {
        "/photos/101/large.jpg": (
            "/observations/4711",
            f"{CC}/licenses/by-nc/4.0/",
            "Hana Mori",
        ),
        "/photos/102/large.jpg": (
            "/observations/4711",
            f"{CC}/licenses/by/4.0/",
            "Jean Dupont",
        ),
        "/photos/103/large.jpg": (  # all rights reserved
            "/observations/4711",
            "",
            "Otto Weber",
        ),
        "/photos/104/large.jpg": (
            "/observations/4711",
            f"{CC}/publicdomain/zero/1.0/",
            "森 花",
        ),
        "/photos/201/large.jpg": (
            "/observations/4712",
            f"{CC}/licenses/by-sa/4.0/",
            "Aiko Sato",
        ),
        "/photos/202/large.jpg": ("/observations/4712", "", ""),  # nothing is said of it
    }
    assert found(out, "caption") == {
        "/photos/101/large.jpg": "In flower, May. Hana Mori",
        "/photos/102/large.jpg": "Photos of this plant",
        "/photos/103/large.jpg": "A leaf. © Otto Weber all rights reserved",
        "/photos/104/large.jpg": "Photos of this plant",
        "/photos/201/large.jpg": "A bud. Aiko Sato CC BY-SA 4.0",
        "/photos/202/large.jpg": "The same bud a day later.",
    }
