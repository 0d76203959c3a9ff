"""The layers a model is made of: objects with parameters and buffers, over the kernels of `ops`."""

from nn.layers.activation import ReLU
from nn.layers.conv import Conv2d
from nn.layers.dropout import Dropout
from nn.layers.layer import Layer
from nn.layers.linear import Linear
from nn.layers.normalization import BatchNorm
from nn.layers.pooling import GlobalAvgPool2d, MaxPool2d
from nn.layers.shape import Flatten

__all__ = [
    "BatchNorm",
    "Conv2d",
    "Dropout",
    "Flatten",
    "GlobalAvgPool2d",
    "Layer",
    "Linear",
    "MaxPool2d",
    "ReLU",
]
