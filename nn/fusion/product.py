"""How a block multiplies: what takes images to the planes of their convolution, and back."""

from typing import Protocol

from nn.arrays import Array, Buffers, Shape


class Product(Protocol):
    """A way to compute a convolution and its gradients, tile by tile.

    x       (n, H + border, W + border, C), with the border of the window
    planes  (p q, n, h, w, D), its outputs (nn.ops.planes), or their gradients
    dx      (n, H, W, C)
    """

    partial_shape: Shape  # of what the gradient of the kernel is added up in

    def bytes_an_image(self, itemsize: int) -> int:
        """What an image takes of the cache on its way."""

    def use(self, kernel: Array) -> None:
        """Compute with this kernel (K, L, C, D) from now on."""

    def turn(self) -> None:
        """Lay out the kernel for the way back to dx, once for all tiles of a step."""

    def forward(self, x: Array, planes: Array, scratch: Buffers) -> None:
        """Fill the planes of a tile."""

    def backward(
        self, x: Array, planes: Array, partial: Array, dx: Array | None, scratch: Buffers
    ) -> None:
        """Fill a partial of the kernel's gradient, and dx, where one is wanted."""

    def gradient(self, partial: Array, *, out: Array) -> None:
        """The gradient of the kernel (K, L, C, D), from all partials added up."""
