"""The page of a review over HTTP on loopback, with a client that is no browser."""

import http.client
import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset import DatasetConfig, run
from dataset.cleaning.decisions import Decision
from dataset.review.server import MAX_BODY, Desk, ReviewServer, read_message
from tests.dataset.pictures import folder_of

JSON = {"Content-Type": "application/json"}
SAVED: list[Decision] = []


def decide(decisions: object) -> None:
    assert isinstance(decisions, list)
    if any(one.label == "full" for one in decisions):
        raise OSError(28, "No space left on device")
    SAVED.extend(decisions)


@pytest.fixture
def server() -> Iterator[ReviewServer]:
    SAVED.clear()
    desk = Desk(
        page=lambda: "<title>頁</title>",
        script="let x",
        image=lambda name: b"jpeg of " + name.encode() if name == "a" else None,
        samples={"a", "b"},
        decide=decide,
    )
    with ReviewServer(desk) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(
    server: ReviewServer,
    method: str,
    name: str,
    body: bytes | str | None = None,
    *,
    token: str | None = None,
    **headers: str,
) -> tuple[int, bytes, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    path = f"/{server.desk.token if token is None else token}/{name}"
    said = {key.replace("_", "-"): value for key, value in headers.items()}
    connection.request(method, path, body, said)
    answer = connection.getresponse()
    read = answer.status, answer.read(), answer.headers
    connection.close()
    return read


def row(sha256: str, decision: str, label: str = "") -> dict[str, str]:
    return {"sha256": sha256, "decision": decision, "label": label}


def test_page_script_and_images_are_served_and_kept_to_themselves(server: ReviewServer) -> None:
    status, body, headers = ask(server, "GET", "")
    assert (status, body.decode()) == (200, "<title>頁</title>")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert ask(server, "GET", "review.js")[1] == b"let x"
    assert ask(server, "GET", "a.img")[1] == b"jpeg of a"
    assert ask(server, "GET", "b.img")[0] == 404
    assert ask(server, "GET", "../../etc/passwd")[0] == 404


def test_a_decision_is_saved_with_its_time(server: ReviewServer) -> None:
    sent = [row("a", "wrong"), row("b", "label", "  cafe\u0301  noir ")]
    assert ask(server, "POST", "decide", json.dumps(sent), **JSON)[:2] == (200, b"saved")
    assert [(one.sha256, one.decision, one.label) for one in SAVED] == [
        ("a", "wrong", ""),
        ("b", "label", "caf\u00e9 noir"),
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", one.when) for one in SAVED)


WRONG = json.dumps([row("a", "wrong")])


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        ("guess", JSON, 404),
        ("", JSON, 404),
        ("é", JSON, 404),
        (None, JSON | {"Host": "evil.example"}, 404),
        (None, JSON | {"Host": "evil.example:80"}, 404),
        (None, JSON | {"Origin": "http://evil.example"}, 403),
        (None, JSON | {"Origin": "null"}, 403),
        (None, {"Content-Type": "text/plain"}, 403),
        (None, {"Content-Type": "application/x-www-form-urlencoded"}, 403),
        (None, {}, 403),
    ],
)
def test_nobody_else_may_decide(
    server: ReviewServer, token: str | None, headers: dict[str, str], status: int
) -> None:
    if token:
        token = token.encode().decode("latin-1") if token.isascii() else "%C3%A9"
    assert ask(server, "POST", "decide", WRONG, token=token, **headers)[0] == status
    assert SAVED == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_page_itself_may_decide_under_both_names(server: ReviewServer, host: str) -> None:
    own = f"{host}:{server.server_port}"
    headers = JSON | {"Host": own, "Origin": f"http://{own}"}
    assert ask(server, "POST", "decide", WRONG, **headers)[0] == 200


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ("", 413, "nothing"),
        ("{}", 200, "saved"),
        ("[1]", 400, "no list of decisions"),
        ("[", 400, "no list of decisions"),
        (b"\xff\xfe", 400, "no list of decisions"),
        ("[" * 100_000, 400, "no list of decisions"),
        (json.dumps([row("z", "wrong")]), 400, "no such sample"),
        (json.dumps([row("a", "wrong", label=None)]), 400, "no such sample"),  # type: ignore[arg-type]
        (json.dumps([row("a", "delete")]), 400, "a decision is"),
        (json.dumps([row("a", "label")]), 400, "has the label ''"),
        (json.dumps([row("a", "keep", "full")]), 507, "No space left on device"),
        (json.dumps([row("b", "wrong"), row("z", "wrong")]), 400, "no such sample"),
    ],
)
def test_what_cannot_be_saved_is_told_and_nothing_of_it_is_saved(
    server: ReviewServer, body: str | bytes, status: int, message: str
) -> None:
    answered, sentence, _ = ask(server, "POST", "decide", body, **JSON)
    assert answered == status
    assert message in sentence.decode()
    assert SAVED == []


@pytest.mark.parametrize("length", [str(MAX_BODY + 1), "9" * 30, "-1", "x"])
def test_a_body_without_measure_is_not_read(server: ReviewServer, length: str) -> None:
    assert ask(server, "POST", "decide", b"[]", **(JSON | {"Content_Length": length}))[0] == 413


def test_no_other_method_is_answered(server: ReviewServer) -> None:
    assert ask(server, "OPTIONS", "decide", Origin="http://evil.example")[0] == 501
    assert ask(server, "PUT", "decide", WRONG, **JSON)[0] == 501


def test_each_server_has_a_token_of_its_own(server: ReviewServer) -> None:
    desk = server.desk
    other = Desk(page=desk.page, script="", image=desk.image, samples=(), decide=desk.decide)
    assert len(other.token) > 20
    assert other.token != desk.token


def test_a_message_may_hold_nothing() -> None:
    assert read_message(b"[]", {"a"}) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent to a whole group there")
def test_a_decision_sent_to_the_command_is_on_disk_and_obeyed(tmp_path: Path) -> None:
    photos = folder_of(tmp_path / "写真", {"rose": range(4), "薔薇": range(10, 15)})
    out, config = tmp_path / "o", DatasetConfig(size=8)
    run(config, [photos], out)
    with subprocess.Popen(
        (sys.executable, "-m", "flows", "review", str(out)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as command:
        try:
            assert command.stderr is not None
            found = re.search(r"127\.0\.0\.1:(\d+)(/\S+/)", command.stderr.readline())
            assert found
            connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=30)
            connection.request("GET", found[2])
            page = connection.getresponse().read().decode()
            sample = re.findall(r'data-id="([0-9a-f]{64})"', page)[0]
            body = json.dumps([row(sample, "wrong")])
            connection.request("POST", f"{found[2]}decide", body, JSON)
            assert connection.getresponse().read() == b"saved"
            assert f"{sample},wrong,,".encode() in (out / "decisions.csv").read_bytes()
            command.send_signal(signal.SIGINT)
            stdout, _ = command.communicate(timeout=30)
        finally:
            command.kill()
    assert (command.returncode, stdout) == (0, f"{out / 'decisions.csv'}\n")
    run(config, [photos], out)
    quarantine = (out / "quarantine.csv").read_text(encoding="utf-8")
    assert f"decided,a person found it wrong,,{sample}" in quarantine
