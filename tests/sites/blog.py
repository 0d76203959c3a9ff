"""A Japanese blog of flowers: addresses, file names, titles and texts in Japanese, and a sitemap.

/ブログ/薔薇の咲く庭/       links to the next two posts, as one types them and percent-encoded
/ブログ/椿の道/             in Shift_JIS, which it says nowhere
/ブログ/桜の頃/             with a photo whose file name comes from a Mac, and a link to the next
/ブログ/菊の日/             by a guest who keeps the photos from being learned from
/プロフィール/              who writes this
/sitemap.xml                an index of sitemaps, which names one
/sitemap-1.xml.gz           names the first two posts with their photos, and the profile
127.0.0.2/写真/             photos of 800 x 600 pixels; 薔薇の蕾.jpg is shown on no page
"""

import gzip
from collections.abc import Mapping
from unicodedata import normalize
from urllib.parse import quote, unquote

from tests.server import Answer, Body
from tests.sites import MEDIA, SITE, document, origin, page, photo

ROSE, CAMELLIA = "/ブログ/薔薇の咲く庭/", "/ブログ/椿の道/"
CHERRY, CHRYSANTHEMUM = "/ブログ/桜の頃/", "/ブログ/菊の日/"
PROFILE = "/プロフィール/"

FROM_A_MAC = normalize("NFD", "枝垂れざくら.jpg")  # where ざ is two characters
PHOTOS = {
    ROSE: ("薔薇・一番花.jpg", "薔薇と空.jpg", "薔薇の蕾.jpg"),
    CAMELLIA: ("椿.jpg", "白い椿.jpg"),
    CHERRY: (FROM_A_MAC,),
    CHRYSANTHEMUM: ("菊.jpg",),
    PROFILE: (),
}

INDEX = """\
<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>{site}/sitemap-1.xml.gz</loc><lastmod>2026-05-01</lastmod></sitemap>
</sitemapindex>
"""
SITEMAP = """\
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
{entries}
</urlset>
"""


def answer(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
    site, photos = origin(SITE, headers), f"{origin(MEDIA, headers)}/写真"
    path = unquote(path)
    if host == MEDIA:
        name = path.removeprefix("/写真/")
        return photo(name, 800, 600) if any(name in names for names in PHOTOS.values()) else None
    if host != SITE:
        return None
    if path == "/robots.txt":
        return f"User-agent: *\nDisallow:\n\nSitemap: {site}/sitemap.xml\n"
    if path == "/sitemap.xml":
        return Answer(INDEX.format(site=site), 200, {"Content-Type": "application/xml"})
    if path == "/sitemap-1.xml.gz":
        return Answer(_sitemap(site, photos), 200, {"Content-Type": "application/gzip"})
    return _page(path, photos)


def _sitemap(site: str, photos: str) -> bytes:
    """With all addresses percent-encoded, as the protocol of sitemaps asks for."""
    entries = "\n".join(
        f"<url><loc>{site}{quote(path)}</loc>"
        + "".join(
            f"<image:image><image:loc>{_encoded(f'{photos}/{name}')}</image:loc></image:image>"
            for name in PHOTOS[path]
        )
        + "</url>"
        for path in (ROSE, CAMELLIA, PROFILE)
    )
    return gzip.compress(SITEMAP.format(entries=entries).encode(), mtime=0)


def _encoded(url: str) -> str:
    return quote(url, safe=":/")


def _page(path: str, photos: str) -> Body:
    if path == ROSE:
        return page(_rose(photos))
    if path == CAMELLIA:
        return page(_camellia(photos).encode("shift_jis"))
    if path == CHERRY:
        shown = f'<img src="{photos}/{FROM_A_MAC}" alt="枝垂れ桜">'
        return page(_post("桜の頃", shown, '<a href="../菊の日/">菊の日</a>'))
    if path == CHRYSANTHEMUM:
        robots = '<meta name="robots" content="noimageai">\n'
        return page(_post("菊の日", f'<img src="{photos}/菊.jpg" alt="菊">', head=robots))
    if path == PROFILE:
        return page(_post("プロフィール"))
    return None


def _post(title: str, *body: str, head: str = "") -> str:
    menu = f'<a href="{PROFILE}"><img src="/自画像.png" alt="この庭の人"></a>'
    return document(title, menu, f"<h1>{title}</h1>", *body, head=head, lang="ja")


def _rose(photos: str) -> str:
    return _post(
        "薔薇の咲く庭",
        f'<img src="{photos}/薔薇・一番花.jpg" alt="今年の一番花">',
        f'<img src="{_encoded(f"{photos}/薔薇と空.jpg")}" alt="薔薇と空">',
        f'<a href="{CAMELLIA}">椿の道</a> <a href="{quote(CHERRY)}">桜の頃</a>',
        f'<p>次の記事：<a href="{quote(CAMELLIA)}">椿の道</a></p>',
    )


def _camellia(photos: str) -> str:
    """An old page, whose addresses are percent-encoded."""
    images = (
        f'<img src="{_encoded(f"{photos}/{name}")}" alt="{name.removesuffix(".jpg")}">'
        for name in PHOTOS[CAMELLIA]
    )
    return f"<html><title>椿の道</title>\n<h1>椿の道</h1>\n{''.join(images)}\n</html>\n"
