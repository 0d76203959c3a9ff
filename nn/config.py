"""How to train: the settings of one run."""

import math
from dataclasses import dataclass, field
from typing import Literal, get_args

Metric = Literal["balanced_accuracy", "accuracy", "macro_f1", "loss"]
Schedule = Literal["one_cycle", "constant", "cosine", "step"]
Optimizer = Literal["adamw", "adam", "rmsprop", "adagrad", "nesterov", "momentum", "sgd"]

CHOICES = {"metric": Metric, "schedule": Schedule, "optimizer": Optimizer}
AT_LEAST_ONE = ("epochs", "batch_size", "shards")
NOT_NEGATIVE = (
    "seed",
    "threads",
    "weight_decay",
    "l1",
    "clip_norm",
    "clip_value",
    "patience",
)
MAX_WIDTH = 16
ADAMW_DECAY = 0.3  # the best of 0.05, 0.3 and 1 on validation splits of Caltech-12
SHARES = ("label_smoothing", "momentum", "warmup", "average_start")


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
    weight_decay: float | None = field(
        default=None,
        metadata={
            "help": "of weights: a share of them times the rate (adamw; 0.3 where nothing is "
            "said), or L2 (the others; 0)"
        },
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
    optimizer: Optimizer = field(
        default="adamw", metadata={"help": "the rule by which gradients move the weights"}
    )
    momentum: float = field(
        default=0.9, metadata={"help": "share of the velocity that momentum and nesterov keep"}
    )
    l1: float = field(
        default=0.0, metadata={"help": "penalty on the sum of the weights' absolute values"}
    )
    proximal: bool = field(
        default=False,
        metadata={"help": "apply l1 by soft threshold after each step, which makes weights zero"},
    )
    clip_norm: float = field(
        default=0.0, metadata={"help": "largest norm of the gradient; 0: no bound"}
    )
    clip_value: float = field(
        default=0.0, metadata={"help": "largest absolute value in the gradient; 0: no bound"}
    )
    warmup: float = field(
        default=0.0,
        metadata={"help": "share of the run in which the rate rises before its schedule"},
    )
    average: float = field(
        default=0.0,
        metadata={
            "help": "average weights over steps: decay of the mean, 1 for a plain one; 0: no"
        },
    )
    average_start: float = field(
        default=0.75, metadata={"help": "progress of the run, 0 to 1, at which averaging begins"}
    )
    width: float = field(
        default=1.0, metadata={"help": "factor on the channels and features of the model's layers"}
    )
    patience: int = field(
        default=0,
        metadata={"help": "end after so many epochs without a better one by metric; 0: never"},
    )
    balanced: bool = field(
        default=False, metadata={"help": "show every class equally often in an epoch"}
    )
    class_weights: bool = field(
        default=False,
        metadata={"help": "let every class weigh the same in the loss, whatever its size"},
    )
    diagnose: bool = field(
        default=False,
        metadata={"help": "measure every layer at the end of each epoch, into diagnosis.csv"},
    )

    def __post_init__(self) -> None:
        self._check_choices()
        for name in AT_LEAST_ONE:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        for name in NOT_NEGATIVE:
            if not 0 <= (getattr(self, name) or 0) < math.inf:
                raise ValueError(f"{name} must not be negative, got {getattr(self, name)}")
        for name in SHARES:
            if not 0 <= getattr(self, name) < 1:
                value = getattr(self, name)
                raise ValueError(f"{name} must be at least 0 and below 1, got {value}")
        if not 0 < self.lr < math.inf:
            raise ValueError(f"lr must be above 0, got {self.lr}")
        if not 0 < self.width <= MAX_WIDTH:
            raise ValueError(f"width must be above 0 and at most {MAX_WIDTH}, got {self.width}")
        if not 0 <= self.average <= 1:
            raise ValueError(f"average must be from 0 to 1, got {self.average}")

    @property
    def decay(self) -> float:
        """The weight decay: as it was given, else what suits the optimizer."""
        if self.weight_decay is not None:
            return self.weight_decay
        return ADAMW_DECAY if self.optimizer == "adamw" else 0.0

    def _check_choices(self) -> None:
        for name, known in CHOICES.items():
            value = getattr(self, name)
            if value not in get_args(known):
                words = ", ".join(get_args(known))
                raise ValueError(f"{name} must be one of {words}, got {value}")
