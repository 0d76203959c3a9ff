"""Layers that are computed as one: the fused blocks, and which layers of a chain become one."""
