"""What was forgotten leaves a dataset too, and with --purge no byte of it stays."""

from pathlib import Path

import numpy as np
from PIL import Image

from crawler.cli import forget_main
from crawler.config import Source
from dataset import DatasetConfig, run
from dataset.cli import dataset_main
from dataset.review.serving import prepare
from dataset.store import open_dataset
from tests.crawler.crawling import crawl, image, page
from tests.dataset.pictures import encode, folder_of
from tests.dataset.test_stage import table
from tests.server import Body, serve

SIDE = 9  # pixels, stored as they are, so that the bytes of an image can be looked for


def noise(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8))


def names(out: Path) -> set[str]:
    return {path.name for path in (out / "shards").iterdir()}


def holding(folder: Path, needle: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


def test_no_byte_of_a_forgotten_image_stays(tmp_path: Path) -> None:
    pictures = {f"/{n}.png": encode(noise(n)) for n in range(12)}
    site: dict[str, Body] = {"/": page(*map(image, pictures)), **pictures}
    crawled, out = tmp_path / "crawl", tmp_path / "out"
    with serve(site) as server:
        pattern = r"/(?P<label>\d)\d?\.png"  # a class for each first digit
        crawl(server, crawled, Source(seeds=(server.url("/"),), label_pattern=pattern))
        make = [str(crawled / "manifest.csv"), "--size", "8", "--out", str(out)]
        assert dataset_main(make) == 0
        prepare(out)
        rows = table(out / "samples.csv")
        gone = next(row for row in rows if row["split"] == "train")
        pixels = np.asarray(noise(int(Path(gone["url"]).stem))).tobytes()
        assert len(holding(out, pixels)) == 1
        assert forget_main([str(crawled), gone["url"]]) == 0
    assert dataset_main(make) == 0
    assert gone["sha256"] not in {row["sha256"] for row in table(out / "samples.csv")}
    assert [row["reason"] for row in table(out / "quarantine.csv")] == ["denied"]
    assert len(holding(out, pixels)) == 1  # in a shard that no snapshot names
    assert dataset_main([*make, "--purge"]) == 0
    assert holding(out, pixels) == []
    assert not (out / "review.html").exists()
    assert open_dataset(out / "dataset.json").id
    assert len(table(out / "samples.csv")) == len(rows) - 1


def test_what_is_named_or_is_not_ours_stays(tmp_path: Path) -> None:
    photos = folder_of(tmp_path / "p", {"rose": range(4), "薔薇": range(10, 15)})
    out, config = tmp_path / "out", DatasetConfig(size=8)
    before = run(config, [photos], out, purge=True).read_bytes()
    shards = names(out)
    (out / "shards" / "mine.npy").write_bytes(b"")
    run(DatasetConfig(size=6), [photos], out)
    assert names(out) > shards | {"mine.npy"}
    assert (
        run(config, [photos], out, purge=True).read_bytes().split(b'"parent"')[0]
        == (before.split(b'"parent"')[0])
    )
    assert names(out) == shards | {"mine.npy"}
