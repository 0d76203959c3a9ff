import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nn
from dataset.config import CROPS, Crop
from dataset.image import load_image
from nn import predict as module
from nn.errors import ModelFileError
from nn.files.modelfile import read_model
from nn.inputs import MAX_BYTES, UnreadableError, natural
from nn.predict import Classifier, load_classifier, predict
from nn.reporting.card import SQUARES
from tests.nn.command import command
from tests.nn.snapshot import CLASSES, make_config, make_photos, make_snapshot
from tests.server import serve


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    return nn.run(make_config(folder, epochs=30, lr=0.02), make_snapshot(folder), folder / "model")


@pytest.fixture(scope="module")
def classifier(model: Path) -> Classifier:
    return load_classifier(model)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_photos(tmp_path_factory.mktemp("写真 of") / "all")


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_a_folder_is_walked_in_natural_order_to_any_depth(
    classifier: Classifier, photos: Path
) -> None:
    found = [row.input for row in predict(classifier, [str(photos)])]
    expected = [photos / name / f"{n}.png" for name, n in product(CLASSES, range(16))]
    assert found == list(map(str, expected))  # 2.png before 10.png


def test_probabilities_are_those_of_logits_divided_by_the_temperature_of_the_file(
    model: Path, photos: Path
) -> None:
    file = read_model(model)
    images = np.stack([load_image(path.read_bytes(), 10) for path in sorted(photos.rglob("*.png"))])
    plain, cold = (Classifier(replace(file, temperature=t)) for t in (1.0, 0.5))
    np.testing.assert_array_equal(plain.logits(images), cold.logits(images))
    squared = plain.probabilities(images) ** 2  # for softmax(2 z) is softmax(z)^2, normalised
    expected = squared / squared.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(cold.probabilities(images), expected, rtol=1e-9)


def test_natural_order_is_that_of_people() -> None:
    names = ["B.jpg", "a10.jpg", "a2.jpg", "a02.jpg", "", "10", "9", "花2", "花10"]
    assert sorted(names, key=natural) == [
        "",
        "9",
        "10",
        "a02.jpg",
        "a2.jpg",
        "a10.jpg",
        "B.jpg",
        "花2",
        "花10",
    ]


def test_an_image_is_predicted_alike_alone_and_among_others(
    classifier: Classifier, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = list(predict(classifier, [str(photos)]))
    alone = [row for name in together for row in predict(classifier, [name.input])]
    monkeypatch.setattr(module, "BATCH", 7)
    for others in alone, list(predict(classifier, [str(photos)])):
        assert [(row.input, row.label) for row in others] == [
            (row.input, row.label) for row in together
        ]
        assert [row.probability for row in others] == pytest.approx(
            [row.probability for row in together], rel=1e-5
        )


def test_most_photos_it_learned_from_are_named_rightly(
    classifier: Classifier, photos: Path
) -> None:
    rows = list(predict(classifier, [str(photos)]))
    right = [row.label == Path(row.input).parent.name for row in rows]
    assert np.mean(right) > 0.6  # a third by chance


def test_the_likeliest_classes_come_in_order_and_add_up_to_one(
    classifier: Classifier, photos: Path
) -> None:
    rows = list(predict(classifier, [str(photos / "薔薇" / "0.png")], top=9))
    assert [row.rank for row in rows] == [1, 2, 3]
    assert {row.label for row in rows} == set(CLASSES)
    probabilities = [row.probability or 0 for row in rows]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1)


def test_an_unreadable_input_is_a_row_between_the_others(
    classifier: Classifier, photos: Path, tmp_path: Path
) -> None:
    good = photos / "bar" / "1.png"
    short = tmp_path / "short.png"
    short.write_bytes(good.read_bytes()[:-40])
    text = tmp_path / "notes.jpg"
    text.write_text("no picture", encoding="utf-8")
    names = [str(good), str(short), str(text), str(tmp_path / "gone.png"), str(good)]
    rows = list(predict(classifier, names))
    assert [row.input for row in rows] == names
    assert [bool(row.error) for row in rows] == [False, True, True, True, False]
    assert [row.error.split(":")[0] for row in rows[1:4]] == [
        "truncated",
        "not-an-image",
        "No such file or directory",
    ]
    assert rows[1].label == ""
    assert rows[1].probability is None
    assert rows[0] == rows[4]


def test_in_a_folder_bytes_say_what_is_an_image(
    classifier: Classifier, photos: Path, tmp_path: Path
) -> None:
    """Names do not: other files are passed over, and an image may be called anything."""
    shutil.copy(photos / "bar" / "1.png", tmp_path / "picture.txt")
    (tmp_path / "notes.png").write_text("no picture", encoding="utf-8")
    (tmp_path / "torn.png").write_bytes((photos / "bar" / "1.png").read_bytes()[:-40])
    rows = {Path(row.input).name: row.error for row in predict(classifier, [str(tmp_path)])}
    assert rows.keys() == {"picture.txt", "torn.png"}
    assert rows["picture.txt"] == ""
    assert rows["torn.png"].startswith("truncated")


def test_a_huge_file_costs_bounded_memory(classifier: Classifier, tmp_path: Path) -> None:
    huge = tmp_path / "huge.png"
    with huge.open("wb") as file:
        file.truncate(1 << 40)  # a hole: it takes no room on the disk
    (row,) = predict(classifier, [str(huge)])
    assert row.error == f"larger than {MAX_BYTES // 1_000_000} MB"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_is_not_waited_for(classifier: Classifier, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    for given in (pipe, tmp_path):
        (row,) = predict(classifier, [str(given)])
        assert (row.input, row.error) == (str(pipe), "neither a file nor a folder")


def test_an_address_is_fetched_by_the_function_given(classifier: Classifier, photos: Path) -> None:
    path = photos / "spot" / "3.png"

    def fetch(url: str) -> bytes:
        if url.endswith("gone.png"):
            raise UnreadableError("http: the server answered 404")
        return path.read_bytes()

    urls = ["https://a.example/3.png", "HTTPS://a.example/gone.png"]
    found, gone = predict(classifier, urls, fetch=fetch)
    (local,) = predict(classifier, [str(path)])
    assert (found.input, found.label, found.probability) == (
        urls[0],
        local.label,
        local.probability,
    )
    assert gone.error == "http: the server answered 404"


def test_without_a_fetch_an_address_is_an_input_that_cannot_be_read(classifier: Classifier) -> None:
    (row,) = predict(classifier, ["http://a.example/x.png"])
    assert "pass predict a function" in row.error


def test_the_classifier_can_be_used_on_arrays(classifier: Classifier, photos: Path) -> None:
    paths = [photos / name / "5.png" for name in CLASSES]
    images = np.stack([load_image(path.read_bytes(), 10) for path in paths])
    probabilities = classifier.probabilities(images)
    rows = list(predict(classifier, map(str, paths)))
    np.testing.assert_array_equal(probabilities.max(axis=1), [row.probability for row in rows])
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)


@pytest.mark.parametrize("crop", CROPS)
def test_an_image_is_cut_as_the_model_was_taught(crop: Crop, tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path, crop=crop, background="#204060")
    path = nn.run(make_config(tmp_path, epochs=1), snapshot, tmp_path / "model")
    classifier = load_classifier(path)
    image = np.random.default_rng(0).integers(0, 256, (20, 50, 4), dtype=np.uint8)
    Image.fromarray(image).save(tmp_path / "wide.png")
    body = (tmp_path / "wide.png").read_bytes()
    pixels = load_image(body, 10, crop=crop, background="#204060")
    (row,) = predict(classifier, [str(tmp_path / "wide.png")])
    assert row.probability == classifier.probabilities(pixels[None]).max()
    words = (path.parent / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert SQUARES[crop] in words


@pytest.mark.parametrize(("key", "value"), [("crop", "spiral"), ("background", "no colour")])
def test_a_model_that_asks_for_a_crop_or_colour_there_is_not_is_refused(
    key: str, value: str, model: Path, tmp_path: Path
) -> None:
    file = read_model(model)
    path = tmp_path / "odd.safetensors"
    asks = replace(file, preprocessing=replace(file.preprocessing, **{key: value}))  # type: ignore[arg-type]  # wrong on purpose
    path.write_bytes(asks.encode())
    with pytest.raises(ModelFileError, match=f"{key} must be .*{value}"):
        load_classifier(path)


@pytest.mark.parametrize(
    "layers",
    [
        ({"layer": "Flatten"}, {"layer": "Linear", "out_features": 4}),  # of three classes
        ({"layer": "Flatten"}, {"layer": "Linear", "out_features": 3}),  # other weights
        ({"layer": "Flatten"}, {"layer": "Linear", "out_features": "many"}),
        ({"layer": "Flatten"}, {"layer": "Linear", "out_features": -1}),
        ({"layer": "Conv2d", "out_channels": 10**30, "kernel_size": 3},),
        ({"layer": "os.system"},),
        ({"layer": ["Flatten"]},),
        ({},),
        (),
    ],
)
def test_a_sealed_file_that_lies_about_its_network_is_refused(
    layers: tuple[dict[str, object], ...], model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "lies.safetensors"
    path.write_bytes(replace(read_model(model), architecture=layers).encode())
    with pytest.raises(ModelFileError, match=r"lies\.safetensors describes no network"):
        load_classifier(path)


def test_the_command_writes_a_table_and_says_by_its_status_whether_all_was_read(
    model: Path, photos: Path, tmp_path: Path
) -> None:
    good = photos / "bar" / "1.png"
    done = command("predict", model, good, photos / "spot")
    assert done.status == 0
    rows = table(done.out)
    assert list(rows[0]) == ["input", "label", "probability", "error"]
    assert len(rows) == 17
    assert rows[0]["input"] == str(good)
    text = tmp_path / "notes.txt"
    text.write_text("no picture", encoding="utf-8")
    done = command("predict", model, text, good, "--top", "2")
    assert done.status == 1
    assert [row["rank"] for row in table(done.out)] == ["1", "1", "2"]
    assert table(done.out)[1]["label"] == rows[0]["label"]


def test_json_lines_hold_what_the_table_holds(model: Path, photos: Path, tmp_path: Path) -> None:
    text = tmp_path / "写真.txt"
    text.write_text("no picture", encoding="utf-8")
    words = ("predict", model, text, photos / "薔薇", "--top", "2")
    rows = table(command(*words).out)
    done = command(*words, "--format", "jsonl")
    assert done.status == 1
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert len(lines) == len(rows) == 33
    assert "写真" in done.out
    for row, line in zip(rows, lines, strict=True):
        assert list(line) == ["input", "label", "probability", "error", "rank"]
        assert {key: "" if v is None else str(v) for key, v in line.items()} == row
    assert (lines[0]["label"], lines[0]["probability"], lines[1]["error"]) == (None, None, None)


@pytest.mark.parametrize(
    ("arguments", "expected", "sentence"),
    [
        (["MODEL", "PHOTO", "--format", "xml"], 2, "invalid choice: 'xml'"),
        (["MODEL", "none.jpg"], 2, "no such file or folder: none.jpg"),
        (["none.safetensors", "PHOTO"], 2, "no such file or folder: none.safetensors"),
        (["PHOTO", "PHOTO"], 1, "1.png is no file of deeprunning"),
        (["TRUNCATED", "PHOTO"], 1, "short.safetensors is damaged or cut short"),
        (["MODEL", "PHOTO", "--top", "0"], 2, "--top must be at least 1, got 0"),
        (["MODEL", "http://a.example/x.jpg"], 2, "add --user-agent"),
        (["MODEL", ""], 2, "an input has an empty name"),
        (["MODEL", "PHOTO", "--tpo", "2"], 2, "did you mean --top?"),
    ],
)
def test_wrong_input_is_answered_in_one_sentence(
    arguments: list[str], expected: int, sentence: str, model: Path, tmp_path: Path
) -> None:
    photo = make_photos(tmp_path / "photos") / "bar" / "1.png"
    short = tmp_path / "short.safetensors"
    short.write_bytes(model.read_bytes()[:-1])
    known = {"MODEL": str(model), "PHOTO": str(photo), "TRUNCATED": str(short)}
    done = command("predict", *(known.get(word, word) for word in arguments))
    assert (done.status, done.out) == (expected, "")
    assert sentence in done.err
    assert "Traceback" not in done.err


def test_a_folder_without_an_image_is_told_of(
    model: Path, photos: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "notes.txt").write_text("no picture", encoding="utf-8")
    done = command("predict", model, tmp_path, photos / "bar")
    assert done.status == 0
    assert len(table(done.out)) == 16
    assert caplog.messages == [f"no image in {tmp_path}"]


def test_the_command_fetches_addresses_where_robots_txt_lets_it(model: Path, photos: Path) -> None:
    photo = photos / "bar" / "1.png"
    site: dict[str, str | bytes] = {
        "/robots.txt": "User-agent: *\nDisallow: /private/\n",
        "/1.png": photo.read_bytes(),
        "/private/1.png": photo.read_bytes(),
        "/text.png": "<p>no picture",
    }
    flags = ("--user-agent", "deeprunning-test/1.0", "--allow-private", "127.0.0.1")
    with serve(site) as server:
        urls = [server.url(path) for path in ("/1.png", "/private/1.png", "/gone", "/text.png")]
        done = command("predict", model, photo, *urls, *flags)
        asked = server.paths()
    assert done.status == 1
    rows = table(done.out)
    assert [row["input"] for row in rows] == [str(photo), *urls]
    assert rows[1]["probability"] == rows[0]["probability"] != ""
    words = [row["error"].split(":")[0] for row in rows]
    assert words == ["", "", "robots", "http", "not-an-image"]
    assert "/private/1.png" not in asked
    assert asked[0] == "/robots.txt"


def test_a_private_address_is_not_fetched_unless_it_is_allowed(model: Path) -> None:
    with serve({}) as server:
        done = command("predict", model, server.url("/1.png"), "--user-agent", "test/1.0")
        assert server.paths() == []
    assert done.status == 1
    assert table(done.out)[0]["error"].startswith("private-address")


HEAVY = {
    *("asyncio", "bs4", "fastapi", "http", "matplotlib", "onnx", "onnxruntime", "prefect"),
    *("protego", "pydantic", "requests", "rich", "sqlalchemy", "sqlite3", "ssl", "urllib3"),
}

COLD = """
import sys
from nn.predicting.command import predict_main
status = predict_main(sys.argv[1:])
print(*sorted({name.split(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(status)
"""


def test_one_photo_is_predicted_without_importing_what_it_does_not_need(
    model: Path, photos: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COLD, str(model), str(photos / "bar" / "1.png")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert HEAVY & set(done.stderr.split()) == set()


@pytest.mark.skipif(sys.platform != "linux", reason="names are text on other systems")
def test_a_file_name_that_is_no_text_comes_out_as_the_bytes_it_is(
    model: Path, photos: Path, tmp_path: Path
) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.png"
    shutil.copy(photos / "bar" / "1.png", os.fsdecode(name))
    done = subprocess.run(
        [sys.executable, "-m", "nn", "predict", str(model), name], capture_output=True, check=True
    )
    assert done.stdout.splitlines()[1].startswith(name + b",")
    words: list[str | bytes] = ["-m", "nn", "predict", str(model), name, "--format", "jsonl"]
    done = subprocess.run([sys.executable, *words], capture_output=True, check=True)
    assert os.fsencode(json.loads(done.stdout)["input"]) == name
