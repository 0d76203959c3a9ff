"""Where the real data is: beside the repository, unpacked once for all tests that read it."""

import tarfile
from pathlib import Path

import pytest

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to work in whose path has Japanese letters and a space."""
    if not DATA.is_dir():
        pytest.skip("no real data: it is expected in shared/data beside the repository")
    return tmp_path_factory.mktemp("実データ の 試験")


def unpacked(name: str, folder: Path) -> Path:
    with tarfile.open(DATA / f"{name}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / name


@pytest.fixture(scope="session")
def caltech12(workshop: Path) -> Path:
    """2,099 photos in a folder for each of 12 classes."""
    return unpacked("caltech12", workshop)


@pytest.fixture(scope="session")
def scipy_lectures(workshop: Path) -> Path:
    """A static web site."""
    return unpacked("site-scipy-lectures", workshop)


@pytest.fixture(scope="session")
def fuzz(workshop: Path) -> Path:
    """Hostile and odd files of many kinds."""
    return unpacked("fuzz", workshop)


@pytest.fixture(scope="session")
def fashion_mnist(workshop: Path) -> Path:
    """The path of arrays x_train, y_train, x_test, y_test."""
    return DATA / "fashion_mnist.npz"
