"""A Japanese blog (tests/sites/blog.py), crawled by its links and by its sitemap."""

from pathlib import Path
from unicodedata import normalize

from tests.crawler.configured import TERMS, asked, crawl, found, kinds, told
from tests.server import serve
from tests.sites import HOSTS, MEDIA, SITE, blog

# From one post along its links. Addresses are written as one reads them, however the pages encode
# theirs; the first word of a post is its label. `images` leaves out the portrait beside each post.
LINKS = """\
[crawl]
user_agent = "flowers-study/1.0 (+mailto:me@example.org)"
delay = 0.01
allow_private = ["127.0.0.1", "127.0.0.2"]

[[crawl.sources]]
label_pattern = '/ブログ/(?P<label>[^/]+?)の'
seeds = ["http://127.0.0.1:PORT/ブログ/薔薇の咲く庭/"]
follow = ["http://127.0.0.1:PORT/ブログ/"]
images = ["http://127.0.0.2:PORT/写真/"]
"""

# The same from the sitemap, which knows a photo that no page shows.
SITEMAP = LINKS.replace(
    'seeds = ["http://127.0.0.1:PORT/ブログ/薔薇の咲く庭/"]',
    'sitemaps = ["http://127.0.0.1:PORT/sitemap.xml"]',
)

POSTS = {"/ブログ/薔薇の咲く庭/", "/ブログ/椿の道/", "/ブログ/桜の頃/", "/ブログ/菊の日/"}
CHERRY = normalize("NFD", "/写真/枝垂れざくら.jpg")
SHOWN = {
    "/写真/薔薇・一番花.jpg": ("ok", "薔薇", "/ブログ/薔薇の咲く庭/", "800", "600", ""),
    "/写真/薔薇と空.jpg": ("ok", "薔薇", "/ブログ/薔薇の咲く庭/", "800", "600", ""),
    "/写真/椿.jpg": ("ok", "椿", "/ブログ/椿の道/", "800", "600", ""),
    "/写真/白い椿.jpg": ("ok", "椿", "/ブログ/椿の道/", "800", "600", ""),
    CHERRY: ("ok", "桜", "/ブログ/桜の頃/", "800", "600", ""),
    "/写真/菊.jpg": ("denied", "菊", "/ブログ/菊の日/", "0", "0", "meta robots: noimageai"),
}
BUD = {"/写真/薔薇の蕾.jpg": ("ok", "薔薇", "/ブログ/薔薇の咲く庭/", "800", "600", "")}

COLUMNS = ("status", "label", "page_url", "width", "height", "optout")


def test_a_japanese_blog_is_crawled_by_its_links_however_they_are_written(tmp_path: Path) -> None:
    with serve(blog.answer, hosts=HOSTS) as server:
        out = crawl(server, LINKS, tmp_path)
    assert asked(server) == {
        SITE: {"/robots.txt"} | POSTS,
        MEDIA: TERMS | SHOWN.keys() - {"/写真/菊.jpg"},
    }
    assert told(out, *COLUMNS) == SHOWN
    alts = told(out, "alt")
    assert alts["/写真/薔薇・一番花.jpg"] == ("今年の一番花",)
    assert alts["/写真/薔薇と空.jpg"] == ("薔薇と空",)
    assert alts[CHERRY] == ("枝垂れ桜",)


def test_its_sitemap_leads_to_the_same_posts_and_to_a_photo_that_none_of_them_shows(
    tmp_path: Path,
) -> None:
    with serve(blog.answer, hosts=HOSTS) as server:
        out = crawl(server, SITEMAP, tmp_path)
    assert asked(server) == {
        SITE: {"/robots.txt", "/sitemap.xml", "/sitemap-1.xml.gz"} | POSTS,
        MEDIA: TERMS | (SHOWN | BUD).keys() - {"/写真/菊.jpg"},
    }
    assert told(out, *COLUMNS) == SHOWN | BUD
    assert found(out, "attribute")["/写真/薔薇の蕾.jpg"] == "image:loc"
    assert {path for path, kind in kinds(out).items() if kind == "sitemap"} == {
        "/sitemap.xml",
        "/sitemap-1.xml.gz",
    }
