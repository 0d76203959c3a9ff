"""A gallery of three pages amid the furniture of its site: logo, buttons, banners, counters.

/roses/                            photos 1 to 3, with captions
/roses/?page=2                     photos 4 to 6, which a script shows; linked with &ref=pager
/roses/?page=3                     photos 7 and 8, and photo 1 once more
/skin/...                          logo, buttons, what holds the place of a photo, a counter
127.0.0.2/photos/1-640.jpg         photos 320, 640 and 1280 pixels wide
127.0.0.3/banner                   advertisements
"""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from tests.server import Body
from tests.sites import ELSEWHERE, MEDIA, SITE, document, origin, page, photo

WIDTHS = (320, 640, 1280)
CAPTIONS = {1: "Rosa gallica, 1827", 2: "Rosa × alba", 3: "Rosa moschata"}
A_PAGE = {"1": (1, 2, 3), "2": (4, 5, 6), "3": (7, 8, 1)}
PHOTOS = {str(number) for numbers in A_PAGE.values() for number in numbers}


def answer(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
    parts = urlsplit(path)
    if host == MEDIA:
        return _photo(parts.path.removeprefix("/photos/").removesuffix(".jpg"))
    number = parse_qs(parts.query).get("page", ["1"])[0]
    if host != SITE or parts.path != "/roses/" or number not in A_PAGE:
        return None
    photos = f"{origin(MEDIA, headers)}/photos"
    body = {"1": _captioned, "2": _lazy, "3": _bare}[number](photos)
    banner = f'<img src="{origin(ELSEWHERE, headers)}/banner?page={number}" alt="">'
    address = _address(number)
    return page(
        document(
            "The rose garden",
            '<div><a href="/"><img src="/skin/logo.png" alt="The rose garden"></a></div>',
            banner,
            f'<div id="gallery">{body}</div>',
            _pager(number),
            f'{banner}<img src="/skin/counter.gif?page={number}" width="1" height="1" alt="">',
            head=f'<link rel="canonical" href="{origin(SITE, headers)}{address}">\n',
        )
    )


def _photo(name: str) -> Body:
    number, _, width = name.partition("-")
    if number not in PHOTOS or width not in map(str, WIDTHS):
        return None
    return photo(number, int(width), int(width) * 3 // 4)


def _address(number: str) -> str:
    return "/roses/" if number == "1" else f"/roses/?page={number}"


def _pager(here: str) -> str:
    """Buttons that lead to the other pages, and tell them where the visitor comes from."""
    addresses = (_address(number) for number in A_PAGE if number != here)
    links = (address + "&amp;ref=pager" * ("?" in address) for address in addresses)
    return "".join(
        f'<a href="{link}"><img src="/skin/button.png" alt="page"></a>' for link in links
    )


def _sizes(photos: str, number: int) -> str:
    return ", ".join(f"{photos}/{number}-{width}.jpg {width}w" for width in WIDTHS)


def _captioned(photos: str) -> str:
    figures = (
        f'<figure><img src="{photos}/{number}-320.jpg" srcset="{_sizes(photos, number)}" alt="">'
        f"<figcaption>{caption}</figcaption></figure>"
        for number, caption in CAPTIONS.items()
    )
    return "<h2>In the sun</h2>" + "\n".join(figures)


def _lazy(photos: str) -> str:
    """Photos that a script puts in the place of a blank one, and for those without scripts."""
    images = (
        f'<img class="lazyload" src="/skin/blank.gif" data-src="{photos}/{number}-320.jpg" '
        f'data-srcset="{_sizes(photos, number)}" alt="">'
        f'<noscript><img src="{photos}/{number}-640.jpg" alt=""></noscript>'
        for number in A_PAGE["2"]
    )
    return "<h2>In the shade</h2>" + "\n".join(images)


def _bare(photos: str) -> str:
    return "\n".join(f'<img src="{photos}/{number}-640.jpg" alt="">' for number in A_PAGE["3"])
