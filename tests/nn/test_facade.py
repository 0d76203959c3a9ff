"""The facade of the library answers without NumPy until a name of the library is used."""

import subprocess
import sys

CODE = """
import sys
import nn
nn.TrainConfig(), nn.NNError
assert "numpy" not in sys.modules
nn.Sequential
assert "numpy" in sys.modules
try:
    nn.Sequentiel
except AttributeError as error:
    assert "Sequentiel" in str(error)
else:
    raise AssertionError
"""


def test_numpy_is_imported_when_a_name_first_needs_it() -> None:
    subprocess.run([sys.executable, "-c", CODE], check=True)
