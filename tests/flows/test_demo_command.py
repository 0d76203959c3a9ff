"""`deeprunning demo`: where its site lives, and what it does when all is done."""

import os
from pathlib import Path

import pytest

from crawler.command import UsageError
from flows.config import read_plan
from flows.demo import cli
from flows.demo.home import EXAMPLE, PORT, return_to, settle
from flows.demo.server import Server
from flows.demo.site import Answer


def empty(target: str) -> Answer:
    return Answer(b"", "text/html")


def write_results(model: Path) -> None:
    model.mkdir()
    for name in ("model.safetensors", "metrics.json"):
        (model / name).touch()


def port_in(file: Path) -> int:
    (source,) = read_plan(file).sources
    return int(source.seeds[0].rpartition(":")[2].strip("/"))


def test_the_example_is_a_valid_configuration_at_the_usual_port() -> None:
    assert port_in(EXAMPLE) == PORT


def test_where_the_usual_port_is_taken_another_is_found_and_written_down(tmp_path: Path) -> None:
    file = tmp_path / "demo.toml"
    with settle(tmp_path / "first.toml", empty), settle(file, empty) as second:
        assert port_in(file) == second.server_port != PORT


def test_the_site_comes_back_to_the_port_in_its_configuration(tmp_path: Path) -> None:
    file = tmp_path / "demo.toml"
    with settle(tmp_path / "first.toml", empty), settle(file, empty) as second:
        port = second.server_port
    with return_to(file, read_plan(file), empty) as again:
        assert again.server_port == port


def test_a_port_that_is_taken_since_is_told_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with settle(tmp_path / "demo.toml", empty) as server:
        assert cli.main(["--out", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"port, {server.server_port}, is taken" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1", "127.0.0.1:0"])
def test_another_site_in_the_configuration_is_refused(host: str, tmp_path: Path) -> None:
    file = tmp_path / "demo.toml"
    text = EXAMPLE.read_text(encoding="utf-8")
    file.write_text(text.replace(f"127.0.0.1:{PORT}", host), encoding="utf-8")
    with pytest.raises(UsageError, match="deeprunning run"):
        return_to(file, read_plan(file), empty)


def test_a_report_newer_than_its_configuration_means_that_all_is_done(tmp_path: Path) -> None:
    config, report = tmp_path / "demo.toml", tmp_path / "report.html"
    write_results(tmp_path / "model")
    config.touch()
    assert not cli._done(tmp_path)
    report.touch()
    os.utime(config, (1000, 1000))
    assert cli._done(tmp_path)
    os.utime(report, (999, 999))
    assert not cli._done(tmp_path)


@pytest.mark.parametrize("gone", ["model.safetensors", "metrics.json"])
def test_without_the_model_or_its_scores_not_all_is_done(gone: str, tmp_path: Path) -> None:
    (tmp_path / "demo.toml").touch()
    os.utime(tmp_path / "demo.toml", (1000, 1000))
    (tmp_path / "report.html").touch()
    write_results(tmp_path / "model")
    assert cli._done(tmp_path)
    (tmp_path / "model" / gone).unlink()
    assert not cli._done(tmp_path)


def test_two_servers_never_share_a_port() -> None:
    with Server(0, empty) as server, pytest.raises(OSError):
        Server(server.server_port, empty)
