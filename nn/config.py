"""How to train: the settings of one run."""

import math
from dataclasses import dataclass, field
from typing import Literal

Metric = Literal["balanced_accuracy", "accuracy", "macro_f1", "loss"]
Schedule = Literal["one_cycle", "constant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """What is trained, for how long, and at which rates."""

    model: str = field(
        default="small", metadata={"help": "a preset, or a TOML file that lists layers"}
    )
    epochs: int = field(default=40, metadata={"help": "passes over the training images"})
    batch_size: int = field(default=32, metadata={"help": "images a step, at most"})
    metric: Metric = field(
        default="balanced_accuracy",
        metadata={"help": "measured on the validation split, picks the best epoch"},
    )
    seed: int = field(
        default=0, metadata={"help": "of first weights, order, augmentation and dropout"}
    )
    lr: float = field(default=0.003, metadata={"help": "learning rate at its peak"})
    schedule: Schedule = field(
        default="one_cycle", metadata={"help": "how the learning rate moves over the run"}
    )
    weight_decay: float = field(
        default=0.05, metadata={"help": "share of a weight that a rate of 1 takes away in a step"}
    )
    label_smoothing: float = field(
        default=0.1, metadata={"help": "probability spread evenly over all classes"}
    )
    shards: int = field(
        default=4, metadata={"help": "parts a batch is summed in; part of a run's identity"}
    )
    threads: int = field(
        default=0, metadata={"help": "threads that compute the shards; 0: one a core"}
    )

    def __post_init__(self) -> None:
        for name in "epochs", "batch_size", "shards":
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        for name in "seed", "threads", "weight_decay":
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} must not be negative, got {getattr(self, name)}")
        if not 0 < self.lr < math.inf:
            raise ValueError(f"lr must be above 0, got {self.lr}")
        if not 0 <= self.label_smoothing < 1:
            raise ValueError(
                f"label_smoothing must be at least 0 and below 1, got {self.label_smoothing}"
            )
