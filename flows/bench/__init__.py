"""Benchmarks beside the best of the field, in one run on the same machine."""
