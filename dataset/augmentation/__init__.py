"""One operation of augmentation a file: whole batches, in pure NumPy, uint8 in and uint8 out.

Shape letters: N batch, S stored size, H = W = size.
"""
