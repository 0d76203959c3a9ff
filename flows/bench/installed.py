"""Which version of a program is installed, and the command that brings those that are missing."""

from importlib.metadata import PackageNotFoundError, version

INSTALL = "pip install 'deeprunning[bench]'"


def version_of(distribution: str) -> str | None:
    """The installed version of a distribution, or None."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
