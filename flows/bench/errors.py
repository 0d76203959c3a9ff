"""What a bench raises where it cannot measure."""


class BenchError(Exception):
    """A contender or the server beside it did not work."""
