from pathlib import Path

import pytest

from crawler.config import Source
from crawler.reading.codec import encode
from crawler.reading.encoding import codec_of
from tests.crawler.crawling import crawl, image, picture, rows
from tests.server import Answer, Body, serve

JAPANESE = ("薔薇：庭に咲いた赤い花", "秋桜：髙橋さんの畑で")
CHINESE = ("玫瑰：花园里的红色花朵", "菊花：我们在公园里看到的")
ALTS = {
    **dict.fromkeys(("shift_jis", "euc-jp", "iso-2022-jp", "utf-16le", "utf-16be"), JAPANESE),
    "gbk": CHINESE,
}
PLACES = ("header", "meta", "nowhere")


def site(method: str, host: str, path: str, headers: object) -> Body:
    """At /euc-jp/meta/ a gallery in that encoding, which is declared there."""
    if not path.endswith("/"):
        return picture("red") if path.endswith(".png") else None
    _, label, place, _ = path.split("/")
    meta = f'<meta charset="{label}">' * (place == "meta")
    images = "".join(map(image, ("1.png", "2.png"), ALTS[label]))
    html = f"<!doctype html><html><head>{meta}<title>photos</title></head>{images}"
    kind = "text/html" + f"; charset={label}" * (place == "header")
    return Answer(encode(html, codec_of(label)), 200, {"Content-Type": kind})


@pytest.mark.parametrize("label", ALTS)
def test_alternative_texts_give_labels_in_any_encoding(label: str, tmp_path: Path) -> None:
    """Whether the page declares it in its header, in a meta element, or nowhere."""
    with serve(site) as server:
        seeds = tuple(server.url(f"/{label}/{place}/") for place in PLACES)
        crawl(server, tmp_path, Source(label_pattern=r"^(?P<label>\w+)：", seeds=seeds))
    found = {path: (row["alt"], row["label"]) for path, row in rows(tmp_path).items()}
    assert found == {
        f"/{label}/{place}/{number}.png": (alt, alt.partition("：")[0])
        for place in PLACES
        for number, alt in enumerate(ALTS[label], 1)
    }
