"""A gallery amid furniture (tests/sites/gallery.py): its photos and nothing of what is around."""

from pathlib import Path

from tests.crawler.configured import TERMS, asked, crawl, found, told
from tests.server import serve
from tests.sites import HOSTS, MEDIA, SITE, gallery

# Pages are followed within the folder of the seed; images count within #gallery alone.
CONFIG = """\
[crawl]
user_agent = "flowers-study/1.0 (+mailto:me@example.org)"
delay = 0.01
allow_private = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]

[[crawl.sources]]
label = "rose"
seeds = ["http://127.0.0.1:PORT/roses/"]
select = "#gallery"
"""


def test_a_gallery_is_crawled_without_its_furniture_and_by_the_addresses_it_gives_itself(
    tmp_path: Path,
) -> None:
    with serve(gallery.answer, hosts=HOSTS) as server:
        out = crawl(server, CONFIG, tmp_path)
    photos = {f"/photos/{number}-640.jpg" for number in range(1, 9)}
    assert asked(server) == {
        SITE: {
            "/robots.txt",
            "/roses/",
            "/roses/?page=2&ref=pager",
            "/roses/?page=3&ref=pager",
        },
        MEDIA: TERMS | photos,
    }
    shown = ("status", "label", "width", "height", "licence", "creator", "credit")
    assert told(out, *shown) == dict.fromkeys(photos, ("ok", "rose", "640", "480", "", "", ""))
    assert told(out, "page_url") == {
        "/photos/1-640.jpg": ("/roses/",),
        "/photos/2-640.jpg": ("/roses/",),
        "/photos/3-640.jpg": ("/roses/",),
        "/photos/4-640.jpg": ("/roses/?page=2",),
        "/photos/5-640.jpg": ("/roses/?page=2",),
        "/photos/6-640.jpg": ("/roses/?page=2",),
        "/photos/7-640.jpg": ("/roses/?page=3",),
        "/photos/8-640.jpg": ("/roses/?page=3",),
    }
    assert found(out, "caption") == {
        "/photos/1-640.jpg": "Rosa gallica, 1827",
        "/photos/2-640.jpg": "Rosa × alba",
        "/photos/3-640.jpg": "Rosa moschata",
        "/photos/4-640.jpg": "In the shade",
        "/photos/5-640.jpg": "In the shade",
        "/photos/6-640.jpg": "In the shade",
        "/photos/7-640.jpg": "",
        "/photos/8-640.jpg": "",
    }
