"""Observations as on iNaturalist: photos of one plant, each with an author and terms of its own.

/observations/4711        four photos, of which one is under no licence
/observations/4712        two photos; who took them, and under what licence, is said beside one
/people/..., /badges/...  authors, and the badges of licences, which stand in their links
127.0.0.2/photos/101/     small.jpg, medium.jpg, large.jpg: 240, 500 and 1024 pixels wide
127.0.0.3/tiles/          a map
"""

from collections.abc import Mapping

from tests.server import Body
from tests.sites import ELSEWHERE, MEDIA, SITE, document, origin, page, photo

WIDTHS = {"small.jpg": 240, "medium.jpg": 500, "large.jpg": 1024}
PHOTOS = {"101", "102", "103", "104", "201", "202"}

ROSE = """\
<h1>Dog rose (Rosa canina)</h1>
<div id="photos">
<h2>Photos of this plant</h2>
<figure>{photo_101}
<figcaption>In flower, May. <a rel="author" href="/people/hana">Hana Mori</a>
<a rel="license" href="https://creativecommons.org/licenses/by-nc/4.0/">
<img src="/badges/by-nc.png" alt="CC BY-NC"></a></figcaption></figure>
<div class="photo">{photo_102}
<p>In fruit, October. <a href="/people/jean" property="cc:attributionName"
rel="cc:attributionURL">Jean Dupont</a>, <a rel="license"
href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a></p></div>
<figure>{photo_103}
<figcaption>A leaf. © <a rel="author" href="/people/otto">Otto Weber</a> all rights reserved
</figcaption></figure>
<div class="photo">{photo_104}
<p>Thorns. <span itemprop="author">森 花</span>, <a rel="license"
href="https://creativecommons.org/publicdomain/zero/1.0/">CC0</a></p></div>
</div>
"""
BUD = """\
<h1>Japanese rose (Rosa rugosa)</h1>
<div id="photos">
<figure>{photo_201}
<figcaption>A bud. <a rel="author" href="/people/aiko">Aiko Sato</a>
<a rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">CC BY-SA 4.0</a>
</figcaption></figure>
<figure>{photo_202}
<figcaption>The same bud a day later.</figcaption></figure>
</div>
"""
PAGES = {"/observations/4711": ROSE, "/observations/4712": BUD}


def answer(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
    if host == MEDIA:
        return _photo(path.split("/")[1:])
    if host != SITE or path not in PAGES:
        return None
    media = origin(MEDIA, headers)
    photos = {f"photo_{number}": _offered(f"{media}/photos/{number}") for number in PHOTOS}
    tile = f'<img src="{origin(ELSEWHERE, headers)}/tiles/8/227/100.png" alt="map">'
    return page(document("Observation", PAGES[path].format(**photos), _nearby(media), tile))


def _photo(parts: list[str]) -> Body:
    match parts:
        case ["photos", number, size] if number in PHOTOS and size in WIDTHS:
            return photo(number, WIDTHS[size], WIDTHS[size] * 3 // 4)
    return None


def _offered(folder: str) -> str:
    """One photo in the sizes there are of it."""
    sizes = ", ".join(f"{folder}/{size} {width}w" for size, width in WIDTHS.items())
    return f'<img src="{folder}/small.jpg" srcset="{sizes}" alt="">'


def _nearby(media: str) -> str:
    """Other observations, which are shown beside each, without author or licence."""
    links = (
        f'<a href="/observations/{number}"><img src="{media}/photos/{number}/square.jpg"></a>'
        for number in (4713, 4714, 4715)
    )
    return f"<aside><h2>Nearby</h2>{''.join(links)}</aside>"
