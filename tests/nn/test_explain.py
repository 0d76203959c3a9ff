"""Where heat lies, on a problem in which one place decides."""

import io
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nn.architecture import Spec
from nn.arrays import Array
from nn.explaining.explain import METHODS
from nn.explaining.gradcam import GradCam, NoPlacesError
from nn.explaining.overlay import overlay
from nn.files.modelfile import ModelFile, Preprocessing
from nn.layers import (
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Residual,
    Tanh,
)
from nn.losses import softmax_cross_entropy
from nn.model import Sequential
from nn.optim import Adam
from nn.predicting.explained import plain
from tests.nn.command import command
from tests.nn.snapshot import CLASSES, make_photos

SIDE = 24
PATCH = slice(3, 9), slice(14, 20)  # rows, columns; what it holds is the class

NETWORKS: dict[str, list[Layer]] = {
    "convolution": [Conv2d(8, 3, padding=1), ReLU(), MaxPool2d(2), Flatten(), Linear(2)],
    "normalised": [
        Conv2d(8, 3, padding=1, bias=False),
        ReLU(),
        BatchNorm(),
        AvgPool2d(3),
        Flatten(),
        Dropout(0.1),
        Linear(8),
        BatchNorm(),
        Tanh(),
        Linear(2),
    ],
    "residual": [
        Conv2d(6, 3, padding=1, stride=2),
        Residual([Conv2d(6, 3, padding=1), ReLU(), Conv2d(6, 3, padding=1)]),
        ReLU(),
        Flatten(),
        Linear(2),
    ],
    "pooling alone": [AvgPool2d(2), Flatten(), Linear(12), Tanh(), Linear(2)],
}


def striped(n: int, seed: int) -> tuple[Array, Array]:
    """Noise, with stripes in the patch: upright in class 0, level in class 1."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n)
    x = rng.normal(0, 0.3, (n, SIDE, SIDE, 3)).astype(np.float32)
    stripes = np.where(np.indices((6, 6)) // 2 % 2, 1.5, -1.5).astype(np.float32)
    x[:, *PATCH] += stripes[1 - labels][..., None]
    return x, labels


def trained(layers: list[Layer]) -> Sequential:
    model = Sequential(*layers)
    model.build((SIDE, SIDE, 3), np.random.default_rng(0))
    optimizer = Adam(np.zeros_like(model.theta))
    for step in range(60):
        x, labels = striped(32, step)
        logits = model.forward(x, step)
        dlogits = np.empty_like(logits)
        softmax_cross_entropy(logits, labels, out=dlogits)
        model.backward(dlogits)
        optimizer.step(model.theta, model.grad, 0.01)
    return model


def share_in_patch(heat: Array) -> float:
    """Of all the heat, how much lies in the patch, or within two pixels of it."""
    rows, columns = (slice(part.start - 2, part.stop + 2) for part in PATCH)
    wide = np.asarray(Image.fromarray(heat.astype(np.float32)).resize((SIDE, SIDE), 2))
    return float(wide[rows, columns].sum() / wide.sum())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", NETWORKS)
def test_the_heat_lies_where_the_class_is_decided(name: str, method: str) -> None:
    model = trained(NETWORKS[name])
    heat = METHODS[method](model)
    x, labels = striped(16, 1000)
    assert (model.logits(x).argmax(axis=1) == labels).mean() > 0.9
    shares = [share_in_patch(heat(*each)) for each in zip(x, labels.tolist(), strict=True)]
    assert np.mean(shares) > 2 * 100 / SIDE**2  # twice what evenly spread heat would have
    assert np.mean(shares) > 0.4


def lived_in(*layers: Layer) -> Sequential:
    """Built in float64 with random weights and running statistics."""
    model, rng = Sequential(*layers), np.random.default_rng(0)
    model.build((7, 6, 3), rng, np.float64)
    for layer in model.layers.values():
        for name, array in layer.running.items():
            array += rng.uniform(0, 0.5 if name == "var" else 1, array.shape)
    return model


def test_grad_cam_has_the_slopes_of_finite_differences() -> None:
    model = lived_in(Conv2d(3, 3), ReLU(), Flatten(), Linear(4), BatchNorm(), Tanh(), Linear(2))
    first, second, *rest = model.layers.values()
    x = np.random.default_rng(1).normal(size=(7, 6, 3))
    found = GradCam(model)(x, 1)
    a = second.forward(first.forward(x[None])).copy()

    def score(values: Array) -> float:
        for layer in rest:
            values = layer.forward(values)
        return float(values[0, 1])

    slope = np.zeros_like(a)
    for place in np.ndindex(a.shape):
        up, down = a.copy(), a.copy()
        up[place] += 1e-6
        down[place] -= 1e-6
        slope[place] = (score(up) - score(down)) / 2e-6
    expected = np.maximum((a * slope)[0].sum(axis=-1), 0)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-9)


def test_before_a_global_average_it_is_the_formula_of_the_first_paper() -> None:
    model = lived_in(Conv2d(3, 3), ReLU(), GlobalAvgPool2d(), Linear(2))
    first, second, _, last = model.layers.values()
    x = np.random.default_rng(1).normal(size=(7, 6, 3))
    found = GradCam(model)(x, 0)
    a = second.forward(first.forward(x[None]))[0]
    places = a.shape[0] * a.shape[1]
    np.testing.assert_allclose(found, np.maximum(a @ last.params["weight"][:, 0], 0) / places)


def test_a_network_without_places_is_told_of() -> None:
    for layers in ([Flatten(), Linear(2)], [GlobalAvgPool2d(), Linear(2)]):
        model = Sequential(*layers)
        model.build((8, 8, 3))
        with pytest.raises(NoPlacesError, match="occlusion explains any"):
            GradCam(model)


def test_without_heat_the_picture_is_as_it_was_and_with_heat_the_hottest_place_is_red() -> None:
    pixels = np.full((100, 100, 3), 90, np.uint8)
    cold = np.asarray(Image.open(io.BytesIO(overlay(pixels, np.zeros((3, 3))))))
    assert cold.shape == (300, 300, 3)
    assert (cold == 90).all()
    heat = np.zeros((3, 3))
    heat[2, 0] = 7
    warm = np.asarray(Image.open(io.BytesIO(overlay(pixels, heat)))).astype(int)
    assert np.unravel_index((warm[..., 0] - warm[..., 2]).argmax(), (300, 300)) > (200, 0)
    assert (warm[:90, 150:] == 90).all()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("photo.jpg", "photo"),
        ("/a/b c/写真 1.png", "写真-1"),
        ("C:\\x\\..\\con:.png", "con"),
        ("https://a.example/?x=/etc/passwd", "a"),
        ("../..", "image"),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_picture_is_called_as_any_system_can_store_it(name: str, expected: str) -> None:
    assert plain(name) == expected


def model_file(folder: Path, *layers: dict[str, Any]) -> Path:
    """A model of random weights for images of 8 pixels."""
    spec: Spec = (*layers, {"layer": "Flatten"}, {"layer": "Linear", "out_features": len(CLASSES)})
    model = Sequential.from_spec(spec)
    model.build((8, 8, 3), np.random.default_rng(0))
    file = ModelFile(
        architecture=spec,
        classes=CLASSES,
        preprocessing=Preprocessing(size=8, stored=10, mean=(0.5,) * 3, std=(0.2,) * 3),
        dataset="ab" * 32,
        metrics={},
        versions={},
        weights=model.state(),
    )
    path = folder / "model.safetensors"
    path.write_bytes(file.encode())
    return path


@pytest.mark.parametrize("by", METHODS)
def test_the_command_writes_a_picture_an_image_the_same_every_time(
    tmp_path: Path, by: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    conv = {"layer": "Conv2d", "out_channels": 4, "kernel_size": 3}
    model, photos = model_file(tmp_path, conv), make_photos(tmp_path / "photos") / "薔薇"
    (photos / "torn.png").write_bytes((photos / "1.png").read_bytes()[:-40])
    plainly = command("predict", model, photos)
    for out in "a", "b":
        words = ("--explain", tmp_path / out, "--explain-by", by)
        assert command("predict", model, photos, *words) == plainly
    names = [path.name for path in sorted((tmp_path / "a").iterdir())]
    assert names == [f"{n + 1:04}-{n}.png" for n in range(16)]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert caplog.messages[0].startswith(str(tmp_path / "a" / "0001-0.png"))


def test_what_cannot_be_explained_is_told_before_anything_is_written(tmp_path: Path) -> None:
    photo = make_photos(tmp_path / "photos") / "bar" / "1.png"
    done = command("predict", model_file(tmp_path), photo, "--explain", tmp_path / "why")
    assert (done.status, done.out) == (1, "")
    assert "occlusion explains any" in done.err
    assert not (tmp_path / "why").exists()
    by = ("--explain-by", "occlusion")
    done = command("predict", model_file(tmp_path), photo, "--explain", tmp_path / "why", *by)
    assert done.status == 0
    assert (tmp_path / "why" / "0001-1.png").is_file()
