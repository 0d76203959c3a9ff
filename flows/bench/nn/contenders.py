"""Who is measured: what must be installed for it, its module, and the cells it has a way for."""

from typing import NamedTuple

from flows.bench.installed import version_of
from flows.bench.nn.cell import Cell
from flows.bench.nn.terms import TEXTBOOK_MODEL


class Contender(NamedTuple):
    """A library in one of its forms; its module has a function for each of its tasks.

    That function takes the cell and the form, and returns a step.
    """

    name: str
    distribution: str
    module: str
    tasks: tuple[str, ...]
    form: str = ""
    models: tuple[str, ...] = ()  # all, if none is named

    @property
    def version(self) -> str | None:
        """The installed version, or None."""
        return version_of(self.distribution)

    def takes(self, cell: Cell) -> bool:
        """Whether it has a way for a cell."""
        return cell.task in self.tasks and (not self.models or cell.model in self.models)


HERE = "flows.bench.nn"
TORCH = f"{HERE}.with_torch"
TEXTBOOK = f"{HERE}.with_textbook"
TASKS = ("train", "inference")

OURS = Contender("ours", "deeprunning", f"{HERE}.with_deeprunning", (*TASKS, "cold"))
GEMM = Contender("gemm", "numpy", f"{HERE}.with_gemm", TASKS)
PEERS = (
    Contender("torch", "torch", TORCH, (*TASKS, "cold"), "contiguous"),
    Contender("torch-channels-last", "torch", TORCH, TASKS, "channels-last"),
    Contender("torch-compile", "torch", TORCH, TASKS, "compile"),
    Contender("torch-bf16", "torch", TORCH, TASKS, "bf16"),
    Contender("onnxruntime", "onnxruntime", f"{HERE}.with_onnxruntime", ("inference",)),
    Contender("textbook", "numpy", TEXTBOOK, TASKS, "float64", (TEXTBOOK_MODEL,)),
    Contender("textbook-float32", "numpy", TEXTBOOK, TASKS, "float32", (TEXTBOOK_MODEL,)),
)
EAGER = ("torch", "torch-channels-last")
