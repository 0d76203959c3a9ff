"""Errors raised by the dataset stage.

DatasetError
├── InputError          the inputs hold nothing a dataset can be made of
└── SnapshotError       dataset.json, or a file it names, is missing, torn or changed
"""


class DatasetError(Exception):
    """Base of everything this package raises on purpose."""


class InputError(DatasetError):
    """A manifest, folder or archive of arrays cannot become a dataset."""


class SnapshotError(DatasetError):
    """A snapshot on disk is not what its dataset.json says."""
