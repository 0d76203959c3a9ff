"""`deeprunning show`: the image of one sample, made again as training or evaluation sees it."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.command import Parser, UsageError, execute, existing, log_to_stderr
from crawler.files import replacing
from dataset import DatasetError, open_dataset

if TYPE_CHECKING:
    from dataset.store import Dataset, Images

log = logging.getLogger(__name__)

EXAMPLES = """\
deeprunning show flowers/dataset/dataset.json 3f2a9c              as validation and test see it
deeprunning show flowers/dataset/dataset.json 3f2a9c --epoch 7    as training saw it in epoch 7"""


def show_main(argv: Sequence[str] | None = None, prog: str = "deeprunning show") -> int:
    """Write one image; stdout carries the path of its file only. Returns the exit status."""
    parser = Parser(prog, "Make the image of a sample as training sees it.", epilog=EXAMPLES)
    parser.add_argument("dataset", type=Path, metavar="DATASET.json", help="a snapshot")
    parser.add_argument("id", metavar="ID", help="of a sample, as in samples.csv, or its beginning")
    parser.add_argument(
        "--epoch",
        type=int,
        default=None,
        metavar="E",
        help="of the training, from 1 (default: without augmentation)",
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of the training (default 0)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=None,
        metavar="FILE.png",
        help="file to write (default: a name of id and epoch, in this folder)",
    )
    options = parser.parse_args(argv)
    log_to_stderr()
    return execute(lambda: _show(**vars(options)), (DatasetError,), prog=prog)


def _show(dataset: Path, id: str, epoch: int | None, seed: int, out: Path | None) -> None:  # noqa: A002  # the name of the argument
    from PIL import Image  # late: help must answer without it

    for flag, value, least in (("--epoch", epoch, 1), ("--seed", seed, 0)):
        if value is not None and value < least:
            raise UsageError(f"{flag} must be at least {least}, got {value}")
    if out is not None and out.is_dir():
        raise UsageError(f"{out} is a folder; name a file for --out")
    snapshot = open_dataset(existing(dataset))
    split, position = find(snapshot, id)
    if epoch is not None and split != "train":
        log.warning("a sample of the %s split is never augmented", split)
        epoch = None
    sample = snapshot.split(split).ids[position]
    named = f"{sample[:12]}.png" if epoch is None else f"{sample[:12]}-epoch-{epoch}.png"
    target = out or Path(named)
    image, told = picture(snapshot, split, position, epoch=epoch, seed=seed)
    log.info("%s", told)
    with replacing(target) as part:
        Image.fromarray(image).save(part, "PNG")
    print(target)


def find(snapshot: "Dataset", beginning: str) -> tuple[str, int]:
    """The split and the position of the sample whose id begins so. Raises UsageError."""
    found = {
        sample: (name, position)
        for name, split in snapshot.splits.items()
        for position, sample in enumerate(split.ids)
        if sample.startswith(beginning)
    }
    if len(found) != 1 or not beginning:
        many = f"{len(found)} samples begin" if found else "no sample begins"
        raise UsageError(f"{many} with {beginning!r}; samples.csv lists every id")
    return next(iter(found.values()))


def picture(
    snapshot: "Dataset", split: str, position: int, *, epoch: int | None, seed: int
) -> "tuple[Images, str]":
    """The image (size, size, 3) and a line about it; without an epoch it is not augmented."""
    import numpy as np

    from dataset.augment import Augmentation, centre_crop

    samples, at = snapshot.split(split), np.array([position])
    label = snapshot.classes[samples.labels[position]]
    if epoch is None:
        return centre_crop(samples.images(at), snapshot.size)[0], f"{label}, {split}"
    seen = Augmentation.of(snapshot, seed)
    told = f"{label}, {split}, epoch {epoch}: {', '.join(snapshot.augment) or 'not augmented'}"
    mix = seen.mix(at, epoch)
    if len(mix.mixed):
        other = int(mix.partners[0])
        told += (
            f"; {mix.share[0]:.3f} of it, the rest of {samples.ids[other][:12]} "
            f"({snapshot.classes[samples.labels[other]]})"
        )
    return seen.pixels(at, epoch)[0], told
