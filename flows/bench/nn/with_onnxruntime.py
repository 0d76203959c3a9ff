"""onnxruntime's way: the logits of a model as we export it."""

import onnxruntime

from flows.bench.nn.cell import Cell
from flows.bench.nn.layout import images
from flows.bench.nn.models import model_of
from flows.bench.nn.terms import CLASSES
from flows.bench.nn.worker import Step
from nn.export.graph import Graph
from nn.export.layers import chained
from nn.model import Sequential

INPUT, SCORES = "x", "logits"


def inference(cell: Cell, form: str) -> Step:
    """Logits of a batch."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = cell.threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        exported(model_of(cell.model).built()), options, providers=["CPUExecutionProvider"]
    )
    feed = {INPUT: images(model_of(cell.model).batch(cell.batch)[0])}
    return lambda: session.run([SCORES], feed)


def exported(model: Sequential) -> bytes:
    """A built model as ONNX, from numbers that are normalised to logits, as all here compute."""
    graph = Graph()
    graph.node("Identity", chained(graph, model.layers.values(), INPUT), output=SCORES)
    height, width, channels = model.input_shape
    return graph.encode({INPUT: (channels, height, width)}, {SCORES: (CLASSES,)}, {})
