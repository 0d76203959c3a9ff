"""The textbook's layers: channels first, im2col, new arrays at every step, in the dtype of x."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from nn.arrays import Array, Shape

Arrays = dict[str, Array]


class Layer(Protocol):
    """A part of the network; images are (N, C, H, W)."""

    params: Arrays
    grads: Arrays

    def forward(self, x: Array, *, training: bool) -> Array: ...

    def backward(self, dy: Array) -> Array: ...


class Plain:
    """A layer without parameters."""

    def __init__(self) -> None:
        self.params: Arrays = {}
        self.grads: Arrays = {}


class Convolution(Plain):
    """3 x 3, one pixel of padding, no bias."""

    def __init__(self, weight: Array) -> None:
        super().__init__()
        self.params["weight"] = weight  # (D, C, 3, 3)

    def forward(self, x: Array, *, training: bool) -> Array:
        n, _, h, w = x.shape
        weight = self.params["weight"]
        self.shape, self.columns = x.shape, im2col(x, 3, pad=1)
        y = self.columns @ weight.reshape(len(weight), -1).T
        return y.reshape(n, h, w, -1).transpose(0, 3, 1, 2)

    def backward(self, dy: Array) -> Array:
        weight = self.params["weight"]
        dy = dy.transpose(0, 2, 3, 1).reshape(-1, len(weight))
        self.grads["weight"] = (self.columns.T @ dy).T.reshape(weight.shape)
        return col2im(dy @ weight.reshape(len(weight), -1), self.shape, 3, pad=1)


class BatchNorm(Plain):
    """Per channel, with running statistics for inference."""

    def __init__(self, channels: int, dtype: npt.DTypeLike) -> None:
        super().__init__()
        self.params["gamma"] = np.ones((channels, 1, 1), dtype)
        self.params["beta"] = np.zeros((channels, 1, 1), dtype)
        self.mean, self.var = np.zeros_like(self.params["beta"]), np.ones_like(self.params["beta"])

    def forward(self, x: Array, *, training: bool) -> Array:
        mean, var = self.mean, self.var
        if training:
            mean, var = (f(x, axis=(0, 2, 3), keepdims=True)[0] for f in (np.mean, np.var))
            self.mean = 0.9 * self.mean + 0.1 * mean
            self.var = 0.9 * self.var + 0.1 * var
        self.std = np.sqrt(var + 1e-5)
        self.normalised = (x - mean) / self.std
        return self.params["gamma"] * self.normalised + self.params["beta"]

    def backward(self, dy: Array) -> Array:
        n = dy.size / dy.shape[1]
        self.grads["beta"] = dy.sum(axis=(0, 2, 3))[:, None, None]
        self.grads["gamma"] = (dy * self.normalised).sum(axis=(0, 2, 3))[:, None, None]
        means = (self.grads["beta"] + self.normalised * self.grads["gamma"]) / n
        dx: Array = self.params["gamma"] * (dy - means) / self.std
        return dx


class ReLU(Plain):
    """max(x, 0)."""

    def forward(self, x: Array, *, training: bool) -> Array:
        self.mask = x > 0
        return x * self.mask

    def backward(self, dy: Array) -> Array:
        return dy * self.mask


class MaxPool(Plain):
    """2 x 2, its windows gathered by im2col as a convolution's are."""

    def forward(self, x: Array, *, training: bool) -> Array:
        n, c, h, w = self.shape = x.shape
        self.windows = im2col(x, 2, stride=2).reshape(-1, 4)
        self.largest = self.windows.argmax(axis=1)
        y: Array = self.windows.max(axis=1)
        return y.reshape(n, h // 2, w // 2, c).transpose(0, 3, 1, 2)

    def backward(self, dy: Array) -> Array:
        windows = np.zeros_like(self.windows)
        windows[np.arange(len(windows)), self.largest] = dy.transpose(0, 2, 3, 1).ravel()
        return col2im(windows, self.shape, 2, stride=2)


class Affine(Plain):
    """x W + b, of images flattened."""

    def __init__(self, weight: Array, bias: Array) -> None:
        super().__init__()
        self.params |= {"weight": weight, "bias": bias}

    def forward(self, x: Array, *, training: bool) -> Array:
        self.shape, self.x = x.shape, x.reshape(len(x), -1)
        return self.x @ self.params["weight"] + self.params["bias"]

    def backward(self, dy: Array) -> Array:
        self.grads = {"weight": self.x.T @ dy, "bias": dy.sum(axis=0)}
        return (dy @ self.params["weight"].T).reshape(self.shape)


class Dropout(Plain):
    """Inverted."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p, self.rng = p, np.random.default_rng(0)

    def forward(self, x: Array, *, training: bool) -> Array:
        if not training:
            return x
        self.mask = (self.rng.random(x.shape) >= self.p).astype(x.dtype) / (1 - self.p)
        return x * self.mask

    def backward(self, dy: Array) -> Array:
        return dy * self.mask


def im2col(x: Array, size: int, *, stride: int = 1, pad: int = 0) -> Array:
    """(N, C, H, W) -> (N H' W', C size size): what a kernel sees at each place."""
    n, c, h, w = x.shape
    rows, columns = ((side + 2 * pad - size) // stride + 1 for side in (h, w))
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    col = np.zeros((n, c, size, size, rows, columns), x.dtype)
    for i in range(size):
        for j in range(size):
            down, right = i + stride * rows, j + stride * columns
            col[:, :, i, j] = padded[:, :, i:down:stride, j:right:stride]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(n * rows * columns, -1)


def col2im(col: Array, shape: Shape, size: int, *, stride: int = 1, pad: int = 0) -> Array:
    """The adjoint of im2col: what overlaps is added up, to (N, C, H, W)."""
    n, c, h, w = shape
    rows, columns = ((side + 2 * pad - size) // stride + 1 for side in (h, w))
    col = col.reshape(n, rows, columns, c, size, size).transpose(0, 3, 4, 5, 1, 2)
    padded = np.zeros((n, c, h + 2 * pad, w + 2 * pad), col.dtype)
    for i in range(size):
        for j in range(size):
            down, right = i + stride * rows, j + stride * columns
            padded[:, :, i:down:stride, j:right:stride] += col[:, :, i, j]
    return padded[:, :, pad : pad + h, pad : pad + w]
