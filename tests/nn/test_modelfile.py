import hashlib
import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from nn.errors import ModelFileError
from nn.files.modelfile import ModelFile, Preprocessing, read_model
from nn.files.sealed import BLANK, MARK, read_sealed, seal, unseal

MODEL = ModelFile(
    architecture=({"layer": "Flatten"}, {"layer": "Linear", "out_features": 2}),
    classes=("rose", "薔薇"),
    preprocessing=Preprocessing(size=4, stored=5, mean=(0.5, 0.5, 0.5), std=(0.2, 0.2, 0.2)),
    dataset="ab" * 32,
    metrics={"val": {"accuracy": 0.75, "loss": None}},
    versions={"numpy": "2"},
    weights={"1.w": np.arange(6, dtype=np.float32).reshape(3, 2), "step": np.array(7)},
    temperature=0.75,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "薔薇 model.safetensors"
    path.write_bytes(MODEL.encode())
    return path


def resealed(data: bytes) -> bytes:
    """What an attacker does who knows the format: change the file, then set the digest right."""
    mark = MARK.search(data)
    assert mark
    blank = data[: mark.start(1)] + BLANK + data[mark.end(1) :]
    return blank.replace(BLANK, hashlib.sha256(blank).hexdigest().encode(), 1)


def test_a_model_read_is_the_model_written(path: Path) -> None:
    found = read_model(path)
    assert replace(found, weights={}) == replace(MODEL, weights={})
    for name, weight in MODEL.weights.items():
        np.testing.assert_array_equal(found.weights[name], weight)
        assert found.weights[name].dtype == weight.dtype
        assert found.weights[name].shape == weight.shape


def test_a_file_that_says_nothing_of_crop_and_background_means_centre_and_white(path: Path) -> None:
    weights, facts = read_sealed(path, "model", "")
    for name in "crop", "background":
        del facts["preprocessing"][name]
    path.write_bytes(seal(weights, facts))
    found = read_model(path).preprocessing
    assert (found.crop, found.background) == ("centre", "#ffffff")
    assert found == MODEL.preprocessing


def test_a_file_that_says_nothing_of_a_temperature_means_one(path: Path) -> None:
    weights, facts = read_sealed(path, "model", "")
    assert facts.pop("temperature") == 0.75
    path.write_bytes(seal(weights, facts))
    assert read_model(path).temperature == 1


@pytest.mark.parametrize("temperature", ["0", "-1", "[]", '\\"hot\\"', "1e999"])
def test_a_temperature_must_be_a_number_above_zero(path: Path, temperature: str) -> None:
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    old = b'\\"temperature\\":0.75'
    assert old in data
    header = data[8 : 8 + length].replace(old, f'\\"temperature\\":{temperature}'.encode())
    path.write_bytes(resealed(len(header).to_bytes(8, "little") + header + data[8 + length :]))
    with pytest.raises(ModelFileError, match="薔薇 model"):
        read_model(path)


def test_equal_models_have_equal_bytes_in_whatever_order_they_were_made() -> None:
    backwards = replace(MODEL, weights=dict(reversed(MODEL.weights.items())))
    assert backwards.encode() == MODEL.encode()


def test_any_safetensors_reader_can_read_it_and_finds_one_key(path: Path) -> None:
    with safetensors.safe_open(path, framework="np") as file:
        assert list(file.metadata()) == ["deeprunning"]
        assert json.loads(file.metadata()["deeprunning"])["classes"] == ["rose", "薔薇"]
    assert set(safetensors.numpy.load_file(path)) == set(MODEL.weights)


def test_a_file_that_differs_in_any_bit_is_refused() -> None:
    data = MODEL.encode()
    for position in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[position] ^= 1 << bit
            with pytest.raises(ModelFileError):
                unseal(bytes(changed))


def test_a_file_cut_anywhere_or_continued_is_refused() -> None:
    data = MODEL.encode()
    for length in range(len(data)):
        with pytest.raises(ModelFileError):
            unseal(data[:length])
    with pytest.raises(ModelFileError, match="checksum"):
        unseal(data + b"\0")


def test_the_refusal_is_one_sentence_that_names_the_file(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(
        ModelFileError, match=r"薔薇 model\.safetensors is damaged or cut short: .*; name a whole"
    ):
        read_model(path)


def test_a_checkpoint_is_no_model(path: Path) -> None:
    with pytest.raises(ModelFileError, match="is no checkpoint file; mend it"):
        read_sealed(path, "checkpoint", "mend it")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'\\"size\\":4', b'\\"size\\":9'),  # more than is stored
        (b'\\"size\\":4', b'\\"size\\":{'),  # no JSON
        (b'\\"colour\\"', b'\\"couleur\\"'),
        (b"[0.2,0.2,0.2]", b"[0.2,0.2,-.2]"),
        (b'"shape":[3,2]', b'"shape":[9,9]'),
        (b'"dtype":"F32"', b'"dtype":"F99"'),
        (b'\\"kind\\":\\"model\\"', b'\\"kind\\":[\\"mode\\"]'),
    ],
)
def test_a_hostile_file_with_a_right_seal_is_refused(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    length = int.from_bytes(data[:8], "little")
    header = data[8 : 8 + length].replace(old, new)
    path.write_bytes(resealed(len(header).to_bytes(8, "little") + header + data[8 + length :]))
    with pytest.raises(ModelFileError, match="薔薇 model"):
        read_model(path)


def test_a_header_that_promises_gigabytes_costs_no_memory(path: Path) -> None:
    hostile = (1 << 40).to_bytes(8, "little") + b"{" * 1000
    path.write_bytes(hostile)
    tracemalloc.start()
    with pytest.raises(ModelFileError):
        read_model(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20


def test_deep_nesting_is_refused(path: Path) -> None:
    nested = "[" * 200_000 + "]" * 200_000
    data = safetensors.numpy.save({}, {"deeprunning": f'{{"a":{nested},"sha256":"{"0" * 64}"}}'})
    path.write_bytes(resealed(data))
    with pytest.raises(ModelFileError):
        read_model(path)


def test_a_class_named_like_the_seal_does_no_harm() -> None:
    name = '","sha256":"' + "0" * 64 + '"'
    data = seal({}, {"classes": [name, "薔薇\\"]})
    assert unseal(data)[1]["classes"] == [name, "薔薇\\"]


def test_a_second_seal_is_refused_when_written() -> None:
    with pytest.raises(ValueError, match="sha256"):
        seal({}, {"shard": {"sha256": "0" * 64}})
