"""What makes a training this one and no other, and in which words another differs."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from nn.architecture import Spec
from nn.config import TrainConfig

NO_PART = ("model", "width", "threads")  # a model is its layers; threads change no bit


def identity(config: TrainConfig, architecture: Spec, dataset: str) -> dict[str, Any]:
    """All that decides the bits of a model, as plain JSON: settings, layers, the snapshot's id."""
    settings = {name: value for name, value in asdict(config).items() if name not in NO_PART}
    value = {"config": {**settings, "architecture": architecture}, "inputs": {"dataset": dataset}}
    plain: dict[str, Any] = json.loads(json.dumps(value))
    return plain


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What the older of two identities has otherwise; empty where they are the same."""
    before, now = old.get("config", {}), new["config"]
    words = [
        f"{name} {before.get(name)} instead of {now.get(name)}"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name) and name != "architecture"
    ]
    if before.get("architecture") != now["architecture"]:
        words.append("other layers")
    if old.get("inputs") != new["inputs"]:
        words.append("another dataset")
    return words
