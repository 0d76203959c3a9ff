"""Sets suspicious pictures aside, where the config says so: those with a flag that it names."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from dataset.pictures.examine import Examined


def set_aside(examined: Iterable[Examined], names: Collection[str]) -> Iterator[Examined]:
    """What was examined, each picture with one of the flags `names` for the reason of its first.

    Of an official split nothing is set aside.
    """
    for one in examined:
        flags = [] if one.reason or one.item.official else one.flags
        reason = next((flag for flag in flags if flag in names), "")
        detail = "by its threshold in the config, which sets such pictures aside"
        yield replace(one, reason=reason, detail=detail, image=None) if reason else one
