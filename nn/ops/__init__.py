"""Pure array kernels: no state, no parameters of their own; results go into `out`, or stay in place
where the docstring says so.

Shape letters: N batch, H height, W width, C input channels, D output channels or features,
K kernel size. Channels come last everywhere. The type of the input is kept: float32 stays
float32, and tests run the same code in float64. A `scratch` is a `Buffers` of the caller's.
"""
