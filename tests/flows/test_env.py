"""Prefect's environment: no temporary server, no telemetry, no proxy before loopback."""

from pathlib import Path

from flows import env


def test_loopback_is_appended_to_the_hosts_without_a_proxy() -> None:
    for name in "NO_PROXY", "no_proxy":
        found = env.shared({name: "intranet.example, 127.0.0.1"})
        assert found["NO_PROXY"] == found["no_proxy"] == "intranet.example,127.0.0.1,localhost"


def test_there_is_neither_a_temporary_server_nor_telemetry() -> None:
    found = env.shared({})
    assert found["PREFECT_SERVER_EPHEMERAL_ENABLED"] == "false"
    assert found["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert found["DO_NOT_TRACK"] == "1"


def test_a_log_level_that_the_user_set_stays() -> None:
    assert env.shared({"PREFECT_LOGGING_LEVEL": "DEBUG"})["PREFECT_LOGGING_LEVEL"] == "DEBUG"
    assert env.shared({})["PREFECT_LOGGING_LEVEL"] == "WARNING"


def test_the_pages_call_the_port_they_come_from() -> None:
    found = env.dedicated(Path("home"), 4711)
    assert found["PREFECT_API_URL"] == "http://127.0.0.1:4711/api"
    assert found["PREFECT_SERVER_UI_API_URL"] == "http://127.0.0.1:4711/api"
    assert found["PREFECT_HOME"] == "home"
