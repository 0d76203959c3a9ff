"""The fuzz corpora served as they are and crawled: hostile images, pages and robots.txt files."""

import re
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from html import escape
from io import BytesIO
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from PIL import Image
from protego import Protego

from crawler.image import EXTENSIONS
from crawler.ledger import Ledger
from crawler.manifest import ImageRow, Status, read_manifest
from crawler.outcome import REJECTED
from crawler.permission.robots import OURSELVES
from crawler.proof.verify import breaches
from tests.crawler.crawling import RESERVATIONS, picture
from tests.server import Answer, Body, Exchange, early_requests, serve

pytestmark = pytest.mark.real

OF_IMAGES = (
    "exif-orientation",
    "go-fuzz-corpus",
    "image-png",
    "image-rs",
    "mdn-responsive-images",
    "pillow",
)
OF_PAGES = ("go-fuzz-corpus/stdhtml", "html5lib-tests", "mdn-responsive-images")
HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4")
AGENT = "fuzz-study/1.0"
RED = picture("red")
A_PAGE = 100  # images on a page of ours
BINARY = {"Content-Type": "application/octet-stream"}
HTML = {"Content-Type": "text/html"}
PLAIN = {"Content-Type": "text/plain"}
ASKED = ("/images/red.png", "/wp-admin/red.png")  # of each host that has a robots.txt
PATIENCE = 2.0  # seconds to wait for a host, so that the test comes to an end
MOST_MEMORY = 256  # MiB, of which an idle crawl takes 80
LONGEST = 240.0  # seconds that a crawl of ours may take; one that hangs is ended then

some_or_all = pytest.mark.parametrize("step", [12, pytest.param(1, marks=pytest.mark.accept)])


def files_of(root: Path, *folders: str) -> list[str]:
    """Every file in these folders, relative to the root, POSIX."""
    found = {path for name in folders for path in (root / name).rglob("*") if path.is_file()}
    return sorted(path.relative_to(root).as_posix() for path in found)


def crawled(out: Path, config: str) -> int:
    """Crawl by the command, which must end well; return the most memory it held, in MiB."""
    file = out.with_suffix(".toml")
    file.write_text(f'[crawl]\nuser_agent = "{AGENT}"\n{config}', encoding="utf-8")
    command = [sys.executable, "-m", "crawler", str(file), "--out", str(out)]
    with out.with_suffix(".log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        end, most = time.monotonic() + LONGEST, 0
        while process.poll() is None:
            most = max(most, _held(process.pid))
            if time.monotonic() > end:
                process.kill()
            time.sleep(0.02)
        log.seek(0)
        assert process.returncode == 0, log.read()[-2000:]
    assert most < MOST_MEMORY
    return most


def _held(process: int) -> int:
    """The most memory that a running process has held so far, in MiB; 0 where that is not told."""
    with suppress(OSError):
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        if high := re.search(r"VmHWM:\s*(\d+) kB", status):
            return int(high[1]) // 1024
    return 0


@some_or_all
def test_each_image_is_ok_and_decodes_or_is_rejected_with_a_reason(
    fuzz: Path, tmp_path: Path, step: int
) -> None:
    names = files_of(fuzz, *OF_IMAGES)[::step]
    with serve({}, hosts=HOSTS) as server:
        urls = [
            server.url(f"/file/{quote(name)}", HOSTS[at % len(HOSTS)])
            for at, name in enumerate(names)
        ]

        def site(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
            kind, _, rest = path.removeprefix("/").partition("/")
            if kind == "file":
                return Answer((fuzz / unquote(rest)).read_bytes(), headers=BINARY)
            return _gallery(urls, int(kind or 0)) if kind.isdigit() or not kind else None

        server.site = site
        memory = crawled(
            tmp_path / "crawl",
            f"delay = 0.0\nmax_images = 10000\nallow_private = {list(HOSTS)}\n"
            f'[[crawl.sources]]\nlabel = "fuzz"\nseeds = ["{server.url()}"]\n',
        )
    rows = {row.url: row for row in read_manifest(tmp_path / "crawl" / "manifest.csv")}
    assert sorted(rows) == sorted(urls)
    for name, url in zip(names, urls, strict=True):
        _check_image(rows[url], fuzz / name, tmp_path / "crawl")
    counts = Counter((row.status.value, row.error.split(":")[0]) for row in rows.values())
    print(f"\n{len(names)} images: {dict(counts)}, {memory} MiB at most")


def _gallery(urls: Sequence[str], number: int) -> Body:
    """A page of the site: images, and a link to the next."""
    shown = urls[A_PAGE * number : A_PAGE * (number + 1)]
    images = "".join(f'<img src="{escape(url)}">' for url in shown)
    more = f'<a href="/{number + 1}">more</a>' if len(urls) > A_PAGE * (number + 1) else ""
    return Answer(f"<!doctype html>{images}{more}", headers=HTML)


def _check_image(row: ImageRow, served: Path, out: Path) -> None:
    if row.status == Status.REJECTED:
        assert row.error.split(":")[0] in REJECTED, row
        return
    assert row.status in {Status.OK, Status.DUPLICATE}, row
    body = (out / row.path).read_bytes()
    assert body == served.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow, about what it makes good
        image = Image.open(BytesIO(body), formats=[kind.upper() for kind in EXTENSIONS])
        image.load()
    assert (image.width, image.height) == (row.width, row.height)


AS_PAGE = ".html"  # at the end of every name: some are named like archives, which nobody asks


def where(name: str) -> str:
    return f"/file/{quote(name)}{AS_PAGE}"


@some_or_all
def test_each_page_is_read_and_followed(fuzz: Path, tmp_path: Path, step: int) -> None:
    files = files_of(fuzz, *OF_PAGES)
    names = [name for name in files if not name.endswith(".jpg")][::step]
    with serve({}) as server:

        def site(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
            name = unquote(path.removeprefix("/file/")).removesuffix(AS_PAGE)
            if path == "/":
                links = [f'<a href="{escape(where(name))}">one</a>' for name in names]
                return Answer("<!doctype html>" + "".join(links), headers=HTML)
            if name not in files:
                return None
            kind = {"Content-Type": "image/jpeg"} if name.endswith(".jpg") else HTML
            return Answer((fuzz / name).read_bytes(), headers=kind)

        server.site = site
        memory = crawled(
            tmp_path / "crawl",
            f'delay = 0.0\nmax_pages = 10000\nallow_private = ["127.0.0.1"]\n'
            f'[[crawl.sources]]\nlabel = "fuzz"\nseeds = ["{server.url()}"]\n'
            f'images = ["{server.url()}"]\n',
        )
        wanted = {server.url("/")} | {server.url(where(name)) for name in names}
    with Ledger(tmp_path / "crawl" / "crawl.sqlite") as ledger:
        query = "SELECT url FROM answers WHERE kind = 'page' AND reading IS NOT NULL"
        read = {url for (url,) in ledger.database.execute(query)}
    assert read == wanted
    rows = list(read_manifest(tmp_path / "crawl" / "manifest.csv"))
    print(f"\n{len(names)} pages, {len(rows)} images in them, {memory} MiB at most")


@pytest.mark.parametrize("step", [20, pytest.param(1, marks=pytest.mark.accept)])
def test_each_robots_txt_is_read_once_and_obeyed(fuzz: Path, tmp_path: Path, step: int) -> None:
    """Each on a host of its own that has two images; who asks for long patience is left alone."""
    folder = fuzz / "protego" / "tests" / "test_data"
    files = files_of(folder, ".")
    largest = max(files, key=lambda name: (folder / name).stat().st_size)
    names = sorted({*files[::step], largest})
    texts = {f"127.1.{at // 250}.{1 + at % 250}": folder / name for at, name in enumerate(names)}

    def site(method: str, host: str, path: str, headers: Mapping[str, str]) -> Body:
        if path == "/robots.txt":
            return Answer(texts[host].read_bytes(), headers=PLAIN)
        return Answer(RED, headers={"Content-Type": "image/png"})

    with serve(site, hosts=("0.0.0.0",)) as server:  # all of 127.0.0.0/8
        urls = tmp_path / "urls.csv"
        asked = [server.url(path, host) for host in texts for path in ASKED]
        urls.write_text("\n".join(["url", *asked]), encoding="utf-8")
        memory = crawled(
            tmp_path / "crawl",
            f"delay = 0.0\nmax_images = 10000\nmax_wait = {PATIENCE}\n"
            f"allow_private = {list(texts)}\n"
            f'[[crawl.sources]]\nlabel = "fuzz"\nlist = "{urls}"\n',
        )
    rows = {row.url: row for row in read_manifest(tmp_path / "crawl" / "manifest.csv")}
    with Ledger(tmp_path / "crawl" / "crawl.sqlite") as ledger:
        assert list(breaches(ledger, tmp_path / "crawl" / "requests.csv")) == []
    by_host = groupby(sorted(server.log, key=attrgetter("host", "start")), attrgetter("host"))
    logs = {host: list(log) for host, log in by_host}
    assert set(logs) == set(texts)
    for host, path in texts.items():
        assert _is_read_alike(path.read_bytes(), logs[host]), path.name
    counts = Counter((row.status.value, row.error.split(":")[0]) for row in rows.values())
    print(
        f"\n{len(names)} robots.txt, {len(server.log)} requests: {dict(counts)}, "
        f"{len(asked) - len(rows)} images wait, {memory} MiB at most"
    )


def _is_read_alike(text: bytes, log: Sequence[Exchange]) -> bool:
    """Whether a host was asked what Protego alone would allow, and not before its delay."""
    rules = Protego.parse(text.decode("utf-8-sig", "replace"))
    agents = AGENT.partition("/")[0], OURSELVES
    delay = max(float(rules.crawl_delay(agent) or 0.0) for agent in agents)
    url = f"http://{log[0].host}"
    wanted = (RESERVATIONS, *ASKED)
    allowed = [path for path in wanted if all(rules.can_fetch(url + path, a) for a in agents)]
    if allowed == [RESERVATIONS]:  # it is asked for the sake of images alone
        allowed = []
    assert early_requests(log, delay) == []
    robots, *asked = (exchange.path for exchange in log)
    assert robots == "/robots.txt"
    return asked == allowed or (delay > PATIENCE and asked == allowed[: len(asked)])
