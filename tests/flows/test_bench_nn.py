"""`deeprunning bench nn`: a table of true figures, contenders that agree, and promises judged."""

import csv
import gc
import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from flows import cli
from flows.bench.nn import (
    command,
    process_facts,
    rounds,
    with_deeprunning,
    with_gemm,
    worker,
)
from flows.bench.nn.cell import Cell
from flows.bench.nn.cells import cells
from flows.bench.nn.cold_start import ColdStart
from flows.bench.nn.conditions import Conditions
from flows.bench.nn.contenders import GEMM, OURS, PEERS, Contender
from flows.bench.nn.layout import flattened, images, kernel
from flows.bench.nn.models import model_of
from flows.bench.nn.rounds import Measured, measured
from flows.bench.nn.table import Row, rows_of
from flows.bench.nn.terms import BATCHES, COLD_MODEL, INSTALL, MODELS, TASKS
from flows.bench.nn.textbook_layers import col2im, im2col
from flows.bench.nn.verdicts import verdicts
from flows.bench.nn.with_textbook import IMAGE, Reference
from flows.bench.nn.work import of_products, of_step
from nn.losses import softmax_cross_entropy
from nn.model import Sequential
from tests.test_help import CODE, HEAVY

TRAINING = ("train",)
NOBODY = Contender("nobody", "no-such-distribution", "flows.bench.nn.nobody", TRAINING)
BROKEN = Contender("broken", "numpy", "flows.bench.nn.terms", TRAINING)
DYING = Contender("dying", "numpy", "tests.flows.dying_contender", TRAINING)
TEXTBOOK = next(peer for peer in PEERS if peer.name == "textbook")
REFERENCE = "reference"
LINUX = sys.platform == "linux"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns of a step or two, and memory measured at a batch of 2."""
    terms = {"TURN": 0.01, "WARM": 1, "MEMORY_BATCH": 2, "MEMORY_STEPS": 2, "FAULT_STEPS": 3}
    for name, value in terms.items():
        monkeypatch.setattr(rounds, name, value)


@pytest.mark.usefixtures("quick")
def test_the_table_has_a_row_a_peer_and_says_who_is_missing_or_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "PEERS", (TEXTBOOK, NOBODY, BROKEN, DYING))
    chosen = ["--tasks", "train", "--models", "reference", "--batches", "2", "--threads", "1"]
    assert cli.main(["bench", "nn", *chosen, "--runs", "1", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    with (tmp_path / "nn.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [field.name for kind in (Row, Conditions) for field in fields(kind)]
    assert [*rows[0]] == names
    assert ",".join(names[:8]) == "task,model,batch,threads,ours,peer,peer_version,ratio"
    textbook, *others = rows
    rate, theirs, ratio = (float(textbook[name]) for name in ("ours", "theirs", "ratio"))
    assert ratio == pytest.approx(rate / theirs, rel=1e-3)
    assert float(textbook["share_of_gemm"]) > 0
    assert not LINUX or float(textbook["growth_mib"]) > 0
    assert not LINUX or float(textbook["faults"]) >= 0
    reasons = {row["peer"]: (row["ratio"], row["reason"]) for row in others}
    assert reasons == {
        "nobody": ("", f"missing: {INSTALL}"),
        "broken": ("", "AttributeError: module 'flows.bench.nn.terms' has no attribute 'train'"),
        "dying": ("", f"it ended with status 3; its log is {tmp_path / 'nn.log'}"),
    }
    assert "AttributeError" in (tmp_path / "nn.log").read_text(encoding="utf-8")
    assert f"nobody: missing: {INSTALL}" in said
    assert "train reference, batch 2, 1 thread: ours over the textbook, the lowest of 1: " in said


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_trains_and_infers_in_a_process_of_its_own(peer: Contender, tmp_path: Path) -> None:
    if peer.version is None:
        pytest.skip(f"{peer.name} is not installed: {INSTALL}")
    if peer.form == "compile":
        pytest.skip("compiling takes too long for a test")
    for task in {"train", "inference"} & {*peer.tasks}:
        (found,) = measured(Cell(task, REFERENCE, 2, 1), [peer], 1, tmp_path / "log")
        assert found.reason == ""
        assert found.seconds[0] > 0


def test_training_a_normalisation_takes_more_than_an_image_and_cold_is_of_one() -> None:
    found = [*cells(TASKS, [*MODELS], BATCHES, [1, 1, 2])]
    assert len(found) == len(set(found)) == 2 * (3 + 3 + 4 + 3 * 4 + 1)
    single = {(cell.task, cell.model) for cell in found if cell.batch == 1}
    assert ("train", "alexnet") in single
    assert not {("train", REFERENCE), ("train", "resnet8")} & single
    assert [cell for cell in found if cell.task == "cold"] == [
        Cell("cold", COLD_MODEL, 1, threads) for threads in (1, 2)
    ]


def test_ratios_are_medians_of_the_ratios_within_rounds() -> None:
    cell, other = Cell("train", REFERENCE, 4, 1), Contender("other", "pillow", "", TRAINING)
    found = [
        Measured(OURS, [1.0, 2.0, 8.0], growth=1.0, faults=0.0),
        Measured(GEMM, [0.5, 0.5, 0.5]),
        Measured(other, [4.0, 6.0, 8.0], growth=2.04),
    ]
    (row,) = rows_of(cell, found, [other])
    assert (row.ours, row.theirs, row.ratio, row.ours_slowest) == (2.0, 0.667, 3.0, 0.5)
    assert (row.growth_mib, row.peer_growth_mib, row.faults) == (1.0, 2.0, 0.0)
    assert row.share_of_gemm == round(0.25 * of_step(cell) / of_products(cell), 4)
    (alone,) = rows_of(cell, found, [])
    assert (alone.ours, alone.peer, alone.ratio) == (2.0, "", None)


def test_promises_are_judged_by_the_better_format_and_the_worst_cell() -> None:
    rows = [
        _row(Cell("train", REFERENCE, 32, 1), "torch", 1.3),
        _row(Cell("train", REFERENCE, 32, 1), "torch-channels-last", 0.9),
        _row(Cell("train", REFERENCE, 32, 2), "torch", 1.1, ours=170.0, peer_growth_mib=4.0),
        _row(Cell("train", REFERENCE, 32, 2), "torch-bf16", 0.1, ours=170.0),
        _row(Cell("train", REFERENCE, 512, 1), "textbook", 6.5, ours=80.0),
        _row(Cell("inference", REFERENCE, 128, 1), "torch", 0.75),
        _row(Cell("inference", REFERENCE, 128, 1), "onnxruntime", 0.79),
        _row(Cell("cold", REFERENCE, 1, 1), "torch", 5.0, ours=4.0),
    ]
    said = [re.sub(r" reference|, the (low|high)est of \d", "", line) for line in verdicts(rows)]
    assert said == PROMISES.splitlines()


PROMISES = """\
train, batch 32, 1 thread: ours over PyTorch's better eager format: 0.90 (at least 1: not kept)
train, batch 32, 2 threads: ours over PyTorch's better eager format: 1.10 (at least 1: kept)
inference, batch 128, 1 thread: ours over PyTorch's better eager format: 0.75 (at least 0.7: kept)
inference, batch 128, 1 thread: ours over onnxruntime: 0.79 (at least 0.8: not kept)
cold, batch 1, 1 thread: seconds of predict from a cold start: 0.25 (at most 0.6: kept)
cold, batch 1, 1 thread: ours over PyTorch's script: 5.00 (at least 1: kept)
train, batch 32, 2 threads: two threads over one: 1.70 (at least 1.7: kept)
train, batch 512, 1 thread: ten times the batch, its time: 12.50 (at most 10.5: not kept)
train, batch 512, 1 thread: ours over the textbook: 6.50 (at least 6: kept)
train, batch 32, 2 threads: memory's growth, ours over PyTorch's: 1.25 (at most 1: not kept)
train, batch 32, 2 threads: page faults of a step: 1.00 (at most 0: not kept)
"""


def _row(
    cell: Cell,
    peer: str,
    ratio: float,
    *,
    ours: float = 100.0,
    peer_growth_mib: float | None = None,
) -> Row:
    return Row(
        **cell._asdict(),
        ours=ours,
        peer=peer,
        peer_version="1",
        ratio=ratio,
        growth_mib=5.0,
        peer_growth_mib=peer_growth_mib,
        faults=None if peer_growth_mib is None else 1.0,
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_textbook_has_our_logits_and_our_gradients(dtype: npt.DTypeLike) -> None:
    model = model_of(REFERENCE)
    spec = tuple(table for table in model.spec if table["layer"] != "Dropout")
    ours = Sequential.from_spec(spec)
    ours.build((32, 32, 3), np.random.default_rng(0))
    (x, labels), dlogits = model.batch(6), np.empty((6, 10), np.float32)
    textbook, seen = Reference(ours.state(), dtype, dropout=0), images(x).astype(dtype)
    logits = textbook.forward(seen, training=False)
    assert logits.dtype == dtype
    np.testing.assert_allclose(logits, ours.logits(x), atol=1e-5)
    loss = softmax_cross_entropy(ours.forward(x, 0), labels, out=dlogits)
    ours.backward(dlogits)
    assert textbook.gradients(seen, labels) == pytest.approx(loss, rel=1e-5)
    grads = dict(_grads(ours))
    found = [layer.grads for layer in textbook.learning.values()]
    assert {grad.dtype for layer in found for grad in layer.values()} == {np.dtype(dtype)}
    for number, place in ((1, 0), (2, 2), (3, 4)):
        _close(found[place]["weight"], kernel(grads[f"conv{number}.weight"]))
        _close(found[place + 1]["gamma"].ravel(), grads[f"norm{number}.gamma"])
        _close(found[place + 1]["beta"].ravel(), grads[f"norm{number}.beta"])
    _close(found[6]["weight"], flattened(grads["linear1.weight"], IMAGE))
    _close(found[7]["bias"], grads["linear2.bias"])


def _grads(model: Sequential) -> Any:
    return ((f"{a}.{b}", g) for a, layer in model.named_layers() for b, g in layer.grads.items())


def _close(found: Any, wanted: Any) -> None:
    np.testing.assert_allclose(found, wanted, atol=1e-4 * np.abs(wanted).max())


def test_the_textbooks_col2im_is_the_adjoint_of_its_im2col() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(-9, 9, (2, 3, 6, 4)).astype(np.float32)
    for size, stride, pad in ((3, 1, 1), (2, 2, 0)):
        gathered = im2col(x, size, stride=stride, pad=pad)
        col = rng.integers(-9, 9, gathered.shape).astype(np.float32)
        scattered = col2im(col, x.shape, size, stride=stride, pad=pad)
        assert (gathered * col).sum() == (scattered * x).sum()


@pytest.mark.parametrize("name", MODELS)
def test_peers_compute_what_our_models_do(name: str) -> None:
    torch = pytest.importorskip("torch", reason=INSTALL)
    from flows.bench.nn.torch_layers import chained

    model = model_of(name).built()
    module = chained(model.layers.values()).eval()
    x, _ = model_of(name).batch(3)
    with torch.inference_mode():
        found = module(torch.from_numpy(images(x))).numpy()
    np.testing.assert_allclose(found, model.logits(x), atol=1e-4)


@pytest.mark.parametrize("name", MODELS)
def test_onnxruntime_computes_what_our_models_do(name: str) -> None:
    runtime = pytest.importorskip("onnxruntime", reason=INSTALL)
    from flows.bench.nn.with_onnxruntime import INPUT, exported

    model = model_of(name).built()
    x, _ = model_of(name).batch(3)
    session = runtime.InferenceSession(exported(model), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {INPUT: images(x)})
    np.testing.assert_allclose(found, model.logits(x), atol=1e-4)


def test_from_cold_pytorch_and_we_name_a_photo_alike() -> None:
    pytest.importorskip("torch", reason=INSTALL)
    from flows.bench.nn import with_torch

    cell = Cell("cold", COLD_MODEL, 1, 1)
    starts = with_deeprunning.cold(cell, ""), with_torch.cold(cell, "")
    _, label, probability, *_ = _said(starts[0]).splitlines()[1].split(",")
    found, share = _said(starts[1]).split(",")
    assert found == label
    assert float(share) == pytest.approx(float(probability), abs=0.02)  # resized otherwise


def _said(start: ColdStart) -> str:
    with start.files:
        return subprocess.run(
            start.command, check=True, capture_output=True, encoding="utf-8"
        ).stdout


def test_the_bare_products_are_those_that_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []

    def count(a: Any, b: Any, out: Any) -> None:
        counted.append(2 * a.size * b.shape[1])

    for name in MODELS:
        step = with_gemm.train(Cell("train", name, 2, 1), "")
        with monkeypatch.context() as patch:
            patch.setattr(np, "matmul", count)
            step()
        assert sum(counted) == of_products(Cell("train", name, 2, 1))
        counted.clear()


@pytest.mark.skipif(not LINUX, reason="only Linux tells")
def test_growth_is_what_steps_take_at_most_and_faults_are_those_of_a_step() -> None:
    if not process_facts.reset_peak():
        pytest.skip("this system lets nobody reset the peak")
    size = 64 << 20
    gc.collect()  # what earlier tests left would else be given back while this one measures

    def step() -> None:
        np.ones(size, np.uint8)

    assert worker.growth(step, 2) == pytest.approx(64, abs=8)
    assert (worker.faults(step, 3) or 0) > 10
    assert worker.faults(lambda: None, 9) == 0


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--tasks", "trian"], "argument --tasks: invalid choice: 'trian'"),
        (["--models", "vgg"], "argument --models: invalid choice: 'vgg'"),
        (["--peers", "tensorflow"], "argument --peers: invalid choice: 'tensorflow'"),
        (["--batches", "many"], "argument --batches: invalid int value: 'many'"),
        (["--batches", "32", "0"], "--batches must be at least 1, got 0"),
        (["--threads", "-1"], "--threads must be at least 1, got -1"),
        (["--runs", "0"], "--runs must be at least 1, got 0"),
        (["--tasks", "cold", "--models", "resnet8"], "no cell is left: batches of 1 train no"),
    ],
)
def test_wrong_input_is_told_in_one_sentence(
    argv: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status: Any = cli.main(["bench", "nn", *argv, "--out", str(tmp_path / "bench")])
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    assert (status, said.out) == (2, "")
    assert said.err.startswith(f"deeprunning bench nn: {sentence}")
    assert not (tmp_path / "bench").exists()


def test_help_of_the_bench_names_every_choice_and_imports_nothing_heavy() -> None:
    words = [sys.executable, "-c", CODE, "flows", "bench", "nn"]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("usage: deeprunning bench nn")
    assert all(name in done.stdout for name in (*TASKS, *MODELS, *(peer.name for peer in PEERS)))
    assert not {*HEAVY, "torch", "onnxruntime"} & set(json.loads(done.stderr))
