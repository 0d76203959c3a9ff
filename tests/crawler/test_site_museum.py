"""Records of a museum with IIIF manifests (tests/sites/museum.py): what they show, in one size."""

from pathlib import Path

from tests.crawler.configured import TERMS, asked, crawl, kinds, told
from tests.server import serve
from tests.sites import HOSTS, MEDIA, SITE, museum

# The folder in the address of a record is the label. Manifests are read like pages, where `follow`
# lets them in; `images` leaves out the small images, which show the same things.
CONFIG = """\
[crawl]
user_agent = "flowers-study/1.0 (+mailto:me@example.org)"
delay = 0.01
want = 512    # pixels: of the sizes that the image service makes the smallest of this width
allow_private = ["127.0.0.1", "127.0.0.2"]

[[crawl.sources]]
label_pattern = '/collection/(?P<label>[^/]+)/'
seeds = ["http://127.0.0.1:PORT/collection/"]
follow = ["http://127.0.0.1:PORT/collection/", "http://127.0.0.1:PORT/iiif/"]
images = ["http://127.0.0.2:PORT/iiif/"]
"""

COLUMNS = ("status", "page_url", "label", "width", "height", "licence", "creator", "credit")
ROSE = ("/collection/roses/1888.22", "roses")
BY = ("http://creativecommons.org/licenses/by/4.0/", "", "Museum of Gardens, gift of A. Mori")
TULIP = ("/collection/tulips/1920.7", "tulips")
CC0 = ("http://creativecommons.org/publicdomain/zero/1.0/", "", "Museum of Gardens, bought in 1920")


def test_the_canvases_of_a_manifest_are_images_of_the_record_that_links_to_it(
    tmp_path: Path,
) -> None:
    with serve(museum.answer, hosts=HOSTS) as server:
        out = crawl(server, CONFIG, tmp_path)
    pages = {
        "/collection/",
        "/collection/roses/1888.22",
        "/collection/tulips/1920.7",
        "/iiif/3/1888.22/manifest.json",
        "/iiif/2/1920.7/manifest.json",
    }
    assert told(out, *COLUMNS) == {
        "/iiif/3/1888.22-1/full/512,384/0/default.jpg": ("ok", *ROSE, "512", "384", *BY),
        "/iiif/3/1888.22-2/full/768,1024/0/default.jpg": ("ok", *ROSE, "768", "1024", *BY),
        "/iiif/3/1888.22-3/full/max/0/default.jpg": ("ok", *ROSE, "400", "300", *BY),
        "/iiif/2/1920.7-1/full/512,/0/default.jpg": ("ok", *TULIP, "512", "384", *CC0),
        "/iiif/2/1920.7-2/full/768,/0/default.jpg": ("ok", *TULIP, "768", "1024", *CC0),
        "/iiif/2/1920.7-3/full/full/0/default.jpg": ("ok", *TULIP, "400", "300", *CC0),
    }
    assert asked(server) == {SITE: {"/robots.txt"} | pages, MEDIA: TERMS | told(out).keys()}
    assert {path for path, kind in kinds(out).items() if kind == "page"} == pages
