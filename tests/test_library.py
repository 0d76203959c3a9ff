"""The README's library example, run as a notebook in a folder of its own."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from flows.demo.server import Server, serving
from flows.demo.site import Site

README = Path(__file__).parents[1] / "README.md"


def example(address: str) -> str:
    """The Python of the README, with the site of the demo for the web, and one epoch."""
    code: str
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    for shown, here in {
        "https://example.org/roses/": f"{address}gallery/薔薇/",
        "https://example.org/tulips/": f"{address}gallery/fish/",
        '@example.org)"': '@example.org)", delay=0.0, allow_private=("127.0.0.1",)',
        "epochs=40": "epochs=1",
        '["photo.jpg"]': "sorted(map(str, Path().rglob('*.webp')))[:1]",
    }.items():
        assert shown in code
        code = code.replace(shown, here)
    return code


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the notebook's own machinery
def test_the_example_of_the_readme_works_in_a_notebook(tmp_path: Path) -> None:
    with serving(Server(0, Site(photos=24).answer)) as address:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(example(address))])
        NotebookClient(
            notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}
        ).execute()
    (output,) = [cell.text for cell in notebook.cells[0].outputs if cell.get("name") == "stdout"]
    path, label, probability = output.split()
    assert Path(path).suffix == ".webp"
    assert label in {"薔薇", "tulip"}
    assert 0.5 <= float(probability) <= 1
    assert (tmp_path / "flowers" / "model" / "model.safetensors").is_file()
