"""Hosts that prove who they are, and hosts that cannot."""

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.cli import crawl_main
from crawler.config import CrawlConfig, Source
from crawler.errors import CrawlerError, FetchError
from crawler.fetch import Fetcher, all_of
from tests.authority import Authority, self_signed
from tests.crawler.crawling import AGENT, crawl, image, page, picture, whole_rows
from tests.server import Answer, Server, Site, serve

GOOD, EXPIRED, MISNAMED, UNKNOWN, SELF_SIGNED, PLAIN = (f"127.0.0.{n}" for n in range(1, 7))
HOSTS = (GOOD, EXPIRED, MISNAMED, UNKNOWN, SELF_SIGNED, PLAIN)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls") / "ca.pem")


@pytest.fixture
def server(authority: Authority, tmp_path: Path) -> Iterator[Server]:
    tls = {
        GOOD: authority.good(GOOD),
        EXPIRED: authority.expired(EXPIRED),
        MISNAMED: authority.misnamed(MISNAMED),
        UNKNOWN: Authority(tmp_path / "unknown.pem").good(UNKNOWN),
        SELF_SIGNED: self_signed(),
    }
    with serve({}, hosts=HOSTS, tls=tls) as server:
        server.site = _site(server)
        yield server


def _site(server: Server) -> Site:
    colours = dict(zip(HOSTS, ("red", "lime", "blue", "cyan", "pink", "gold"), strict=True))
    pictures = {f"{host}/{host}.png": picture(colour) for host, colour in colours.items()}
    images = [image(server.url(f"/{host}.png", host)) for host in HOSTS]
    return pictures | {
        f"{GOOD}/": page(*images, image(server.url("/moved", PLAIN)), image("/to-expired")),
        f"{PLAIN}/": page(*images),
        f"{PLAIN}/moved": Answer("", 301, {"Location": server.url("/secure.png", GOOD)}),
        f"{GOOD}/secure.png": picture("black"),
        f"{GOOD}/to-expired": Answer("", 302, {"Location": server.url("/lost", EXPIRED)}),
    }


def found(out: Path) -> dict[str, str]:
    """The last part of the URL -> status and word."""
    return {
        row["url"].rsplit("/", 1)[1]: f"{row['status']} {row['error'].split(':')[0]}".strip()
        for row in whole_rows(out)
    }


def test_only_hosts_that_prove_who_they_are_are_crawled(
    server: Server, authority: Authority, tmp_path: Path
) -> None:
    ca = str(authority.file)
    crawl(server, tmp_path, allow_private=HOSTS, ca_file=ca, tries=1)
    untrusted = (EXPIRED, MISNAMED, UNKNOWN, SELF_SIGNED)
    assert found(tmp_path) == {f"{host}.png": "failed tls" for host in untrusted} | {
        f"{GOOD}.png": "ok",
        f"{PLAIN}.png": "ok",
        "moved": "ok",  # http that leads to https
        "to-expired": "failed tls",
    }
    assert [server.paths(host) for host in untrusted] == [[]] * 4


def test_by_default_nobody_is_trusted_whom_the_system_does_not_know(
    server: Server, tmp_path: Path
) -> None:
    roses = Source(label="rose", seeds=(server.url("/", PLAIN),))
    crawl(server, tmp_path, roses, allow_private=HOSTS, tries=1)
    assert found(tmp_path) == {f"{host}.png": "failed tls" for host in HOSTS[:-1]} | {
        f"{PLAIN}.png": "ok"
    }


def test_a_seed_that_cannot_prove_who_it_is_ends_the_crawl(server: Server, tmp_path: Path) -> None:
    with pytest.raises(CrawlerError, match="prove who it is"):
        crawl(server, tmp_path, tries=1)


def test_connections_over_tls_are_kept_alive(server: Server, authority: Authority) -> None:
    fetcher = Fetcher(AGENT, deadline=5.0, allow_private=[GOOD], ca_file=str(authority.file))
    accepted = server.listeners[0].connections
    for _ in range(3):
        assert fetcher.get(server.url(f"/{GOOD}.png"), all_of(1000)).status == 200
        assert len(accepted) == 1
    fetcher.close()


def test_a_handshake_that_hangs_is_cut_at_the_deadline() -> None:
    fetcher = Fetcher(AGENT, deadline=0.3, allow_private=[GOOD])
    with socket.create_server((GOOD, 0)) as silent, pytest.raises(FetchError) as caught:
        began = time.monotonic()
        fetcher.get(f"https://{GOOD}:{silent.getsockname()[1]}/", all_of(1000))
    assert caught.value.word == "timeout"
    assert time.monotonic() - began < 0.3 + 1.0


def test_certificates_are_looked_for_beside_the_configuration(
    server: Server, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "own.pem").write_bytes(authority.file.read_bytes())
    file = tmp_path / "roses.toml"
    file.write_text(
        f'[crawl]\nuser_agent = "{AGENT}"\nallow_private = ["{GOOD}"]\nca_file = "own.pem"\n'
        f'delay = 0.0\n[[crawl.sources]]\nlabel = "rose"\nseeds = ["{server.url("/")}"]\n',
        encoding="utf-8",
    )
    assert crawl_main([str(file), "--out", str(tmp_path / "out")]) == 0
    assert found(tmp_path / "out")[f"{GOOD}.png"] == "ok"


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_bytes(b"no certificate")
    with pytest.raises(ValueError, match=r"no\.pem holds no certificates in PEM format"):
        CrawlConfig(user_agent=AGENT, ca_file=str(tmp_path / "no.pem"))
    for missing in (tmp_path / "missing.pem", tmp_path):
        with pytest.raises(ValueError, match=f"ca_file {re.escape(str(missing))} cannot be read"):
            CrawlConfig(user_agent=AGENT, ca_file=str(missing))


def test_a_file_that_is_not_there_is_told_before_the_crawl(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--label", "rose", "--user-agent", AGENT, "--out", str(tmp_path / "out")]
    assert crawl_main([server.url("/"), *flags, "--ca-file", "missing.pem"]) == 2
    assert "ca_file missing.pem cannot be read" in capsys.readouterr().err
