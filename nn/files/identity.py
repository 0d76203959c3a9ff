"""What makes a training this one and no other, and in which words another differs."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from nn.architecture import Spec
from nn.config import TrainConfig

INPUTS = {  # in words, where one is another
    "dataset": "another dataset",
    "fold": "another fold",
    "from": "another model to start from",
}
NO_PART = ("model", "width", "threads")  # a model is its layers; threads change no bit


def identity(config: TrainConfig, architecture: Spec, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """All that decides the bits of a model, as plain JSON: settings, layers and inputs."""
    settings = {name: value for name, value in asdict(config).items() if name not in NO_PART}
    settings |= {"weight_decay": config.decay, "architecture": architecture}
    value = {"config": settings, "inputs": inputs}
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
    inputs = old.get("inputs", {})
    return words + [
        said for key, said in INPUTS.items() if inputs.get(key) != new["inputs"].get(key)
    ]
