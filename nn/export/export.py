"""From a model file to an ONNX file: converted, compared, and only then written."""

from dataclasses import dataclass
from pathlib import Path

from crawler.files import replacing
from nn.export.check import RUNTIME, largest_difference
from nn.export.convert import converted
from nn.export.errors import ExportError
from nn.export.images import drawn, of_snapshot
from nn.files.modelfile import read_model
from nn.files.network import enough_memory, naming, network
from nn.predict import Classifier

LIMIT = 1e-4  # of a logit; more is no rounding
MAX_BYTES = (2 << 30) - (16 << 20)  # of weights; the rest is for what is around them


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What an ONNX model was compared with, and how it did."""

    runtime: str
    images: str  # how many of what
    difference: float  # the largest of a logit

    @property
    def facts(self) -> dict[str, str]:
        """For the metadata of the file."""
        return {
            "compared_in": self.runtime,
            "compared_on": self.images,
            "largest_difference": f"{self.difference:.3g}",
        }


def export(path: Path, out: Path, dataset: Path | None = None) -> Compared:
    """Write the model file `path` as the ONNX file `out`, whole or not at all.

    It is compared with our own prediction on images of a dataset.json, or on drawn ones. Raises
    ExportError where a logit differs by more than LIMIT, ModelFileError, DatasetError, OSError.
    """
    file = read_model(path)
    if sum(weight.nbytes for weight in file.weights.values()) > MAX_BYTES:
        raise ExportError(f"{path} has more weights than an ONNX file can hold, 2 GiB")
    with naming(path):
        model, classifier = network(file), Classifier(file)
    with enough_memory(path):
        compared = _compared(converted(file, model, {}), classifier, dataset)
    if not compared.difference <= LIMIT:
        raise ExportError(
            f"{path} computes otherwise in {compared.runtime}: a logit differs by "
            f"{compared.difference:.3g} on {compared.images}, more than {LIMIT}; nothing is written"
        )
    with replacing(out) as part:
        part.write_bytes(converted(file, model, compared.facts))
    return compared


def _compared(body: bytes, classifier: Classifier, dataset: Path | None) -> Compared:
    side = classifier.preprocessing.stored
    if dataset is None:
        batches, source = drawn(side), "drawn images"
    else:
        from nn.snapshot import opened

        snapshot = opened(dataset)
        if snapshot.stored != side:
            raise ExportError(
                f"{dataset} stores images of {snapshot.stored} pixels, the model reads {side}"
            )
        batches, source = list(of_snapshot(snapshot.splits)), f"images of dataset {snapshot.id}"
    count = sum(map(len, batches))
    difference = largest_difference(body, classifier, batches)
    return Compared(runtime=RUNTIME, images=f"{count} {source}", difference=difference)
