import csv
import io
import itertools
import logging
import math
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from nn.config import TrainConfig
from nn.reporting.progress import bar, lines
from nn.training.epoch import EpochRow
from tests.nn.command import command
from tests.nn.outcome import HISTORY
from tests.nn.snapshot import LAYERS, make_config, make_snapshot


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_snapshot(tmp_path_factory.mktemp("snapshot"))


@pytest.fixture
def layers(tmp_path: Path) -> str:
    return make_config(tmp_path).model


def columns_of(text: str, *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in csv.DictReader(text.splitlines())]


def test_train_prints_the_path_of_the_model_and_nothing_else(
    snapshot: Path, layers: str, tmp_path: Path
) -> None:
    done = command("train", snapshot, "--out", tmp_path / "m", "--model", layers, "--epochs", "1")
    assert (done.status, done.out) == (0, f"{tmp_path / 'm' / 'model.safetensors'}\n")


def test_flags_win_over_the_file_and_the_file_over_the_defaults(
    snapshot: Path, layers: str, tmp_path: Path
) -> None:
    file = tmp_path / "flowers.toml"
    file.write_text(f"[train]\nmodel = '{layers}'\nepochs = 7\nseed = 5\n", encoding="utf-8")
    out = tmp_path / "m"
    done = command("train", snapshot, "--config", file, "--epochs", "1", "--out", out)
    assert done.status == 0
    record = (out / "stage.json").read_text(encoding="utf-8")
    assert '"epochs": 1,' in record
    assert '"seed": 5,' in record
    assert '"batch_size": 32,' in record


def test_layers_named_in_a_file_lie_beside_it_and_those_of_a_flag_here(
    snapshot: Path, layers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "flowers.toml"
    file.write_text("[train]\nmodel = 'layers.toml'\nepochs = 1\n", encoding="utf-8")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    beside = ("train", snapshot, "--config", file, "--out", "m")
    assert command(*beside).status == 0
    assert command(*beside, "--model", "layers.toml").status == 2
    Path(layers).rename(here / "layers.toml")
    assert (
        command("train", snapshot, "--model", "layers.toml", "--epochs", 1, "--out", "m").status
        == 0
    )


def test_evaluate_asks_for_the_dataset_json_of_a_folder(snapshot: Path) -> None:
    done = command("evaluate", snapshot, snapshot.parent)
    assert done.status == 2
    assert f"{snapshot.parent} is a folder; name its dataset.json" in done.err


def test_another_training_is_refused_until_restart_is_asked_for(
    snapshot: Path, layers: str, tmp_path: Path
) -> None:
    same = ("train", snapshot, "--out", tmp_path / "m", "--model", layers, "--epochs", "1")
    assert command(*same).status == 0
    refused = command(*same, "--seed", "3")
    assert (refused.status, refused.out) == (1, "")
    assert "with seed 0 instead of 3; add --restart" in refused.err
    assert command(*same, "--seed", "3", "--restart").status == 0


@pytest.mark.parametrize(
    ("arguments", "expected", "sentence"),
    [
        (["none.json"], 2, "no such file or folder: none.json"),
        (["SNAPSHOT", "--epochs", "0"], 2, "epochs must be at least 1, got 0"),
        (["SNAPSHOT", "--epochs", "few"], 2, "argument --epochs: invalid int value: 'few'"),
        (["SNAPSHOT", "--epoch", "3"], 2, "no such argument: --epoch; did you mean --epochs?"),
        (["SNAPSHOT", "--model", "smal"], 2, "no preset is called 'smal'; did you mean small?"),
        (["SNAPSHOT", "--model", "none.toml"], 2, "no such file of layers: none.toml"),
        (["SNAPSHOT", "--config", "none.toml"], 2, "no such file: none.toml"),
        (["SNAPSHOT", "--config", "BAD"], 2, "unknown key epoch; did you mean epochs?"),
        (["SNAPSHOT", "--config", "BAD"], 2, "bad.toml: unknown key"),
        (["SNAPSHOT", "--config", "NO PRESET"], 2, "preset.toml: no preset is called 'smal'"),
        (["FOLDER"], 2, " is a folder; name its dataset.json"),
        (["TEXT"], 1, "notes.json is no description of a dataset"),
    ],
)
def test_wrong_input_is_answered_in_one_sentence(
    arguments: list[str], expected: int, sentence: str, snapshot: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.json").write_text("dear diary", encoding="utf-8")
    (tmp_path / "bad.toml").write_text("[train]\nepoch = 3\n", encoding="utf-8")
    (tmp_path / "preset.toml").write_text("[train]\nmodel = 'smal'\n", encoding="utf-8")
    known = {
        "SNAPSHOT": snapshot,
        "FOLDER": snapshot.parent,
        "NO PRESET": tmp_path / "preset.toml",
        "TEXT": tmp_path / "notes.json",
        "BAD": tmp_path / "bad.toml",
    }
    words = [known.get(word, word) for word in arguments]
    done = command("train", *words, "--out", tmp_path / "out")
    assert (done.status, done.out) == (expected, "")
    assert sentence in done.err
    assert "Traceback" not in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to catch")
def test_a_training_told_to_end_says_that_it_can_go_on(
    snapshot: Path, layers: str, tmp_path: Path
) -> None:
    out = tmp_path / "m"
    arguments = ["train", snapshot, "--out", out, "--model", layers, "--epochs", "100000"]
    with subprocess.Popen(
        [sys.executable, "-m", "nn", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        while not (out / "checkpoint.safetensors").exists() and process.poll() is None:
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGTERM)
        printed, told = process.communicate(timeout=60)
    assert (process.returncode, printed) == (130, "")
    assert "the same command goes on from here" in told


def test_summary_lists_the_layers_of_a_preset_of_a_file_and_of_a_trained_model(
    snapshot: Path, layers: str, tmp_path: Path
) -> None:
    done = command("summary", layers, "--size", "8", "--classes", "3")
    assert columns_of(done.out, "layer", "shape", "parameters", "multiply_adds") == [
        ("Conv2d", "8x8x6", "162", str(8 * 8 * 6 * 27)),
        ("BatchNorm", "8x8x6", "12", "0"),
        ("ReLU", "8x8x6", "0", "0"),
        ("MaxPool2d", "4x4x6", "0", "0"),
        ("Flatten", "96", "0", "0"),
        ("Dropout", "96", "0", "0"),
        ("Linear", "3", "291", "288"),
    ]
    out = tmp_path / "m"
    assert command("train", snapshot, "--out", out, "--model", layers, "--epochs", "1").status == 0
    assert command("summary", out / "model.safetensors").out == done.out
    assert columns_of(command("summary", "small").out, "shape")[-1] == ("10",)
    assert columns_of(command("summary", "small", "--width", "0.5").out, "shape")[0] == (
        "64x64x16",
    )
    assert command("summary", "smal").status == 2


def test_the_layers_of_a_model_file_have_the_width_they_were_trained_with(
    snapshot: Path, layers: str, tmp_path: Path
) -> None:
    words = ("--model", layers, "--epochs", "1", "--width", "0.5")
    assert command("train", snapshot, "--out", tmp_path / "m", *words).status == 0
    listed = command("summary", tmp_path / "m" / "model.safetensors").out
    assert columns_of(listed, "shape")[0] == ("8x8x3",)


def test_a_summary_tells_the_totals_and_the_memory(
    layers: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    command("summary", layers, "--size", "8", "--classes", "3", "--batch-size", "4000")
    parameters, arithmetic, memory = caplog.messages
    assert parameters == "465 parameters"
    assert arithmetic.startswith("10,656 multiply-adds of weights for one image forward")
    assert re.fullmatch(
        r"memory: about (\d+) MB to train in batches of 4000, \d+ MB to predict .*", memory
    )


def test_layers_that_do_not_fit_are_refused_as_a_wrong_value(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(LAYERS.replace('{ layer = "Flatten" },', ""), encoding="utf-8")
    done = command("summary", file)
    assert (done.status, done.out) == (2, "")
    assert "linear1" in done.err


@pytest.mark.parametrize(
    ("flag", "value", "sentence"),
    [
        ("--size", 100_000, "--size must be from 1 to 4096 pixels, got 100000"),
        ("--size", 0, "--size must be from 1 to 4096 pixels, got 0"),
        ("--batch-size", 0, "batch_size must be at least 1, got 0"),
        ("--width", 0, "width must be above 0 and at most 16, got 0.0"),
        ("--classes", 1, "--classes must be from 2 to 100000, got 1"),
        ("--classes", 10**15, "--classes must be from 2 to 100000, got 1000000000000000"),
    ],
)
def test_a_summary_of_no_sensible_size_is_refused_in_one_sentence(
    flag: str, value: int, sentence: str
) -> None:
    done = command("summary", "small", flag, value)
    assert (done.status, done.out) == (2, "")
    assert sentence in done.err
    assert "Traceback" not in done.err


def test_layers_too_large_for_the_memory_are_refused_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "huge.toml"
    layers = '{ layer = "Flatten" }, { layer = "Linear", out_features = 1_000_000_000_000 }'
    file.write_text(f"layers = [{layers}]", encoding="utf-8")
    done = command("summary", file, "--size", 64)
    assert (done.status, done.out) == (2, "")
    assert "huge.toml is too large for the memory with 64 pixels" in done.err


@pytest.mark.parametrize("name", ["train", "evaluate", "predict", "summary"])
def test_help_has_examples_and_the_exit_statuses(name: str) -> None:
    done = command(name, "--help")
    assert done.status == 0
    assert f"deeprunning {name} " in done.out.split("exit status")[0]
    assert "exit status" in done.out


def test_a_mistyped_command_is_answered_with_the_nearest() -> None:
    done = command("trian")
    assert done.status == 2
    assert "did you mean train?" in done.err
    assert "train" in command("--help").out


def ticks() -> Iterator[float]:
    return map(float, itertools.count(step=10))


def test_elsewhere_than_in_a_terminal_an_epoch_is_a_line(caplog: pytest.LogCaptureFixture) -> None:
    clock = ticks()
    with caplog.at_level(logging.INFO):
        passed = list(lines(iter(HISTORY), TrainConfig(epochs=5), clock=lambda: next(clock)))
    assert passed == list(HISTORY)
    assert caplog.messages[0] == (
        "epoch 1/5: loss 1.000, validation balanced accuracy 0.500, 100 images/s, 0:40 left"
    )
    assert caplog.messages[2].endswith("0:20 left")


def test_a_run_that_goes_on_reckons_with_the_epochs_it_does_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = ticks()
    with caplog.at_level(logging.INFO):
        list(lines(iter(HISTORY[2:]), TrainConfig(epochs=5), clock=lambda: next(clock)))
    assert caplog.messages[0].endswith("0:20 left")


def test_without_validation_an_epoch_claims_no_score(caplog: pytest.LogCaptureFixture) -> None:
    rows = [replace(HISTORY[0], val_balanced_accuracy=math.nan)]
    with caplog.at_level(logging.INFO):
        list(lines(iter(rows), TrainConfig(epochs=1), clock=lambda: 0.0))
    assert caplog.messages == ["epoch 1/1: loss 1.000, 100 images/s, 0:00 left"]


def test_in_a_terminal_a_bar_shows_epochs_scores_and_the_time_left() -> None:
    text = io.StringIO()
    console = Console(file=text, force_terminal=True, width=160)
    rows: Iterator[EpochRow] = bar(iter(HISTORY), TrainConfig(epochs=3), console)
    assert list(rows) == list(HISTORY)
    assert "3/3" in text.getvalue()
    assert "validation balanced accuracy 0.500" in text.getvalue()
    assert "0:00 left" in text.getvalue()
