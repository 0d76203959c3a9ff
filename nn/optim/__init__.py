"""Optimizers: they move a model's flat parameter vector p (P,) against its gradient g (P,)."""

from nn.optim.adagrad import AdaGrad
from nn.optim.adam import Adam, AdamW
from nn.optim.descent import SGD, Momentum, Nesterov
from nn.optim.optimizer import Optimizer
from nn.optim.rmsprop import RMSProp

__all__ = ["SGD", "AdaGrad", "Adam", "AdamW", "Momentum", "Nesterov", "Optimizer", "RMSProp"]

OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": AdaGrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adamw": AdamW,
}
