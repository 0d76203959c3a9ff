"""python -m nn COMMAND: the commands of the network package."""

import sys

from nn.cli import main

sys.exit(main())
