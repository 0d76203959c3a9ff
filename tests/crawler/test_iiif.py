import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.iiif import Canvas, Manifest, may_be_manifest, read_manifest

ROOT = "https://example.org/iiif"
IMAGE = f"{ROOT}/花1"  # address of an image service
OWN = "https://example.org/1.jpg"
PAGE = "https://example.org/記録/1"
PRESENTATION = {
    number: f"http://iiif.io/api/presentation/{number}/context.json" for number in (2, 3, 4)
}
SERVICES: dict[int, dict[str, Any]] = {
    1: {
        "@context": "http://library.stanford.edu/iiif/image-api/1.1/context.json",
        "@id": IMAGE,
        "profile": "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level1",
    },
    2: {
        "@context": "http://iiif.io/api/image/2/context.json",
        "@id": IMAGE,
        "profile": "http://iiif.io/api/image/2/level1.json",
    },
    3: {"id": IMAGE, "type": "ImageService3", "profile": "level2"},
}
PROFILES = {
    1: "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level{}",
    2: "http://iiif.io/api/image/2/level{}.json",
    3: "level{}",
}
SIZES = [{"width": w, "height": w * 3 // 4} for w in (100, 400, 800, 1600)]


def manifest(*canvases: Any, **more: Any) -> dict[str, Any]:
    """A manifest of version 3."""
    return {
        "@context": PRESENTATION[3],
        "id": f"{ROOT}/manifest",
        "type": "Manifest",
        "label": {"en": ["A rose"]},
        "items": list(canvases),
        **more,
    }


def canvas(*bodies: Any, **more: Any) -> dict[str, Any]:
    """A canvas of version 3 on which each body is painted."""
    annotations = [
        {"type": "Annotation", "motivation": "painting", "body": body, "target": f"{ROOT}/canvas"}
        for body in bodies
    ]
    return {
        "id": f"{ROOT}/canvas",
        "type": "Canvas",
        "label": {"none": ["p. 1"]},
        "width": 1600,
        "height": 1200,
        "items": [{"type": "AnnotationPage", "items": annotations}],
        **more,
    }


def manifest2(*canvases: Any, **more: Any) -> dict[str, Any]:
    """A manifest of version 2."""
    return {
        "@context": PRESENTATION[2],
        "@id": f"{ROOT}/manifest",
        "@type": "sc:Manifest",
        "label": "A rose",
        "sequences": [{"@type": "sc:Sequence", "canvases": list(canvases)}],
        **more,
    }


def canvas2(*resources: Any, **more: Any) -> dict[str, Any]:
    """A canvas of version 2 on which each resource is painted."""
    annotations = [
        {"@type": "oa:Annotation", "motivation": "sc:painting", "resource": resource}
        for resource in resources
    ]
    shown = {"@type": "sc:Canvas", "label": "p. 1", "images": annotations}
    return {**shown, "width": 1600, "height": 1200, **more}


def image(url: str = OWN, **more: Any) -> dict[str, Any]:
    return {"id": url, "type": "Image", **more}


def image2(url: str = OWN, **more: Any) -> dict[str, Any]:
    return {"@id": url, "@type": "dctypes:Image", **more}


def read(root: Any, want: int = 512) -> Manifest:
    found = read_manifest(json.dumps(root).encode(), want)
    assert found is not None
    return found


def urls(root: Any, want: int = 512) -> list[tuple[str, ...]]:
    return [each.urls for each in read(root, want).canvases]


def test_a_manifest_of_version_3_tells_of_a_record() -> None:
    root = manifest(
        canvas(image(f"{IMAGE}/full/max/0/default.jpg", service=[SERVICES[3]])),
        canvas(image(), label={"ja": ["二頁"]}),
        homepage=[{"id": PAGE, "type": "Text", "format": "text/html"}],
        rights="http://creativecommons.org/licenses/by/4.0/",
        requiredStatement={
            "label": {"en": ["Attribution"]},
            "value": {"en": ["<p>Given by <a href='https://no/'>the Garden</a> &amp; Co</p>"]},
        },
        thumbnail=[image("https://no/")],
        provider=[{"homepage": [{"id": "https://no/"}], "logo": [image("https://no/")]}],
        rendering=[{"id": "https://no/", "type": "Text"}],
        annotations=[{"type": "AnnotationPage", "items": [{"body": image("https://no/")}]}],
        placeholderCanvas=canvas(image("https://no/")),
    )
    assert read(root) == Manifest(
        label="A rose",
        page=PAGE,
        licence="http://creativecommons.org/licenses/by/4.0/",
        credit="Given by the Garden & Co",
        canvases=[
            Canvas(
                "p. 1",
                (f"{IMAGE}/full/512,384/0/default.jpg", f"{IMAGE}/full/max/0/default.jpg"),
            ),
            Canvas("二頁", (OWN,)),
        ],
        manifests=[],
    )


def test_a_manifest_of_version_2_tells_of_a_record() -> None:
    root = manifest2(
        canvas2(image2(service=SERVICES[2]), thumbnail=image2("https://no/")),
        canvas2(image2("https://example.org/2.jpg"), label="p. 2"),
        related=[
            {"@id": "https://no/", "format": "video/mpeg"},
            {"@id": PAGE, "format": "text/html"},
        ],
        license="http://rightsstatements.org/vocab/NoC-NC/1.0/",
        attribution="Given by<br/>the <b>Garden</b>",
        thumbnail={"@id": "https://no/", "service": SERVICES[2]},
        logo="https://no/",
    )
    root["sequences"].append({"@id": f"{ROOT}/other", "canvases": [canvas2(image2("https://no/"))]})
    assert read(root) == Manifest(
        label="A rose",
        page=PAGE,
        licence="http://rightsstatements.org/vocab/NoC-NC/1.0/",
        credit="Given by the Garden",
        canvases=[
            Canvas("p. 1", (f"{IMAGE}/full/512,/0/default.jpg", OWN)),
            Canvas("p. 2", ("https://example.org/2.jpg",)),
        ],
        manifests=[],
    )


def test_what_is_not_said_is_empty() -> None:
    assert read(manifest(label=None)) == Manifest("", "", "", "", [], [])


@pytest.mark.parametrize(
    ("api", "width", "sizes", "want", "form"),
    [
        # Sizes are listed.
        ((2, 0), 1600, SIZES, 512, "800,"),
        ((2, 0), 1600, SIZES, 800, "800,"),
        ((2, 0), 1600, SIZES, 801, "1600,"),
        ((2, 0), 1600, SIZES, 5000, "1600,"),
        ((2, 2), 6000, SIZES, 512, "800,"),
        ((3, 0), 1600, SIZES, 512, "800,600"),
        ((3, 1), 6000, SIZES, 5000, "1600,1200"),
        ((3, 0), 1600, SIZES[::-1], 1, "100,75"),
        # None are, and the image may be had in any.
        ((1, 1), 1600, None, 512, "512,"),
        ((2, 1), 1600, None, 512, "512,"),
        ((2, 2), 1600, [], 512, "512,"),
        ((2, None), 1600, None, 512, "512,"),
        ((3, 1), 1600, None, 512, "512,384"),
        ((3, 2), 1600, None, 1599, "1599,1199"),
        ((3, 2), 1600, None, 1598, "1598,1199"),
        ((3, 2), 1_000_000, None, 1, "1,1"),
        # It is not larger than is wanted, or may not be had smaller.
        ((1, 1), 512, None, 512, "full"),
        ((2, 1), 512, None, 512, "full"),
        ((3, 2), 512, None, 512, "max"),
        ((3, 2), 400, None, 512, "max"),
        ((2, 0), 1600, None, 512, "full"),
        ((3, 0), 1600, None, 512, "max"),
        ((3, 2), None, None, 512, "max"),
        ((2, 2), None, None, 512, "full"),
    ],
)
def test_an_image_is_asked_for_in_the_size_that_is_wanted_and_offered(
    api: tuple[int, int | None], width: int | None, sizes: Any, want: int, form: str
) -> None:
    version, level = api
    service = {**SERVICES[version], "sizes": sizes, "width": width, "height": 1200}
    service["profile"] = "other" if level is None else PROFILES[version].format(level)
    shown = image(service=service)
    expected = f"{IMAGE}/full/{form}/0/{'native' if version == 1 else 'default'}.jpg"
    root = manifest(canvas(shown, width=None))
    assert urls(root, want) == [(expected, OWN)]


def test_the_size_of_an_image_is_its_services_else_its_own_else_its_canvas() -> None:
    def asked(**service: int) -> str:
        shown["service"] = {**SERVICES[3], **service}
        return urls(manifest(canvas(shown, width=1000, height=1000)))[0][0].split("/")[-3]

    shown = image(width=1000, height=2000)
    assert asked(width=1000, height=3000) == "512,1536"
    assert asked() == "512,1024"
    shown = image(width=1000)
    assert asked() == "512,512"


@pytest.mark.parametrize(
    "profile",
    [
        ["http://iiif.io/api/image/2/level0.json", {"maxWidth": 2000}],
        "http://iiif.io/api/image/2/level0.json",
        "http://iiif.io/api/image/2/level0",
        "http://iiif.io/api/image/2/profiles/level0.json",
    ],
)
def test_a_level_is_known_however_it_is_written(profile: Any) -> None:
    shown = image2(service={"@id": IMAGE, "profile": profile})
    assert urls(manifest2(canvas2(shown))) == [(f"{IMAGE}/full/full/0/default.jpg", OWN)]


@pytest.mark.parametrize(
    "service",
    [
        {"@id": IMAGE, "@type": "ImageService2", "profile": "level2"},
        {"@id": IMAGE + "/", "profile": "http://iiif.io/api/image/2/level2.json"},
        {"@id": IMAGE + "/info.json", "@context": "http://iiif.io/api/image/2/context.json"},
        [{"@id": "https://no/", "profile": "http://iiif.io/api/auth/1/login"}, SERVICES[2]],
        [SERVICES[2], SERVICES[3]],
        ["https://no/", None, SERVICES[2]],
    ],
)
def test_the_first_image_service_is_asked(service: Any) -> None:
    root = manifest(canvas(image(service=service)))
    assert urls(root) == [(f"{IMAGE}/full/512,/0/default.jpg", OWN)]


@pytest.mark.parametrize(
    "service",
    [
        None,
        IMAGE,
        {"@id": "https://no/", "profile": "http://iiif.io/api/search/1/search"},
        {"@id": "urn:no", "profile": "http://iiif.io/api/image/2/level2.json"},
        {"profile": "http://iiif.io/api/image/2/level2.json"},
    ],
)
def test_without_an_image_service_an_image_has_its_own_address(service: Any) -> None:
    assert urls(manifest(canvas(image(service=service)))) == [(OWN,)]


def test_an_address_that_two_offer_stands_once() -> None:
    own = f"{IMAGE}/full/512,384/0/default.jpg"
    assert urls(manifest(canvas(image(own, service=SERVICES[3])))) == [(own,)]


OTHER = image("https://no/")
SOUND = {"id": "https://no/", "type": "Sound", "format": "audio/mpeg"}


@pytest.mark.parametrize(
    "bodies",
    [
        [image(), OTHER],
        [[image(), OTHER]],
        [{"type": "Choice", "items": [image(), OTHER]}],
        [{"type": "Choice", "items": [SOUND, {"type": "Choice", "items": [image()]}, OTHER]}],
        [{"@type": "oa:Choice", "default": image2(), "item": [OTHER]}],
        [{"@type": "oa:Choice", "default": "rdf:nil", "item": [image2(), OTHER]}],
        [{"@type": "oa:Choice", "item": image2()}],
        [{"type": "SpecificResource", "source": image(), "selector": {"region": "0,0,9,9"}}],
        [{"@type": "oa:SpecificResource", "@id": "https://no/", "full": image2()}],
        [SOUND, {"type": "TextualBody", "value": "no"}, image()],
        [{"type": "Image", "id": "urn:no"}, image()],
        [{"type": "Image", "id": "ftp://no/"}, {"type": "Image"}, image()],
        [{"id": OWN, "format": "image/jpeg"}],
        [{"id": "https://no/", "format": "video/mp4"}, {"id": OWN}],
        [None, "https://no/", 5, [], {}, image()],
    ],
)
def test_the_picture_of_a_canvas_is_the_first_image_painted_on_it(bodies: list[Any]) -> None:
    assert urls(manifest(canvas(*bodies))) == [(OWN,)]
    assert urls(manifest2(canvas2(*bodies))) == [(OWN,)]


@pytest.mark.parametrize("motivation", ["commenting", "supplementing", ["oa:tagging"]])
def test_what_is_not_painted_is_no_picture(motivation: Any) -> None:
    shown = canvas(image())
    shown["items"][0]["items"][0]["motivation"] = motivation
    assert urls(manifest(shown)) == []


def test_what_says_not_what_it_is_for_is_painted() -> None:
    shown = canvas2(image2())
    del shown["images"][0]["motivation"]
    assert urls(manifest2(shown)) == [(OWN,)]


def test_canvases_without_a_picture_are_left_out() -> None:
    root = manifest(canvas(), canvas(SOUND), canvas(image()), canvas(items=None))
    assert urls(root) == [(OWN,)]


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ({"ja": ["薔薇"], "en": ["Rose", "A flower"], "none": ["R"]}, "Rose; A flower"),
        ({"ja": ["薔薇"], "en-GB": ["Rose"]}, "Rose"),
        ({"ja": ["薔薇"], "none": ["R"]}, "R"),
        ({"ja": ["薔薇"], "@none": ["R"]}, "R"),
        ({"ja": ["薔薇"], "fr": ["Rose"]}, "薔薇"),
        ({"en": [], "ja": ["薔薇"]}, "薔薇"),
        ({"en": "Rose"}, "Rose"),
        ("薔薇", "薔薇"),
        (["1", "2"], "1; 2"),
        ({"@value": "薔薇", "@language": "ja"}, "薔薇"),
        ([{"@value": "薔薇", "@language": "ja"}, {"@value": "Rose", "@language": "en"}], "Rose"),
        ([{"@value": "薔薇", "@language": "ja"}, "R"], "R"),
        ([{"@value": "no", "@language": {}}, {"@value": ["no"]}, {"@value": 5}], ""),
        (["a"] * 21, "; ".join(["a"] * 20)),
        ("  は\u3099ら \n の花 ", "ばら の花"),
        ("a\ud800b", "a?b"),
        ("花" * 2000, "花" * 1000),
        (None, ""),
        (5, ""),
        ({}, ""),
        ({"en": [None, 5, {}, [], " "]}, ""),
    ],
)
def test_a_label_is_one_line_in_one_language(written: Any, label: str) -> None:
    found = read(manifest(canvas(image(), label=written), label=written))
    assert (found.label, found.canvases[0].label) == (label, label)


@pytest.mark.parametrize(
    ("more", "page"),
    [
        ({"homepage": [{"id": PAGE}]}, PAGE),
        ({"homepage": {"id": PAGE, "format": "application/xhtml+xml"}}, PAGE),
        ({"homepage": [{"id": "https://no/", "format": "application/pdf"}, {"id": PAGE}]}, PAGE),
        ({"related": PAGE}, PAGE),
        ({"related": ["urn:no", {"@id": PAGE, "format": "text/html"}]}, PAGE),
        ({"related": {"@id": "https://no/", "format": "video/mpeg"}}, ""),
        ({"related": {"@id": "https://no/", "format": 5}}, ""),
        ({"related": 5, "homepage": [None, [], {}]}, ""),
    ],
)
def test_the_page_of_a_record_is_html(more: dict[str, Any], page: str) -> None:
    assert read(manifest(**more)).page == page


@pytest.mark.parametrize(
    ("more", "licence"),
    [
        ({"rights": "http://a/", "license": "http://b/"}, "http://a/"),
        ({"license": ["http://a/", "http://b/"]}, "http://a/"),
        ({"license": {"@id": "http://a/"}}, "http://a/"),
        ({"license": "CC BY 4.0、表示"}, "CC BY 4.0、表示"),
        ({"license": ["x" * 3000, None, "a\nb", "http://a/"]}, "http://a/"),
        ({"rights": 5}, ""),
    ],
)
def test_the_licence_stands_as_written(more: dict[str, Any], licence: str) -> None:
    assert read(manifest(**more)).licence == licence


@pytest.mark.parametrize(
    ("value", "credit"),
    [
        ("<p>A</p><p>B<br>C</p>", "A B C"),
        ("a < b &amp; c", "a < b & c"),
        ("<script>no()</script>A<!-- no -->", "A"),
        ({"ja": ["<span>園</span>"]}, "園"),
        ([{"@value": "A", "@language": "en"}, {"@value": "no", "@language": "ja"}], "A"),
        ("<b>" * 10_000 + "no", ""),
        ("A <a href='unclosed", "A"),
        ("<p>" + "a  " * 1_000_000, "a " * 499 + "a"),
        (5, ""),
    ],
)
def test_a_credit_is_one_line_without_tags(value: Any, credit: str) -> None:
    assert read(manifest2(attribution=value)).credit == credit
    assert read(manifest(requiredStatement={"label": "no", "value": value})).credit == credit


def test_a_collection_tells_of_manifests_and_further_collections() -> None:
    parts = [
        {"id": f"{ROOT}/1", "type": "Manifest", "label": {"en": ["no"]}, "thumbnail": [OTHER]},
        {"id": f"{ROOT}/集", "type": "Collection", "items": [{"id": "https://no/"}]},
        {"id": f"{ROOT}/1", "type": "Manifest"},
        {"id": "urn:no", "type": "Manifest"},
    ]
    found = read(manifest(*parts, type="Collection"))
    assert (found.label, found.canvases) == ("A rose", [])
    assert found.manifests == [f"{ROOT}/1", f"{ROOT}/集"]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"manifests": ["m"], "collections": ["c"]}, ["c", "m"]),
        ({"members": ["a", "b"], "manifests": ["a"], "collections": ["b"]}, ["a", "b"]),
        ({"total": 9_000_000, "first": f"{ROOT}/1"}, ["1"]),
        ({"manifests": ["m"], "next": {"@id": f"{ROOT}/2"}}, ["m", "2"]),
        ({}, []),
    ],
)
def test_a_collection_of_version_2_has_three_lists_and_pages(
    more: dict[str, Any], found: list[str]
) -> None:
    lists = {
        key: [{"@id": f"{ROOT}/{each}"} for each in value] if isinstance(value, list) else value
        for key, value in more.items()
    }
    root = {"@context": PRESENTATION[2], "@type": "sc:Collection", **lists}
    assert read(root).manifests == [f"{ROOT}/{each}" for each in found]


@pytest.mark.parametrize(
    "context",
    [
        PRESENTATION[2],
        PRESENTATION[4],
        [PRESENTATION[3]],
        ["http://example.org/context.json", {}, PRESENTATION[3]],
        "http://www.shared-canvas.org/ns/context.json",
    ],
)
def test_a_manifest_is_known_by_its_context_and_its_type(context: Any) -> None:
    root = manifest(canvas(image()), **{"@context": context})
    assert urls(root) == [(OWN,)]
    assert read_manifest(json.dumps({**root, "type": "Canvas"}).encode(), 512) is None


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{}", b"[]", b"null", b"5", b'"Manifest"', b"<html>", b"{", b"\xff\xfe", b"\0"),
        json.dumps({"type": "Manifest"}).encode(),
        json.dumps({"type": "Collection", "@context": "https://www.w3.org/ns/x"}).encode(),
        json.dumps({"@context": PRESENTATION[3]}).encode(),
        json.dumps({"@context": PRESENTATION[3], "type": {"Manifest": []}}).encode(),
        json.dumps({"@context": "http://iiif.io/api/image/2/context.json"}).encode(),
        json.dumps(manifest()).encode()[:-1],
        json.dumps([manifest()]).encode(),
    ],
)
def test_what_is_no_manifest_is_none(body: bytes) -> None:
    assert read_manifest(body, 512) is None


def test_a_manifest_may_begin_with_a_mark_and_have_bytes_that_fit_nothing() -> None:
    body = json.dumps(manifest(canvas(image()), label="X")).encode().replace(b'"X"', b'"a\xff"')
    found = read_manifest(b"\xef\xbb\xbf" + body, 512)
    assert found is not None
    assert (found.label, len(found.canvases)) == ("a\ufffd", 1)


OPEN = b'{"@context": "%s", "type": "Manifest", "items": ' % PRESENTATION[3].encode()


@pytest.mark.parametrize(
    "items",
    [
        b"[" * 400_000,
        b"[" * 900 + b"]" * 900 + b"}",
        b'{"items":' * 900 + b"5" + b"}" * 901,
        b"9" * 100_000 + b"}",
        b"1e999}",
        b"[" + b"{}," * 5_000_000 + b"{}]}",
        b"[" + b"[]," * 5_000_000 + b"[]]}",
        b'"' + b"x" * 60_000_000 + b'"}',
        b'"' + b"x" * 10_000_000 + b'"}',
        b"[" + b"1," * 5_000_000 + b"1]}",
    ],
)
def test_hostile_json_is_none_or_a_manifest_without_canvases(items: bytes) -> None:
    begun = time.monotonic()
    found = read_manifest(OPEN + items, 512)
    assert found is None or found.canvases == []
    assert time.monotonic() - begun < 10


def test_a_manifest_of_more_than_16_mebibytes_is_none() -> None:
    body = json.dumps(manifest(canvas(image()))).encode()
    assert read_manifest(body.ljust(16 << 20), 512) is not None
    assert read_manifest(body.ljust((16 << 20) + 1), 512) is None


@pytest.mark.parametrize(("count", "is_read"), [(499_998, True), (499_999, False)])
def test_a_manifest_of_more_than_500000_nodes_is_none(count: int, is_read: bool) -> None:  # noqa: FBT001  # a table
    body = OPEN + b"[" + b",".join([b"{}"] * count) + b"]}"
    assert (read_manifest(body, 512) is not None) == is_read


@pytest.mark.parametrize("body", ["Choice", "SpecificResource"])
def test_choices_within_choices_end(body: str) -> None:
    key = {"Choice": "items", "SpecificResource": "source"}[body]
    nested: Any = image()
    for _ in range(300):
        nested = {"type": body, key: [nested]}
    assert urls(manifest(canvas(nested))) == [(OWN,)]


def test_a_manifest_has_at_most_10000_canvases_and_a_collection_50000_parts() -> None:
    assert len(read(manifest(*[canvas(image())] * 10_001)).canvases) == 10_000
    parts = [{"id": f"{ROOT}/{n}", "type": "Manifest"} for n in range(50_001)]
    assert len(read(manifest(*parts, type="Collection")).manifests) == 50_000


@pytest.mark.parametrize("side", [0, -1, 1e9, 10**400, "1000", None, [], {}, float("nan"), True])
def test_a_size_that_cannot_be_is_none(side: Any) -> None:
    service = {
        **SERVICES[3],
        "width": side,
        "height": 3000,
        "sizes": [{"width": side, "height": side}],
    }
    root = manifest(canvas(image(service=service), width=1000, height=side))
    assert urls(root)[0][0] in {
        f"{IMAGE}/full/max/0/default.jpg",
        *([f"{IMAGE}/full/1,1/0/default.jpg"] if side is True else []),
    }


WORDS = ["", "花", "Manifest", "Choice", "Image", "painting", OWN, "level0", "ImageService2"]
KEYS = (
    *("id", "@id", "type", "@type", "items", "body", "resource", "images", "service", "sizes"),
    *("width", "height", "profile", "@context", "en", "@value", "default", "@language", "format"),
    *("motivation", "source", "canvases", "label", "value"),
)
# Small ones, and many of them: what is drawn must not take longer than what is tested.
WRONG = st.recursive(
    st.sampled_from([None, True, 0, -1, 10**30, 0.5, float("nan"), float("inf"), *WORDS]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.sampled_from(["Manifest", "Collection"]),
    st.dictionaries(
        st.sampled_from(
            [
                *("items", "sequences", "label", "homepage", "related", "rights", "license"),
                *("requiredStatement", "attribution", "members", "manifests", "first"),
            ]
        ),
        WRONG,
        max_size=4,
    ),
)
def test_wrong_types_everywhere_raise_nothing(kind: str, wrong: dict[str, Any]) -> None:
    found = read({"@context": PRESENTATION[3], "type": kind, **wrong})
    assert all(each.urls for each in found.canvases)


@given(WRONG)
def test_a_wrong_body_raises_nothing(wrong: Any) -> None:
    for root in (
        manifest(canvas(wrong), canvas(image(service=wrong)), canvas(image(), items=wrong)),
        manifest2(canvas2(wrong), canvas2(image2(service=wrong)), wrong),
    ):
        for each in read(root).canvases:
            assert all(url.startswith("http") for url in each.urls)


@pytest.mark.parametrize(
    ("content_type", "head"),
    [
        ("application/json", json.dumps(manifest()).encode()[:200]),
        ("application/ld+json", json.dumps(manifest2()).encode()[:200]),
        ("text/plain", b"\xef\xbb\xbf\n " + json.dumps(manifest()).encode()[:200]),
        ("", b'{"@context":"http:\\/\\/iiif.io\\/api\\/presentation\\/2\\/context.json"'),
        (f'application/ld+json;profile="{PRESENTATION[3]}"', b'{"id": "https://example.org/"'),
    ],
)
def test_the_beginning_of_a_manifest_may_be_one(content_type: str, head: bytes) -> None:
    assert may_be_manifest(content_type, head)


@pytest.mark.parametrize(
    ("content_type", "head"),
    [
        ("application/json", b""),
        ("application/json", b'{"type": "FeatureCollection"'),
        ("application/json", b'{"@context": "http://iiif.io/api/image/2/context.json"'),
        ("text/html", f"<html><a href='{PRESENTATION[3]}'>".encode()),
        (f'application/ld+json;profile="{PRESENTATION[3]}"', b"<html>"),
    ],
)
def test_what_begins_otherwise_is_no_manifest(content_type: str, head: bytes) -> None:
    assert not may_be_manifest(content_type, head)
