"""The layers a model is made of: objects with parameters and buffers, over the kernels of `ops`."""

from nn.layers.activation import ELU, GELU, LeakyReLU, ReLU, Sigmoid, Softplus, Tanh
from nn.layers.conv import Conv2d
from nn.layers.dropout import Dropout
from nn.layers.global_pooling import GlobalAvgPool2d, GlobalMaxPool2d
from nn.layers.layer import Layer
from nn.layers.linear import Linear
from nn.layers.normalization import BatchNorm
from nn.layers.padding import Pad2d
from nn.layers.pooling import AvgPool2d, MaxPool2d
from nn.layers.residual import Residual
from nn.layers.response import LocalResponseNorm
from nn.layers.shape import Flatten

__all__ = [
    "ELU",
    "GELU",
    "AvgPool2d",
    "BatchNorm",
    "Conv2d",
    "Dropout",
    "Flatten",
    "GlobalAvgPool2d",
    "GlobalMaxPool2d",
    "Layer",
    "LeakyReLU",
    "Linear",
    "LocalResponseNorm",
    "MaxPool2d",
    "Pad2d",
    "ReLU",
    "Residual",
    "Sigmoid",
    "Softplus",
    "Tanh",
]
