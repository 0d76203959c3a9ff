"""Where the demo's site lives: at the address in demo.toml, chosen once and kept.

The manifest is full of that address, so that a run can only be resumed at the same port.
"""

import errno
import re
from collections.abc import Callable
from pathlib import Path

from crawler.command import UsageError
from crawler.files import replacing
from flows.config import Plan
from flows.demo.server import HOST, Server
from flows.demo.site import Answer

EXAMPLE = Path(__file__).with_name("demo.toml")
PORT = 8437  # as in the example
AT_HOME = re.compile(rf"http://{re.escape(HOST)}:([0-9]{{1,5}})(?:/|$)")


def settle(file: Path, site: Callable[[str], Answer]) -> Server:
    """Open a port, the usual one if it is free, and write demo.toml with it into `file`."""
    try:
        server = Server(PORT, site)
    except OSError:
        server = Server(0, site)
    text = EXAMPLE.read_text(encoding="utf-8")
    with replacing(file) as part:
        part.write_text(text.replace(f":{PORT}/", f":{server.server_port}/"), encoding="utf-8")
    return server


def return_to(file: Path, plan: Plan, site: Callable[[str], Answer]) -> Server:
    """Open the port that the plan read from `file` names.

    Raises UsageError where it names none, OSError where another program has taken it.
    """
    seed = next((seed for source in plan.sources for seed in source.seeds), "")
    found = AT_HOME.match(seed)
    port = int(found[1]) if found else 0
    if not port:  # that it is no larger than a port can be, the configuration has seen to
        raise UsageError(
            f"{file}: the first seed must be the demo's site, http://{HOST}:{PORT}/, got {seed!r}; "
            "other sites are for `deeprunning run`"
        )
    try:
        return Server(port, site)
    except OSError as error:
        raise OSError(
            errno.EADDRINUSE,
            f"the site's port, {port}, is taken by another program; end that program or choose "
            "another --out",
            str(file),
        ) from error
