"""Log lines of the stages, sent both to Prefect and, with the time of day, to stderr."""

import logging
import sys

PACKAGES = ("crawler", "dataset", "nn", "flows")


def follow() -> None:
    """Let the stages' lines through, once a process.

    Prefect adds its handler to these loggers (PREFECT_LOGGING_EXTRA_LOGGERS) but leaves their
    level unset, and the root logger would stop everything below WARNING.
    """
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
    terminal.name = "deeprunning"
    for package in PACKAGES:
        logger = logging.getLogger(package)
        logger.setLevel(logging.INFO)
        if all(handler.name != terminal.name for handler in logger.handlers):
            logger.addHandler(terminal)
