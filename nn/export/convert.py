"""A classifier as the bytes of an ONNX model, which takes pixels and needs no other program."""

import json

import numpy as np

from nn.export.graph import Graph
from nn.export.layers import chained
from nn.files.modelfile import ModelFile, Preprocessing
from nn.model import Sequential

INPUT = "pixels"
SCORES = "logits"
SHARES = "probabilities"

READ_ME = (
    "pixels: float32 (N, 3, {size}, {size}), channels red, green, blue, values 0 to 255; "
    "an image is made a square ({crop}), resized to {stored} x {stored} and cut to the middle "
    "{size} x {size}. They are normalised inside the graph: (pixels / 255 - mean) / std. "
    "logits, probabilities: float32 (N, {classes}), in the order of classes; "
    "probabilities are the softmax of logits / temperature."
)


def converted(file: ModelFile, model: Sequential, checked: dict[str, str]) -> bytes:
    """The ONNX model of a built network; `checked` goes into its metadata beside what it is."""
    graph = Graph()
    x = _normalized(graph, file.preprocessing)
    scores = chained(graph, model.layers.values(), x)
    graph.node("Identity", scores, output=SCORES)
    divisor = graph.constant(np.array(file.temperature))
    graph.node("Softmax", graph.node("Div", SCORES, divisor), output=SHARES, axis=-1)
    size, classes = file.preprocessing.size, len(file.classes)
    return graph.encode(
        {INPUT: (3, size, size)}, {SCORES: (classes,), SHARES: (classes,)}, _facts(file) | checked
    )


def _normalized(graph: Graph, p: Preprocessing) -> str:
    """(pixels / 255 - mean) / std as one product and one sum; without spread only centred."""
    std = np.where(np.array(p.std) > 0, p.std, 1.0)
    scale, shift = 1 / (255 * std), -np.array(p.mean) / std
    scaled = graph.node("Mul", INPUT, graph.constant(scale[:, None, None]))
    return graph.node("Add", scaled, graph.constant(shift[:, None, None]))


def _facts(file: ModelFile) -> dict[str, str]:
    """What a reader of the file has to know; lists and numbers as JSON."""
    p = file.preprocessing
    text = READ_ME.format(size=p.size, stored=p.stored, crop=p.crop, classes=len(file.classes))
    return {
        "description": text,
        "classes": json.dumps(file.classes, ensure_ascii=False),
        "mean": json.dumps(p.mean),
        "std": json.dumps(p.std),
        "size": str(p.size),
        "stored": str(p.stored),
        "crop": p.crop,
        "background": p.background,
        "temperature": json.dumps(file.temperature),
        "dataset": file.dataset,
    }
