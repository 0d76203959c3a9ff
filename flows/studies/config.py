"""How a study is made: the settings of its command."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyConfig:
    """How often each run is repeated, how large it is, and on how many threads."""

    seeds: int = field(default=5, metadata={"help": "repetitions of each run: seeds 0, 1, 2, ..."})
    quick: bool = field(
        default=False, metadata={"help": "smaller networks and fewer steps: minutes at most"}
    )
    threads: int = field(
        default=0, metadata={"help": "runs computed at the same time; 0: one a core"}
    )

    def __post_init__(self) -> None:
        if self.seeds < 1:
            raise ValueError(f"seeds must be at least 1, got {self.seeds}")
        if self.threads < 0:
            raise ValueError(f"threads must not be negative, got {self.threads}")
