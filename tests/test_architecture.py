"""Imports point down only. The tables below are the architecture; a new edge is a line in them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PACKAGES = ("crawler", "dataset", "nn", "flows")
# A contract includes the errors it raises.
CONTRACT_OF_CRAWL = {
    "crawler.errors",
    "crawler.files",
    "crawler.html",
    "crawler.image",
    "crawler.manifest",
}
CONTRACT_OF_DATASET = {"dataset.augment", "dataset.image", "dataset.store"}

# What a package may import of the others; a file with an entry of its own may import that besides.
MAY_IMPORT: dict[str, set[str]] = {
    "crawler": set(),
    "dataset": CONTRACT_OF_CRAWL,
    "dataset/cli.py": {"crawler.command"},
    "dataset/show.py": {"crawler.command"},
    "dataset/commands.py": {"crawler.command"},
    "nn": set(),
    "nn/stage.py": CONTRACT_OF_DATASET | {"crawler.files"},
    "nn/material.py": CONTRACT_OF_DATASET | {"crawler.files"},
    "nn/folds/stage.py": {"crawler.files", "dataset.store"},
    "nn/files/record.py": {"crawler.files"},
    "nn/predict.py": CONTRACT_OF_DATASET,
    "nn/snapshot.py": CONTRACT_OF_DATASET,
    "nn/evaluate.py": {"crawler.command", "crawler.files", "dataset.errors"},
    "nn/cli.py": {"crawler.command"},
    "nn/predicting/command.py": {
        "crawler.command",
        "crawler.errors",
        "crawler.fetch",
        "dataset.errors",
    },
    "nn/predicting/explained.py": {"crawler.files"},
    "nn/export/command.py": {"crawler.command", "dataset.errors"},
    "nn/export/export.py": {"crawler.files"},
    "nn/train.py": {"crawler.command", "dataset.errors"},
    "nn/reporting/html.py": {"crawler.html"},
    "nn/settings.py": {"crawler.command"},
    "nn/find_rate.py": {"crawler.command", "crawler.files", "dataset.errors"},
    "nn/summary.py": {"crawler.command"},
    "flows": {"crawler", "dataset", "nn", "prefect"},
}

# Modules that only one file may import, a few of them, or none.
ONLY_IN: dict[str, str | tuple[str, ...]] = {
    "requests": "crawler/fetch.py",
    "fcntl": "crawler/files.py",
    "msvcrt": "crawler/files.py",
    "protego": "crawler/permission/robots.py",
    "scrapy": "flows/bench/with_scrapy.py",
    "icrawler": "flows/bench/with_icrawler.py",
    "torch": (
        "flows/bench/dataset/with_torchvision.py",
        "flows/bench/nn/cold_torch.py",
        "flows/bench/nn/torch_layers.py",
        "flows/bench/nn/with_torch.py",
    ),
    "torchvision": "flows/bench/dataset/with_torchvision.py",
    "albumentations": "flows/bench/dataset/with_albumentations.py",
    "cv2": "flows/bench/dataset/with_albumentations.py",
    "imagededup": "flows/bench/dataset/with_imagededup.py",
    "cleanvision": "flows/bench/dataset/with_cleanvision.py",
    "psutil": "flows/bench/memory.py",
    "simplejpeg": "dataset/pictures/strict.py",
    "onnx": "nn/export/graph.py",
    "onnxruntime": ("nn/export/check.py", "flows/bench/nn/with_onnxruntime.py"),
    "pickle": "nowhere",
    "resource": "nowhere",
    "sklearn": "nn/estimator/conventions.py",
}

FILES = [
    path.relative_to(REPOSITORY).as_posix()
    for package in PACKAGES
    for path in sorted((REPOSITORY / package).rglob("*.py"))
]


def imports(file: str) -> Iterator[str]:
    """The dotted names a file imports, wherever in the file, with the names taken from packages."""
    for node in ast.walk(ast.parse((REPOSITORY / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield module
            if module in PACKAGES:  # `from crawler import stage` is an edge to crawler.stage
                yield from (f"{module}.{alias.name}" for alias in node.names)


def allowed(name: str, permitted: set[str]) -> bool:
    return any(name == edge or name.startswith(edge + ".") for edge in permitted)


@pytest.mark.parametrize("file", FILES)
def test_imports_point_down_only(file: str) -> None:
    package = file.split("/", maxsplit=1)[0]
    others = {*PACKAGES, "prefect", "tests"} - {package}
    permitted = MAY_IMPORT[package] | MAY_IMPORT.get(file, set())
    edges = {name for name in imports(file) if name.split(".")[0] in others}
    assert {edge for edge in edges if not allowed(edge, permitted)} == set()


@pytest.mark.parametrize("file", FILES)
def test_a_module_with_one_home_is_imported_only_there(file: str) -> None:
    roots = {name.split(".")[0] for name in imports(file)}
    assert {root for root in roots if not file.startswith(ONLY_IN.get(root, file))} == set()


@pytest.mark.parametrize("file", FILES)
def test_a_file_opens_with_a_sentence_that_says_what_it_holds(file: str) -> None:
    doc = ast.get_docstring(ast.parse((REPOSITORY / file).read_text(encoding="utf-8")))
    assert doc, f"{file} has no docstring"
    assert doc.split("\n\n")[0].rstrip().endswith((".", ":", "?"))


@pytest.mark.parametrize("file", FILES)
def test_no_function_is_longer_than_forty_lines(file: str) -> None:
    functions = [
        node
        for node in ast.walk(ast.parse((REPOSITORY / file).read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    assert {name: lines for name, lines in lengths.items() if lines > 40} == {}


@pytest.mark.parametrize("file", FILES)
def test_randomness_comes_from_a_generator_or_a_hash(file: str) -> None:
    """`np.random.default_rng` and its kin make generators; anything else is global state."""
    tree = ast.parse((REPOSITORY / file).read_text(encoding="utf-8"))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"np.random", "random"}
    }
    assert used <= {"default_rng", "Generator", "Philox", "SeedSequence"}
