"""Training settings: they refuse what cannot be, and name it."""

import pytest

from nn.config import TrainConfig
from nn.files.identity import identity


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("batch_size", 0),
        ("shards", 0),
        ("threads", -1),
        ("seed", -1),
        ("lr", 0.0),
        ("lr", float("nan")),
        ("lr", float("inf")),
        ("weight_decay", -0.1),
        ("label_smoothing", 1.0),
        ("momentum", 1.0),
        ("l1", -0.1),
        ("clip_norm", -1.0),
        ("clip_value", float("nan")),
        ("warmup", 1.0),
        ("average", 1.5),
        ("average", float("nan")),
        ("average_start", 1.0),
        ("metric", "f1"),
        ("width", 0.0),
        ("width", float("nan")),
    ],
)
def test_an_impossible_value_is_refused_by_name(name: str, value: float | str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must .*, got {value}$"):
        TrainConfig(**{name: value})  # type: ignore[arg-type]  # any field, any value


def test_where_nothing_is_said_only_adamw_decays() -> None:
    assert TrainConfig().decay > 0
    assert TrainConfig(optimizer="momentum").decay == 0
    assert TrainConfig(optimizer="momentum", weight_decay=0.01).decay == 0.01
    assert TrainConfig(weight_decay=0.0).decay == 0


def test_what_is_recorded_of_a_decay_is_the_number_that_held() -> None:
    for config in TrainConfig(), TrainConfig(optimizer="sgd"), TrainConfig(weight_decay=0.1):
        assert identity(config, (), {})["config"]["weight_decay"] == config.decay
