"""The environment variables of Prefect, which must stand before its first import.

Knows the names and values; starts nothing and does not import Prefect.
"""

from collections.abc import Mapping
from pathlib import Path

from flows.logs import PACKAGES

LOOPBACK = ("127.0.0.1", "localhost")


def shared(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that hold for any server: none temporary, no telemetry, a quiet terminal.

    The temporary server would lose history; a proxy for loopback would hide our own server. Log
    lines of the stages go to the server, and Prefect's own errors are told by us in one sentence.
    """
    no_proxy = _appended(environ.get("NO_PROXY") or environ.get("no_proxy", ""))
    return {
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        "PREFECT_LOGGING_LEVEL": environ.get("PREFECT_LOGGING_LEVEL", "WARNING"),
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_EXTRA_LOGGERS": ",".join(PACKAGES),
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",  # lines from threads of a stage
    }


def dedicated(home: Path, port: int) -> dict[str, str]:
    """The variables of a server of our own, for itself and for its clients."""
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"{address(port)}/api",
        "PREFECT_SERVER_UI_API_URL": f"{address(port)}/api",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    }


def address(port: int) -> str:
    """Where the server's pages are."""
    return f"http://127.0.0.1:{port}"


def _appended(hosts: str) -> str:
    """A list of hosts that no proxy stands for, loopback among them; the others stay."""
    known = [host.strip() for host in hosts.split(",") if host.strip()]
    return ",".join([*known, *(host for host in LOOPBACK if host not in known)])
