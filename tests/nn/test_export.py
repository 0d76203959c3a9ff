"""Models as ONNX: every layer and preset computes the same in two runtimes that are not ours."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx.reference import ReferenceEvaluator

import nn
from nn.architecture import LAYERS, Spec, expand, presets
from nn.arrays import Array, Shape
from nn.errors import ArchitectureError
from nn.export import export as module
from nn.export.convert import converted
from nn.export.graph import Graph
from nn.export.images import drawn
from nn.export.layers import chained
from nn.files.modelfile import ModelFile, Preprocessing, read_model
from nn.model import Sequential
from nn.predict import Classifier
from tests.nn.command import command
from tests.nn.reference import channels_first
from tests.nn.snapshot import make_config, make_snapshot
from tests.nn.test_folding import lived_in
from tests.nn.test_layer_lists import EVERY_LAYER

Runtime = Callable[[bytes, str, Array], dict[str, Array]]


def in_onnxruntime(body: bytes, name: str, x: Array) -> dict[str, Array]:
    session = onnxruntime.InferenceSession(body, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {name: x}), strict=True))


def in_reference(body: bytes, name: str, x: Array) -> dict[str, Array]:
    model = onnx.load_from_string(body)
    names = [output.name for output in model.graph.output]
    found: Any = ReferenceEvaluator(model).run(names, {name: x})
    return dict(zip(names, found, strict=True))


RUNTIMES: list[Runtime] = [in_onnxruntime, in_reference]


def assert_exported(model: Sequential, x: Array) -> None:
    """Compare with both runtimes what the layers of a built model make of x (N, ...)."""
    expected = model.forward(x)
    graph = Graph()
    graph.node("Identity", chained(graph, model.layers.values(), "x"), output="y")
    shapes = [channels_first(a).shape[1:] if a.ndim == 4 else a.shape[1:] for a in (x, expected)]
    body = graph.encode({"x": shapes[0]}, {"y": shapes[1]}, {})
    given = channels_first(x) if x.ndim == 4 else x
    if expected.ndim == 4:
        expected = channels_first(expected)
    for run in RUNTIMES:
        np.testing.assert_allclose(run(body, "x", given)["y"], expected, rtol=1e-4, atol=1e-5)


BATCH = 6  # and as many channels: ONNX's reference damps only so many channels as there are images
VECTORS = {"Linear"}
ARGUMENTS: dict[str, list[dict[str, Any]]] = {
    "ELU": [{}, {"alpha": 0.3}],
    "GELU": [{}],
    "AvgPool2d": [
        {"kernel_size": 2},
        {"kernel_size": 3, "stride": 2, "padding": 1},
        {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False, "ceil": True},
        {"kernel_size": [2, 3], "stride": [3, 1], "padding": [0, 1, 1, 1], "ceil": True},
        {"kernel_size": 2, "dilation": 2},
    ],
    "BatchNorm": [{}, {"eps": 0.1}],
    "Conv2d": [
        {"out_channels": 4, "kernel_size": 3},
        {"out_channels": 6, "kernel_size": [1, 3], "padding": [0, 2, 1, 0], "stride": [2, 1]},
        {"out_channels": 6, "kernel_size": 3, "groups": 3, "dilation": 2, "padding": 2},
        {"out_channels": 6, "kernel_size": 2, "groups": 6, "bias": False},
    ],
    "Dropout": [{"p": 0.5}],
    "Flatten": [{}],
    "GlobalAvgPool2d": [{}],
    "GlobalMaxPool2d": [{}],
    "LeakyReLU": [{}, {"negative_slope": 0.3}],
    "Linear": [{"out_features": 3}, {"out_features": 3, "bias": False}],
    "LocalResponseNorm": [
        {"size": 5},
        {"size": 3, "alpha": 0.5, "beta": 0.5, "k": 2.0},
        {"size": 4, "alpha": 0.5},
        {"size": 2, "alpha": 0.5, "beta": 1.0, "k": 0.5},
    ],
    "MaxPool2d": [
        {"kernel_size": 2},
        {"kernel_size": 3, "stride": 2, "padding": 1, "ceil": True},
        {"kernel_size": 2, "stride": 3, "ceil": True},
        {"kernel_size": [2, 3], "dilation": [2, 1], "stride": 1, "padding": [1, 0]},
    ],
    "Pad2d": [
        {"padding": 1},
        {"padding": [2, 1], "mode": "reflect"},
        {"padding": [0, 1, 2, 3], "mode": "replicate"},
    ],
    "ReLU": [{}],
    "Residual": [
        {"layers": []},
        {
            "layers": [{"layer": "Conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1}],
            "shortcut": [{"layer": "Conv2d", "out_channels": 4, "kernel_size": 1}],
        },
    ],
    "Sigmoid": [{}],
    "Softplus": [{}],
    "Tanh": [{}],
}


def test_every_layer_that_a_list_can_name_is_tried() -> None:
    assert ARGUMENTS.keys() == LAYERS.keys()


@pytest.mark.parametrize(
    ("name", "arguments"), [(name, each) for name in ARGUMENTS for each in ARGUMENTS[name]]
)
def test_every_layer_is_exported(name: str, arguments: dict[str, Any]) -> None:
    shape: Shape = (5,) if name in VECTORS else (7, 8, 6)
    model = lived_in(Sequential.from_spec(({"layer": name, **arguments},)), shape)
    for array in model.state().values():
        array += np.linspace(0.1, 0.4, array.size, dtype=array.dtype).reshape(array.shape)
    x = np.random.default_rng(2).normal(0, 2, (BATCH, *shape)).astype(np.float32)
    assert_exported(model, x)


@pytest.mark.parametrize("name", ["BatchNorm", "Dropout", "Flatten", "GELU", "Tanh"])
def test_a_layer_of_any_shape_is_exported_for_vectors(name: str) -> None:
    model = lived_in(Sequential.from_spec(({"layer": name},)), (9,))
    assert_exported(model, np.random.default_rng(2).normal(size=(4, 9)).astype(np.float32))


PAIRS = st.lists(st.integers(1, 3), min_size=2, max_size=2)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    name=st.sampled_from(["MaxPool2d", "AvgPool2d", "Conv2d"]),
    kernel=PAIRS,
    stride=PAIRS,
    dilation=PAIRS,
    padding=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    ceil=st.booleans(),
    size=st.tuples(st.integers(4, 9), st.integers(4, 9)),
)
def test_windows_of_any_shape_are_exported(
    *,
    name: str,
    kernel: list[int],
    stride: list[int],
    dilation: list[int],
    padding: list[int],
    ceil: bool,
    size: tuple[int, int],
) -> None:
    more: dict[str, Any] = {"out_channels": 4} if name == "Conv2d" else {"ceil": ceil}
    table = {"kernel_size": kernel, "stride": stride, "dilation": dilation, "padding": padding}
    model = Sequential.from_spec(({"layer": name, **table, **more},))
    try:
        lived_in(model, (*size, 2))
    except ArchitectureError:  # a window that does not fit, or sees padding alone
        return
    x = np.random.default_rng(3).normal(size=(2, *size, 2)).astype(np.float32)
    assert_exported(model, x)


def model_of(spec: Spec, classes: int, size: int) -> ModelFile:
    """A model file with random weights and a life behind it."""
    model = lived_in(Sequential.from_spec(spec), (size, size, 3))
    return ModelFile(
        architecture=spec,
        classes=tuple(f"薔薇 {number}" for number in range(classes)),
        preprocessing=Preprocessing(
            size=size, stored=size + 4, mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.0)
        ),
        dataset="cd" * 32,
        metrics={},
        versions={},
        temperature=1.7,
        weights=model.state(),
    )


def assert_same_answers(file: ModelFile) -> None:
    classifier = Classifier(file)
    (images,) = drawn(file.preprocessing.stored)
    images = images[:8]
    model = Sequential.from_spec(file.architecture)
    model.build((file.preprocessing.size,) * 2 + (3,))
    model.load_state(file.weights)
    body = converted(file, model, {})
    pixels = channels_first(classifier.seen(images).astype(np.float32))
    for run in RUNTIMES:
        found = run(body, "pixels", pixels)
        np.testing.assert_allclose(found["logits"], classifier.logits(images), rtol=0, atol=1e-4)
        expected = classifier.probabilities(images)
        np.testing.assert_allclose(found["probabilities"], expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_exported(name: str) -> None:
    assert_same_answers(model_of(expand(name, classes=5), 5, 32))


def test_a_list_of_every_layer_is_exported(tmp_path: Path) -> None:
    path = tmp_path / "every.toml"
    path.write_text(EVERY_LAYER, encoding="utf-8")
    assert_same_answers(model_of(expand(str(path), classes=3), 3, 16))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A model file and the dataset.json it learned from."""
    folder = tmp_path_factory.mktemp("学習")
    dataset = make_snapshot(folder)
    return nn.run(make_config(folder, epochs=3), dataset, folder / "model"), dataset


def facts_of(path: Path) -> dict[str, str]:
    return {prop.key: prop.value for prop in onnx.load(path).metadata_props}


def test_the_command_writes_a_file_that_explains_itself(
    trained: tuple[Path, Path], tmp_path: Path
) -> None:
    model, dataset = trained
    out = tmp_path / "new" / "薔薇.onnx"
    done = command("export", model, "--onnx", out, "--check", dataset)
    assert (done.status, done.out) == (0, f"{out}\n")
    facts, file = facts_of(out), read_model(model)
    assert json.loads(facts["classes"]) == list(file.classes)
    assert json.loads(facts["mean"]) == list(file.preprocessing.mean)
    assert json.loads(facts["std"]) == list(file.preprocessing.std)
    assert (facts["size"], facts["stored"], facts["dataset"]) == ("8", "10", file.dataset)
    assert facts["compared_on"] == f"48 images of dataset {file.dataset}"
    assert 0 <= float(facts["largest_difference"]) < 1e-4
    assert "values 0 to 255" in facts["description"]
    assert list(tmp_path.iterdir()) == [tmp_path / "new"]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["薔薇.onnx"]


def test_without_a_snapshot_it_is_compared_on_drawn_images_and_the_same_every_time(
    trained: tuple[Path, Path], tmp_path: Path
) -> None:
    bodies = []
    for name in "a.onnx", "b.onnx":
        assert command("export", trained[0], "--onnx", tmp_path / name).status == 0
        assert facts_of(tmp_path / name)["compared_on"] == "64 drawn images"
        bodies.append((tmp_path / name).read_bytes())
    assert bodies[0] == bodies[1]


def test_what_computes_otherwise_is_refused_and_leaves_the_old_file(
    trained: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(file: ModelFile, model: Sequential, checked: dict[str, str]) -> bytes:
        p = file.preprocessing
        return converted(replace(file, preprocessing=replace(p, mean=(0, 0, 0))), model, checked)

    monkeypatch.setattr(module, "converted", wrong)
    out = tmp_path / "old.onnx"
    out.write_bytes(b"old")
    done = command("export", trained[0], "--onnx", out)
    assert (done.status, done.out) == (1, "")
    assert "more than 0.0001; nothing is written" in done.err
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_a_missing_extra_is_told_of(
    trained: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "nn.export.export", "nn.export.check":
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # as if it were not there
    done = command("export", trained[0], "--onnx", tmp_path / "x.onnx")
    assert done.status == 1
    assert 'pip install "deeprunning[onnx]"' in done.err


@pytest.mark.parametrize(
    ("words", "expected", "sentence"),
    [
        (["MODEL"], 2, "--onnx"),
        (["MODEL", "--onnx", "FOLDER"], 2, "must name a file of its own"),
        (["MODEL", "--onnx", "MODEL"], 2, "must name a file of its own"),
        (["none.safetensors", "--onnx", "x.onnx"], 2, "no such file or folder"),
        (["MODEL", "--onnx", "x.onnx", "--check", "none.json"], 2, "no such file or folder"),
        (["MODEL", "--onnx", "x.onnx", "--check", "FOLDER"], 2, "name its dataset.json"),
        (["DATASET", "--onnx", "x.onnx"], 1, "is no file of deeprunning"),
    ],
)
def test_wrong_input_is_answered_in_one_sentence(
    trained: tuple[Path, Path], tmp_path: Path, words: list[str], expected: int, sentence: str
) -> None:
    known = {"MODEL": str(trained[0]), "DATASET": str(trained[1]), "FOLDER": str(tmp_path)}
    done = command("export", *(known.get(word, word) for word in words))
    assert (done.status, done.out) == (expected, "")
    assert sentence in done.err
    assert "Traceback" not in done.err
