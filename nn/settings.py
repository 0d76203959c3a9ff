"""The [train] table of a configuration file, checked before anything is done with it."""

from pathlib import Path
from typing import Any

from crawler.command import UsageError, make_config, table_of
from nn.config import TrainConfig
from nn.errors import ArchitectureError


def read_settings(path: Path) -> dict[str, Any]:
    """The table [train] of a configuration file; a file of layers is looked for beside it.

    Raises UsageError naming the file, and the value or key that is wrong with the nearest right
    one.
    """
    table = table_of(path, "train")
    model = table.get("model")
    if isinstance(model, str) and model.endswith(".toml"):
        table["model"] = str(path.parent / model)
    from nn.architecture import expand  # late: help answers without NumPy
    from nn.model import Sequential

    try:
        config = make_config(TrainConfig, table)
        Sequential.from_spec(expand(config.model, classes=2, width=config.width))
    except (UsageError, ArchitectureError) as error:
        raise UsageError(f"{path}: {error}") from error
    return table
