"""What is wrong with an export."""

from nn.errors import NNError


class ExportError(NNError):
    """A model cannot be exported, or what was made of it does not compute the same."""
