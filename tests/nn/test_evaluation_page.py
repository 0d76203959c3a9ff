"""evaluation.html and report.html: every number in them stands in the tables beside them."""

import json
import re
from pathlib import Path

import pytest

import nn
from nn.evaluation.calibration import BINS
from tests.nn.command import Done, command
from tests.nn.pages import Reader, rows_of
from tests.nn.snapshot import make_config, make_snapshot

FILES = {
    "calibration.csv",
    "confusion.csv",
    "confusion.svg",
    "evaluation.html",
    "metrics.json",
    "per_class.csv",
    "predictions.csv",
    "reliability.svg",
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_snapshot(tmp_path_factory.mktemp("snapshot"))


@pytest.fixture(scope="module")
def model(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    return nn.run(make_config(folder), snapshot, folder)


@pytest.fixture(scope="module")
def out(snapshot: Path, model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "評価"
    done = command("evaluate", model, snapshot, "--split", "train", "--out", out)
    assert done.status == 0, done.err
    return out


def percent(value: str | float) -> str:
    return f"{100 * float(value):.1f}\u00a0%"


def decimal(value: str | float) -> str:
    return f"{float(value):.3f}"


def told_by_tables(folder: Path, split: str) -> dict[str, str]:
    """Every number that a page may show, by its name, from the tables beside it alone."""
    metrics = json.loads((folder / "metrics.json").read_bytes())
    scores = metrics.get("scores") or metrics[split]
    before = metrics["uncalibrated"].get(split, metrics["uncalibrated"])
    rows = rows_of(folder / "predictions.csv")
    shares = {"accuracy", "balanced_accuracy", "macro_f1", "ece"}
    told = {
        "samples": f"{len(rows):,}",
        "temperature": decimal(metrics["temperature"]),
        "bootstrap/level": percent(metrics["bootstrap"]["level"]),
        "bootstrap/resamples": f"{metrics['bootstrap']['resamples']:,}",
        "bootstrap/clusters": f"{metrics['bootstrap']['clusters']:,}",
    }
    for group, values in (("score", scores), ("uncalibrated", before)):
        told |= {
            f"{group}/{name}": percent(value) if name in shares else decimal(value)
            for name, value in values.items()
        }
    for name, ends in metrics["intervals"].items():
        told |= {f"low/{name}": percent(ends["low"]), f"high/{name}": percent(ends["high"])}
    for place, row in enumerate(rows_of(folder / "per_class.csv")):
        told |= {
            f"class/{place}/{name}": percent(row[name]) for name in ("precision", "recall", "f1")
        }
        told |= {f"class/{place}/support": row["support"]}
    for place, row in enumerate(rows_of(folder / "calibration.csv")):
        told |= {f"bin/{place}/{name}": decimal(row[name]) for name in ("above", "to")}
        told |= {f"bin/{place}/samples": row["samples"]}
        if row["samples"] != "0":
            told |= {
                f"bin/{place}/{name}": percent(row[name]) for name in ("confidence", "accuracy")
            }
    told |= {f"probability/{row['sample']}": percent(row["probability"]) for row in rows}
    return told


def told_by_training(folder: Path) -> dict[str, str]:
    """Those that only the report of a training shows."""
    metrics, history = (
        json.loads((folder / "metrics.json").read_bytes()),
        rows_of(folder / "history.csv"),
    )
    return {
        "best_epoch": str(metrics["best_epoch"]),
        "epochs": str(len(history)),
        "seconds": f"{sum(float(row['seconds']) for row in history):,.0f}",
    } | {f"samples/{split}": f"{count:,}" for split, count in metrics["samples"].items()}


def test_every_number_of_the_evaluation_stands_in_its_tables(out: Path) -> None:
    reader = Reader((out / "evaluation.html").read_text(encoding="utf-8"))
    told = told_by_tables(out, "train")
    assert {name: text for name, text in reader.numbers if told.get(name) != text} == {}
    assert len(reader.numbers) > 40
    assert numbers_without_a_name(reader) == []


def test_every_number_of_the_report_stands_in_its_tables(model: Path) -> None:
    reader = Reader((model.parent / "report.html").read_text(encoding="utf-8"))
    told = told_by_tables(model.parent, "test") | told_by_training(model.parent)
    assert {name: text for name, text in reader.numbers if told.get(name) != text} == {}
    assert {"best_epoch", "temperature", "score/ece", "low/macro_f1"} <= dict(reader.numbers).keys()


def numbers_without_a_name(reader: Reader) -> list[str]:
    """Numbers in our own words, but for those that explain and are no result."""
    words = " ".join(reader.words)
    for said in ("80 %", f"{BINS} bins", "F1", "model of 3 classes"):
        words = words.replace(said, "")
    return re.findall(r"\d+", words)


def test_the_tables_agree_with_each_other(out: Path) -> None:
    metrics = json.loads((out / "metrics.json").read_bytes())
    rows, cells = rows_of(out / "predictions.csv"), rows_of(out / "confusion.csv")
    right = sum(row["label"] == row["predicted"] for row in rows)
    assert metrics["samples"] == len(rows) == sum(int(cell["samples"]) for cell in cells)
    assert metrics["scores"]["accuracy"] == pytest.approx(right / len(rows))
    assert sum(int(c["samples"]) for c in cells if c["label"] == c["predicted"]) == right
    bins = rows_of(out / "calibration.csv")
    assert sum(int(row["samples"]) for row in bins) == len(rows)
    error = sum(
        int(row["samples"]) * abs(float(row["accuracy"]) - float(row["confidence"]))
        for row in bins
        if row["samples"] != "0"
    )
    assert metrics["scores"]["ece"] == pytest.approx(error / len(rows))
    assert sum(int(row["support"]) for row in rows_of(out / "per_class.csv")) == len(rows)


def test_the_folder_holds_these_files_and_the_same_command_writes_the_same_bytes(
    snapshot: Path, model: Path, out: Path, tmp_path: Path
) -> None:
    done = command("evaluate", model, snapshot, "--split", "train", "--out", tmp_path / "again")
    assert done.status == 0
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    assert files.keys() == FILES
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}


def test_what_is_printed_is_what_the_metrics_say(snapshot: Path, model: Path, out: Path) -> None:
    done = command("evaluate", model, snapshot, "--split", "train")
    lines = [line.split(",") for line in done.out.splitlines()]
    assert lines[0] == ["metric", "label", "value", "low", "high"]
    printed = {line[0]: line[2:] for line in lines[1:] if not line[1]}
    metrics = json.loads((out / "metrics.json").read_bytes())
    for name, value in metrics["scores"].items():
        assert float(printed[name][0]) == pytest.approx(value, abs=1e-6)
    for name, ends in metrics["intervals"].items():
        shown = list(map(float, printed[name][1:]))
        assert shown == pytest.approx([ends["low"], ends["high"]], abs=1e-6)
    for name, value in metrics["uncalibrated"].items():
        assert float(printed[f"uncalibrated_{name}"][0]) == pytest.approx(value, abs=1e-6)
    assert float(printed["temperature"][0]) == pytest.approx(metrics["temperature"], abs=1e-6)


def refused(snapshot: Path, model: Path, out: Path) -> Done:
    return command("evaluate", model, snapshot, "--out", out)


def test_the_folder_of_a_stage_is_not_written_into(snapshot: Path, model: Path) -> None:
    before = (model.parent / "metrics.json").read_bytes()
    for folder in (model.parent, snapshot.parent):
        done = refused(snapshot, model, folder)
        assert done.status == 2
        assert f"{folder} holds the result of a stage; choose another --out" in done.err
    assert (model.parent / "metrics.json").read_bytes() == before


def test_a_file_where_the_folder_should_be_is_an_error(
    snapshot: Path, model: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    done = refused(snapshot, model, tmp_path / "out")
    assert (done.status, done.out, done.err.count("\n")) == (1, "", 1)
