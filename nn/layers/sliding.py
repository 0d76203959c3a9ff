"""What convolutions and poolings have in common: a window that slides over the image."""

from collections.abc import Sequence

from nn.arrays import Shape
from nn.errors import ArchitectureError
from nn.layers.layer import Layer
from nn.ops.window import Size, Window


class Sliding(Layer):
    """A layer with a window: it makes images (H', W', D) of images (H, W, C).

    H' = (H + 2 padding - K) / stride + 1, floored, for a kernel of K pixels. Dilated, it spans
    dilation (K - 1) + 1 pixels, which then stand for K; `ceil` rounds up, where a window can hang
    over the end, and at least to 1. Sizes are a number or a pair (rows, columns), a padding also
    (top, left, bottom, right).
    """

    window: Window

    def slide(
        self,
        kernel_size: Size,
        stride: Size,
        padding: Size,
        dilation: Size,
        *,
        ceil: bool = False,
    ) -> None:
        """Set the window. Raises ArchitectureError for numbers that make none."""
        self.at_least(1, kernel_size=kernel_size, stride=stride, dilation=dilation)
        self.at_least(0, padding=padding)
        self._have(2, kernel_size=kernel_size, stride=stride, dilation=dilation)
        self._have(2, 4, padding=padding)
        self.window = Window.of(kernel_size, stride, padding, dilation, ceil=ceil)

    def _have(self, *lengths: int, **arguments: Size) -> None:
        for name, value in arguments.items():
            if isinstance(value, Sequence) and len(value) not in lengths:
                self.refuse(name, f"a number, or {' or '.join(map(str, lengths))} of them", value)

    def places(self, shape: Shape) -> tuple[int, int]:
        """(H', W'). Raises ArchitectureError where the window does not fit the image."""
        self.expect(shape, 3, "images (H, W, C)")
        h, w, _ = shape
        found = self.window.output(h, w)
        if min(found) < 1:
            rows, columns = self.window
            raise ArchitectureError(
                f"a window of {rows.span} x {columns.span} pixels does not fit an image of "
                f"{h} x {w}; it takes larger images or fewer layers"
            )
        return found
