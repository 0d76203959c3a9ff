"""A schedule means the clock on the wall here."""

from pathlib import Path

import pytest

from flows.timezone import local_timezone


def test_the_variable_wins_over_the_link_of_the_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Asia/Tokyo")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert local_timezone(link) == "Europe/Berlin"
    monkeypatch.delenv("TZ")
    assert local_timezone(link) == "Asia/Tokyo"


def test_a_zone_that_nobody_knows_is_utc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TZ", "Middle/Earth")
    assert local_timezone(tmp_path / "nothing") == "UTC"
