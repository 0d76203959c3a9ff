"""Who is measured: what must be installed for it, its module, and the jobs it has a way for."""

from typing import NamedTuple

from flows.bench.installed import version_of


class Program(NamedTuple):
    """A library; its module has a function for each of its kinds of jobs, which gives its ways."""

    name: str
    distribution: str
    module: str
    kinds: tuple[str, ...]

    @property
    def version(self) -> str | None:
        """The installed version, or None."""
        return version_of(self.distribution)


HERE = "flows.bench.dataset"

OURS = Program(
    *("deeprunning", "deeprunning", f"{HERE}.with_deeprunning"),
    ("augment", "more", "store", "files", "audit"),
)
PROGRAMS = (
    OURS,
    Program("Pillow + NumPy", "pillow", f"{HERE}.with_pillow", ("augment", "store", "files")),
    Program(
        "torchvision", "torchvision", f"{HERE}.with_torchvision", ("augment", "store", "files")
    ),
    Program(
        *("albumentations", "albumentations", f"{HERE}.with_albumentations"),
        ("augment", "store", "files"),
    ),
    Program("imagededup", "imagededup", f"{HERE}.with_imagededup", ("audit",)),
    Program("cleanvision", "cleanvision", f"{HERE}.with_cleanvision", ("audit",)),
)
