"""What a study raises where it cannot be made."""


class StudyError(Exception):
    """A snapshot, a folder or a table is not one that a study can go on with."""
