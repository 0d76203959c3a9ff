"""What a user of PyTorch writes to name one photo: `python cold_torch.py STATE PHOTO`.

It knows nothing of this package, so that it imports nothing that it does not need.
"""

import sys

import numpy as np
import torch
from PIL import Image
from torch import nn

SIDE = 32  # pixels


def main(state: str, photo: str) -> None:
    """Print the class and its probability."""
    model = reference()
    model.load_state_dict(torch.load(state, weights_only=True))
    model.eval()
    with torch.inference_mode():
        shares = model(pixels(photo)).softmax(1)[0]
    number = int(shares.argmax())
    print(f"class {number},{float(shares[number])}")


def reference() -> nn.Sequential:
    """The reference network."""

    def block(channels: int, filters: int) -> list[nn.Module]:
        convolution = nn.Conv2d(channels, filters, 3, padding=1, bias=False)
        return [convolution, nn.BatchNorm2d(filters), nn.ReLU(), nn.MaxPool2d(2)]

    head = [nn.Linear(128 * 4 * 4, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 10)]
    return nn.Sequential(*block(3, 32), *block(32, 64), *block(64, 128), nn.Flatten(), *head)


def pixels(photo: str) -> torch.Tensor:
    """The middle of a photo, normalised: (1, 3, SIDE, SIDE)."""
    image = Image.open(photo).convert("RGB")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    image = image.crop((left, top, left + side, top + side)).resize((SIDE, SIDE))
    x = torch.from_numpy(np.asarray(image, np.float32)) / 255
    return ((x - 0.5) / 0.25).permute(2, 0, 1)[None]


if __name__ == "__main__":
    main(*sys.argv[1:])
