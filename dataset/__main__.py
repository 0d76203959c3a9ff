"""`python -m dataset` is `deeprunning dataset`."""

import sys

from dataset.cli import dataset_main

sys.exit(dataset_main(prog="python -m dataset"))
