"""Convolution, batch normalisation, ReLU and max pooling as one layer, for training.

The layers one by one are its oracle: it has their weights, fills their gradients, and equals them
within rounding, with a third of their passes over memory.

- A tile of the batch stays in cache from its patches to its moments and the tops of its windows.
- Pooling comes before the normalisation: the largest number stays the largest under an increasing
  map, and gamma u + beta increases where gamma >= 0. Where it does not, the kernel is turned
  negative and gamma positive. So normalisation and ReLU touch the pooled numbers only.
- Where another block follows, the output comes with the border that its convolution needs, and is
  not copied for it. That block also does what of this one waits for sums over the whole batch, on
  the thread that goes on with the numbers: fewer times threads wait for each other.
- The gradient of the convolution's output takes the place of that output, tile by tile, and goes
  into both products, for the kernel and for the input, while it is in cache.
"""

import math
from collections.abc import Sequence

import numpy as np

from nn.arrays import Array, Buffers
from nn.fusion.block import Block
from nn.fusion.change import Change
from nn.layers.conv import Conv2d
from nn.layers.normalization import BatchNorm
from nn.ops.moments import Moments, joined, moments
from nn.ops.normalization import channel_sums, in_runs, repeated, wide
from nn.ops.padding import bordered, cleared, inside
from nn.ops.planes import NO_POOL, Pool, max_of
from nn.ops.window import tiles_within
from nn.shards import Shard


class TrainingBlock(Block):
    """y = pool(relu(norm(conv(x)))) in training, ReLU and pooling where there are some.

    x has the border of its own window where a block stands before it, y that of the window of the
    block after it.
    """

    before: "TrainingBlock | None" = None
    after: "TrainingBlock | None" = None

    def __init__(self, conv: Conv2d, norm: BatchNorm, *, relu: bool, pool: Pool) -> None:
        super().__init__(conv, norm, relu=relu, pool=pool)
        self.batch_norm = norm
        self.kernel = np.empty_like(conv.params["weight"])
        self.y = np.empty(0)
        self.total = np.empty(self.product.partial_shape, self.kernel.dtype)

    def forward(self, x: Array, step: int | None = None) -> Array:
        self.x = x
        gamma = self.batch_norm.params["gamma"]
        self.sign = np.where(gamma < 0, -1, 1).astype(x.dtype)
        self.product.use(np.multiply(self.conv.params["weight"], self.sign, out=self.kernel))
        self._take_buffers(len(x))
        parts = self.shards.map(self._convolve, len(x))
        self._measure([tile for part in parts for tile in part])
        if not self.after:
            self.shards.map(self.normalise, len(x))
        return self.y

    def _take_buffers(self, n: int) -> None:
        h, w, d = self.output_shape
        dtype, border = self.x.dtype, self.after.conv.window if self.after else None
        self.raw = self.buffer("raw", (n, math.prod(self.conv.output_shape)), dtype)
        shape = (n, h, w, d)
        pooled = self.pool != NO_POOL
        self.top = self.buffer("top", shape, dtype) if pooled else self.raw.reshape(shape)
        self.sums = np.empty((len(self.shards.cut(n)), 2, d), dtype)
        y = self.buffer("y", (n, *(border.padded(h, w) if border else (h, w)), d), dtype)
        if border and y is not self.y:  # else the border is still zero: nothing writes there
            cleared(y, border, h, w)
        self.y = y

    def _tiles(self, rows: slice) -> Sequence[slice]:
        """Parts of these rows of a batch that stay in cache on their way."""
        return tiles_within(rows, self.product.bytes_an_image(self._itemsize))

    def _pooled_tiles(self, rows: slice) -> Sequence[slice]:
        """Parts whose outputs fit the cache."""
        return tiles_within(rows, math.prod(self.output_shape) * self._itemsize)

    def _images(self, rows: slice, scratch: Buffers) -> Array:
        """A tile of the inputs with the border that the convolution needs."""
        x = self.x[rows]
        return x if self.before else bordered(x, self.conv.window, scratch)

    def _planes(self, rows: slice) -> Array:
        """What the convolution made of a tile: (p q, n, H' / p, W' / q, D)."""
        count = rows.stop - rows.start
        return self.raw[rows].reshape(math.prod(self.pool), count, *self.output_shape, copy=False)

    def _convolve(self, shard: Shard) -> list[Moments]:
        """The convolution of a shard, its moments tile by tile, and the tops of its windows."""
        scratch, found = shard.scratch, []
        if self.before:
            self.before.normalise(shard)
        for rows in self._tiles(shard.rows):
            planes = self._planes(rows)
            self.product.forward(self._images(rows, scratch), planes, scratch)
            found.append(moments(planes, scratch=scratch))
            if self.pool != NO_POOL:
                max_of(planes, out=self.top[rows])
        return found

    def _measure(self, parts: list[Moments]) -> None:
        """Mean and deviation of the whole batch, of channels as the turned kernel makes them.

        A bias of the convolution moves the mean and nothing else.
        """
        norm, dtype = self.batch_norm, self.x.dtype
        mean, var, self.count = joined(parts, len(self.sign))
        norm.remember(mean * self.sign + self.conv.params.get("bias", 0), var, self.count)
        self.mean = mean.astype(dtype)
        self.rstd = (1 / np.sqrt(var + norm.eps)).astype(dtype)
        self.scale = np.abs(norm.params["gamma"]) * self.rstd
        shift = norm.params["beta"] - self.mean * self.scale
        width = self.output_shape[1]
        self.affine = repeated(self.scale, width), repeated(shift, width)  # of a line
        self.centre = wide(self.mean, self.top)

    def normalise(self, shard: Shard) -> None:
        """y = max(0, scale * top + shift)."""
        scale, shift = self.affine
        for rows in self._pooled_tiles(shard.rows):
            y = self._output(rows)
            np.multiply(self.top[rows].reshape(y.shape), scale, out=y)
            y += shift
            if self.relu:
                np.maximum(y, 0, out=y)

    def _output(self, rows: slice) -> Array:
        """The output of some images without its border, line by line: (n, H' / p, W' / q * D)."""
        h, w, d = self.output_shape
        y = self.y[rows]
        if self.after:
            y = inside(y, self.after.conv.window, h, w)
        return y.reshape(len(y), h, w * d, copy=False)

    def backward(self, dy: Array) -> Array:
        """With u = (raw - mean) rstd and g = gamma dy at the tops where y > 0, else 0:

        draw = rstd (g - mean(g) - u mean(g u)), as in BatchNorm.
        """

        def learn(shard: Shard, out: Array) -> None:
            self._learn(dy, change, shard, out)
            if self.before:
                self.before.sum_up(self.dx, shard)

        if not self.after:
            self.shards.map(lambda shard: self.sum_up(dy, shard), len(dy))
        total = self.sums.sum(axis=0)
        change = self._change(dbeta=total[0], dgamma=total[1] * self.rstd)
        shape = self.before.output_shape if self.before else self.x.shape[1:]
        self.dx = dy
        if self.conv.needs_dx:
            self.dx = self.buffer("dx", (len(dy), *shape), dy.dtype)
            self.product.turn()
        self.shards.sum(learn, len(dy), out=self.total)
        self.product.gradient(self.total, out=self.conv.grads["weight"])
        self.conv.grads["weight"] *= self.sign
        if self.conv.bias:
            self.conv.grads["bias"].fill(0)  # the normalisation takes away what it adds
        return self.dx

    def sum_up(self, dy: Array, shard: Shard) -> None:
        """Of dy where y > 0, which replaces dy, and of its product with raw - mean."""
        scratch, mean = shard.scratch, self.centre
        out = self.sums[shard.index]
        out.fill(0)
        part = np.empty_like(self.mean)
        for rows in self._pooled_tiles(shard.rows):
            g = dy[rows]
            if self.relu:
                y = self._output(rows)
                g.reshape(y.shape)[...] *= np.greater(y, 0, out=scratch("shown", y.shape, bool))
            u = scratch("centered", g.shape, g.dtype)
            np.subtract(in_runs(self.top[rows], mean), mean, out=in_runs(u, mean))
            u *= g
            out[0] += channel_sums(g, out=part)
            out[1] += channel_sums(u, out=part)

    def _change(self, *, dbeta: Array, dgamma: Array) -> Change:
        """Fill the gradients of the normalisation; return what they make of dy."""
        self.batch_norm.grads["beta"][...] = dbeta
        self.batch_norm.grads["gamma"][...] = dgamma * self.sign
        slope = self.scale * self.rstd * dgamma / -self.count
        shift = self.scale * dbeta / -self.count - slope * self.mean
        return Change.of(self.scale, slope, shift, self.top)

    def _learn(self, dy: Array, change: Change, shard: Shard, partial: Array) -> None:
        """The gradient of the kernel, and dx."""
        scratch = shard.scratch
        first, *others = self._tiles(shard.rows)
        self._learn_tile(first, dy, change, partial, scratch)
        for rows in others:
            part = scratch("partial", partial.shape, partial.dtype)
            self._learn_tile(rows, dy, change, part, scratch)
            partial += part

    def _learn_tile(
        self, rows: slice, dy: Array, change: Change, partial: Array, scratch: Buffers
    ) -> None:
        planes = self._planes(rows)
        change.apply(planes, self.top[rows], dy[rows], scratch)
        dx = self.dx[rows] if self.conv.needs_dx else None
        self.product.backward(self._images(rows, scratch), planes, partial, dx, scratch)
