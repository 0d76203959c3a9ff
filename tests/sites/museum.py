"""Records of a museum, each with a small image of its own and the rest behind a IIIF manifest.

/collection/                         links to the two records
/collection/roses/1888.22            says where its manifest is in a link element
/collection/tulips/1920.7            links to its manifest, and to a viewer elsewhere
/iiif/3/1888.22/manifest.json        IIIF Presentation 3
/iiif/2/1920.7/manifest.json         IIIF Presentation 2.1
/media/...                           the small images, and the logo of the museum
127.0.0.2/iiif/3/1888.22-1/full/512,384/0/default.jpg
                                     IIIF Image, which takes canonical requests alone: of version 2
                                     `512,` and `full`, of version 3 `512,384` and `max`
127.0.0.3/viewer                     a viewer

Each manifest has three canvases. The service of the first makes any size, that of the second only
those which it lists (level 0), and the third is smaller than most want.
"""

import json
from collections.abc import Mapping
from typing import Any

from tests.server import Answer, Body
from tests.sites import ELSEWHERE, MEDIA, SITE, document, origin, page, photo

CANVASES = {"1": (2000, 1500), "2": (1536, 2048), "3": (400, 300)}  # pixels
LISTED = ((192, 256), (384, 512), (768, 1024))  # of the second
OBJECTS = {"2": "1920.7", "3": "1888.22"}  # by the version of its manifest

PRESENTATION_3 = "http://iiif.io/api/presentation/3/context.json"
LD_JSON = f'application/ld+json;profile="{PRESENTATION_3}"'


def answer(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
    if host == MEDIA:
        return _image(path.split("/")[1:])
    if host != SITE:
        return None
    museum, images = origin(SITE, headers), origin(MEDIA, headers)
    site: dict[str, Body] = {
        "/collection/": page(_collection()),
        "/collection/roses/1888.22": page(_rose()),
        "/collection/tulips/1920.7": page(_tulip(museum, origin(ELSEWHERE, headers))),
        "/iiif/3/1888.22/manifest.json": _typed(LD_JSON, _manifest_3(museum, images)),
        "/iiif/2/1920.7/manifest.json": _typed("application/json", _manifest_2(museum, images)),
    }
    return site.get(path)


def _typed(content_type: str, value: dict[str, Any]) -> Answer:
    return Answer(json.dumps(value), headers={"Content-Type": content_type})


def _image(parts: list[str]) -> Body:
    """An image of the service; what is no canonical request is refused."""
    match parts:
        case ["iiif", version, name, "full", size, "0", "default.jpg"] if version in OBJECTS:
            drawn, _, canvas = name.partition("-")
            sizes = _canonical(version, canvas)
            if drawn != OBJECTS[version] or size not in sizes:
                return Answer("no canonical request", 400, {"Content-Type": "text/plain"})
            return photo(name, *sizes[size])
    return None


def _canonical(version: str, canvas: str) -> dict[str, tuple[int, int]]:
    """The sizes that the service makes of a canvas, by how they are written (Image API, 4.7)."""
    width, height = whole = CANVASES[canvas]
    any_size = [(w, round(height * w / width)) for w in range(1, width)]
    sizes = {"1": any_size, "2": list(LISTED), "3": any_size}[canvas]
    if version == "2":
        return {f"{w},": (w, h) for w, h in sizes} | {"full": whole}
    return {f"{w},{h}": (w, h) for w, h in sizes} | {"max": whole}


def _record(title: str, *body: str, head: str = "") -> str:
    logo = '<a href="/"><img src="/media/logo.png" alt="Museum of Gardens"></a>'
    menu = '<a href="/visit/">Visit</a> <a href="/shop/">Shop</a>'
    return document(title, logo, menu, f"<h1>{title}</h1>", *body, head=head)


def _collection() -> str:
    return _record(
        "Collection",
        '<a href="/collection/roses/1888.22">Rose vase</a>',
        '<a href="/collection/tulips/1920.7">Tulip vase</a>',
    )


def _rose() -> str:
    return _record(
        "Rose vase",
        '<img src="/media/1888.22.jpg" alt="Rose vase">',
        head=f"""<link rel="alternate" type="application/rss+xml" href="/iiif/news.xml">
<link rel="alternate" type='{LD_JSON}' href="/iiif/3/1888.22/manifest.json">
""",
    )


def _tulip(museum: str, elsewhere: str) -> str:
    manifest = "/iiif/2/1920.7/manifest.json"
    return _record(
        "Tulip vase",
        '<img src="/media/1920.7.jpg" alt="Tulip vase">',
        f'<a href="{elsewhere}/viewer?manifest={museum}{manifest}">Look closer</a>',
        f'<a href="{manifest}">IIIF manifest</a>',
    )


def _manifest_3(museum: str, images: str) -> dict[str, Any]:
    here = f"{museum}/iiif/3/1888.22"
    record = f"{museum}/collection/roses/1888.22"
    logo = {"id": f"{museum}/media/logo.png", "type": "Image", "format": "image/png"}
    return {
        "@context": PRESENTATION_3,
        "id": f"{here}/manifest.json",
        "type": "Manifest",
        "label": {"en": ["Rose vase"], "ja": ["薔薇の花瓶"]},
        "rights": "http://creativecommons.org/licenses/by/4.0/",
        "requiredStatement": {
            "label": {"en": ["Attribution"]},
            "value": {"en": ["Museum of Gardens, gift of A. Mori"]},
        },
        "homepage": [
            {"id": record, "type": "Text", "label": {"en": ["Rose vase"]}, "format": "text/html"}
        ],
        "provider": [
            {"id": museum, "type": "Agent", "label": {"en": ["Museum of Gardens"]}, "logo": [logo]}
        ],
        "thumbnail": [{"id": f"{museum}/media/1888.22.jpg", "type": "Image"}],
        "items": [_canvas_3(here, f"{images}/iiif/3/1888.22", canvas) for canvas in CANVASES],
    }


def _canvas_3(here: str, service: str, canvas: str) -> dict[str, Any]:
    width, height = CANVASES[canvas]
    target = f"{here}/canvas/{canvas}"
    body = {
        "id": f"{service}-{canvas}/full/max/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": width,
        "height": height,
        "service": [
            {"id": f"{service}-{canvas}", "type": "ImageService3", **_ability(canvas, "level{}")}
        ],
    }
    annotation = {
        "id": f"{target}/painting/1",
        "type": "Annotation",
        "motivation": "painting",
        "target": target,
        "body": body,
    }
    items = [{"id": f"{target}/painting", "type": "AnnotationPage", "items": [annotation]}]
    return {"id": target, "type": "Canvas", "width": width, "height": height, "items": items}


def _manifest_2(museum: str, images: str) -> dict[str, Any]:
    here = f"{museum}/iiif/2/1920.7"
    record = f"{museum}/collection/tulips/1920.7"
    canvases = [_canvas_2(here, f"{images}/iiif/2/1920.7", canvas) for canvas in CANVASES]
    return {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": f"{here}/manifest.json",
        "@type": "sc:Manifest",
        "label": "Tulip vase",
        "license": "http://creativecommons.org/publicdomain/zero/1.0/",
        "attribution": "Museum of Gardens, bought in 1920",
        "related": {"@id": record, "format": "text/html"},  # called homepage since version 3
        "logo": f"{museum}/media/logo.png",
        "thumbnail": f"{museum}/media/1920.7.jpg",
        "sequences": [
            {"@id": f"{here}/sequence", "@type": "sc:Sequence", "canvases": canvases},
        ],
    }


def _canvas_2(here: str, service: str, canvas: str) -> dict[str, Any]:
    width, height = CANVASES[canvas]
    on = f"{here}/canvas/{canvas}"
    resource = {
        "@id": f"{service}-{canvas}/full/full/0/default.jpg",
        "@type": "dctypes:Image",
        "format": "image/jpeg",
        "width": width,
        "height": height,
        "service": {
            "@context": "http://iiif.io/api/image/2/context.json",
            "@id": f"{service}-{canvas}",
            **_ability(canvas, "http://iiif.io/api/image/2/level{}.json"),
        },
    }
    annotation = {"@type": "oa:Annotation", "motivation": "sc:painting", "on": on}
    return {
        "@id": on,
        "@type": "sc:Canvas",
        "label": f"view {canvas}",
        "width": width,
        "height": height,
        "images": [annotation | {"resource": resource}],
    }


def _ability(canvas: str, profile: str) -> dict[str, Any]:
    """What a manifest says of the service of a canvas."""
    if canvas != "2":
        return {"profile": profile.format(2)}
    sizes = [{"width": width, "height": height} for width, height in LISTED]
    return {"profile": profile.format(0), "sizes": sizes}
