"""The name of this computer's time zone, for schedules that mean the night of the people here."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LOCALTIME = Path("/etc/localtime")  # on Linux and macOS a link into the time zone database


def local_timezone(localtime: Path = LOCALTIME) -> str:
    """Its name in the IANA database by TZ or the system's link, or UTC where neither says."""
    linked = str(localtime.resolve()).partition("zoneinfo/")[2]
    for name in os.environ.get("TZ", ""), linked:
        if _known(name):
            return name
    return "UTC"


def _known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
