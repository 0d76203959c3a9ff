"""The jobs done with torchvision's transforms v2, on PIL images and on tensors.

Each is the chain of torchvision's own recipes: v2 draws once a call, so that a batch is augmented
image by image. Crops are continued by black, its default, which is quicker than a mirror.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torchvision.io import ImageReadMode, decode_image
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional

from flows.bench.dataset.material import Noise, Stored, shuffled
from flows.bench.dataset.terms import BORDER, HOLE, LARGER, MEAN, SIZE, STD
from flows.bench.dataset.way import Way

Transform = Callable[[Any], Any]

FORMS = {"PIL": (v2.ToImage(),), "tensor": ()}  # how an image goes in; what makes it a tensor

torch.set_num_threads(1)


def augment(noise: Noise) -> Iterator[Way]:
    """RandomCrop, RandomHorizontalFlip, Normalize; RandomErasing as cutout."""
    tensors = torch.from_numpy(noise.images).permute(0, 3, 1, 2).contiguous()
    items = {"PIL": lambda n: Image.fromarray(noise.images[n]), "tensor": lambda n: tensors[n]}
    part = HOLE**2 / SIZE**2
    hole = v2.RandomErasing(p=1, scale=(part, part), ratio=(1, 1))
    for form, item in items.items():
        transform = v2.Compose(
            [
                v2.RandomCrop(SIZE, padding=BORDER),
                v2.RandomHorizontalFlip(),
                *_normalised(form),
                *([hole] if "cutout" in noise.operations else []),
            ]
        )
        yield _way(f"{form}, an image at a time", noise.order, item, transform)


def store(material: Stored) -> Iterator[Way]:
    """From files as ImageFolder opens them or by torchvision's decoder; from one tensor."""
    items = {
        "PIL": lambda n: Image.open(material.files[n]).convert("RGB"),
        "tensor": lambda n: decode_image(material.files[n]),
    }
    for form, item in items.items():
        transform = v2.Compose(_normalised(form))
        yield _way(f"PNG files, {form}", material.order, item, transform)
    whole = torch.from_numpy(material.split.images(np.arange(len(material.split))))
    whole = whole.permute(0, 3, 1, 2).contiguous()
    batch = v2.Compose(_normalised("tensor"))

    def epoch() -> Iterator[Any]:
        return (batch(whole[torch.from_numpy(chosen)]) for chosen in shuffled(material.order))

    yield Way(how="a tensor in memory, batches", images=len(whole), once=epoch)


def files(material: Sequence[Path]) -> Iterator[Way]:
    """The middle of each photo, made smaller with antialias."""
    items = {
        "PIL": lambda n: Image.open(material[n]).convert("RGB"),
        "tensor": lambda n: decode_image(material[n], ImageReadMode.RGB),
    }
    for form, item in items.items():
        transform = v2.Compose([_square, *_normalised(form)])
        yield _way(form, np.arange(len(material)), item, transform, antialias="yes")


def _square(image: Any) -> Any:
    side = min(functional.get_size(image))
    middle = functional.center_crop(image, [side, side])
    return functional.resize(middle, [LARGER, LARGER], antialias=True)


def _normalised(form: str) -> list[Transform]:
    return [*FORMS[form], v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)]


def _way(how: str, order: Any, item: Transform, transform: Transform, antialias: str = "") -> Way:
    def epoch() -> Iterator[Any]:
        for chosen in shuffled(order):
            yield torch.stack([transform(item(number)) for number in chosen.tolist()])

    return Way(how=how, images=len(order), once=epoch, antialias=antialias)
