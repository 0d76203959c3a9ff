"""A category as on Wikimedia Commons (tests/sites/commons.py), crawled in three usual ways."""

from pathlib import Path

from tests.crawler.configured import TERMS, asked, crawl, kinds, told
from tests.server import serve
from tests.sites import HOSTS, MEDIA, SITE, commons

BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"

# One category and its further pages, nothing but the thumbnails. Each stands in a link to the page
# of its file, which ends in .jpg: `img` in `select` leaves these links alone.
THUMBNAILS = """\
[crawl]
user_agent = "flowers-study/1.0 (+mailto:me@example.org)"
delay = 0.01
allow_private = ["127.0.0.1", "127.0.0.2"]

[[crawl.sources]]
label = "rose"
seeds = ["http://127.0.0.1:PORT/wiki/Category:Roses"]
follow = ["http://127.0.0.1:PORT/wiki/Category:Roses"]
exclude = ["http://127.0.0.1:PORT/wiki/Category:Roses?fileuntil="]  # "previous page"
select = "li.gallerybox img"
"""

# The pages of the files as well, and there the preview alone: it has a licence.
PREVIEWS = """\
[crawl]
user_agent = "flowers-study/1.0 (+mailto:me@example.org)"
delay = 0.01
allow_private = ["127.0.0.1", "127.0.0.2"]

[[crawl.sources]]
label = "red rose"
seeds = ["http://127.0.0.1:PORT/wiki/Category:Red_roses"]
follow = ["http://127.0.0.1:PORT/wiki/Category:Red_roses", "http://127.0.0.1:PORT/wiki/File:"]
select = "#file img"
"""

# All there is of a file. The links of the gallery count like its images now: whether they lead to
# images or to pages, only the answers say.
EVERYTHING = PREVIEWS.replace("#file img", "li.gallerybox, #file > a")

# A page that asks for a size which the host does not make. More tries would take longer.
OLD_TEMPLATE = """\
[crawl]
user_agent = "flowers-study/1.0 (+mailto:me@example.org)"
delay = 0.01
tries = 1
allow_private = ["127.0.0.1", "127.0.0.2"]

[[crawl.sources]]
label = "rose of the year"
seeds = ["http://127.0.0.1:PORT/wiki/Roses_of_the_year"]
follow = ["http://127.0.0.1:PORT/wiki/Roses_of_the_year"]
select = "table"
"""

COLUMNS = ("status", "label", "width", "height", "licence", "creator", "credit")


def thumb(number: int, width: int) -> str:
    name = f"Rose_{number:03}.jpg"
    return f"/wikipedia/commons/thumb/a/ab/{name}/{width}px-{name}"


def original(number: int) -> str:
    return f"/wikipedia/commons/a/ab/Rose_{number:03}.jpg"


def test_a_category_of_commons_gives_its_thumbnails_and_asks_for_nothing_else(
    tmp_path: Path,
) -> None:
    with serve(commons.answer, hosts=HOSTS) as server:
        out = crawl(server, THUMBNAILS, tmp_path)
    thumbs = {thumb(number, 500) for number in range(1, 205)}
    assert asked(server) == {
        SITE: {
            "/robots.txt",
            "/wiki/Category:Roses",
            "/wiki/Category:Roses?filefrom=Rose_201.jpg",
        },
        MEDIA: TERMS | thumbs,
    }
    row = ("ok", "rose", "500", "333", "", "", "")
    assert told(out, *COLUMNS) == dict.fromkeys(thumbs, row)


def test_the_page_of_a_file_gives_its_preview_and_names_its_licence(tmp_path: Path) -> None:
    with serve(commons.answer, hosts=HOSTS) as server:
        out = crawl(server, PREVIEWS, tmp_path)
    assert asked(server) == {
        SITE: {
            "/robots.txt",
            "/wiki/Category:Red_roses",
            "/wiki/File:Rose_301.jpg",
            "/wiki/File:Rose_302.jpg",
            "/wiki/File:Rose_303.jpg",
            "/wiki/File:Rose_304.jpg",
        },
        MEDIA: TERMS | {thumb(number, 960) for number in (301, 302, 303, 304)},
    }
    assert told(out, *COLUMNS) == {
        thumb(301, 960): ("ok", "red rose", "960", "640", CC0, "", ""),
        thumb(302, 960): ("ok", "red rose", "960", "640", BY_SA, "", ""),
        thumb(303, 960): ("ok", "red rose", "960", "640", CC0, "", ""),
        thumb(304, 960): ("ok", "red rose", "960", "640", BY_SA, "", ""),
    }


def test_a_link_that_ends_like_an_image_is_asked_once_and_read_as_the_page_it_is(
    tmp_path: Path,
) -> None:
    with serve(commons.answer, hosts=HOSTS) as server:
        out = crawl(server, EVERYTHING, tmp_path)
    numbers = (301, 302, 303, 304)
    files = {f"/wiki/File:Rose_{number}.jpg" for number in numbers}
    assert asked(server) == {
        SITE: TERMS | {"/wiki/Category:Red_roses"} | files,
        MEDIA: TERMS
        | {thumb(number, width) for number in numbers for width in (500, 960)}
        | {original(number) for number in numbers},
    }
    assert {path for path, kind in kinds(out).items() if kind == "page"} == {
        "/wiki/Category:Red_roses"
    }
    licences = {301: CC0, 302: BY_SA, 303: CC0, 304: BY_SA}
    assert told(out, *COLUMNS) == {
        **{thumb(n, 500): ("ok", "red rose", "500", "333", "", "", "") for n in numbers},
        **{thumb(n, 960): ("ok", "red rose", "960", "640", licences[n], "", "") for n in numbers},
        **{original(n): ("ok", "red rose", "1500", "1000", licences[n], "", "") for n in numbers},
    }


def test_a_size_that_a_host_does_not_make_is_given_up_and_the_host_is_not(tmp_path: Path) -> None:
    with serve(commons.answer, hosts=HOSTS) as server:
        out = crawl(server, OLD_TEMPLATE, tmp_path)
    numbers = range(401, 409)
    assert asked(server) == {
        SITE: {"/robots.txt", "/wiki/Roses_of_the_year"},
        MEDIA: TERMS
        | {thumb(number, 512) for number in (401, 402, 403)}
        | {thumb(number, 250) for number in numbers},
    }
    label = "rose of the year"
    assert told(out, "status", "error", "label", "width", "height") == {
        **{thumb(number, 250): ("ok", "", label, "250", "167") for number in numbers},
        **{thumb(number, 512): ("failed", "http", label, "0", "0") for number in numbers},
    }
