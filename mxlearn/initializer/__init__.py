"""Initializers: the values that parameters start with. API: MXNet 1.9.1's mxnet.initializer, also known as mx.init.

An initializer is called with the name of a parameter and its array. What it does depends on the name: a ``*_weight`` is
drawn as the initializer says, a ``*_bias`` or ``*_beta`` is 0, a ``*_gamma`` is 1. A variable that carries an
initializer of its own (``mx.sym.Variable(init=...)``) gets that one, whatever its name.
"""
from .base import InitDesc, Initializer, alias, create, register
from .filling import Constant, MSRAPrelu, Normal, One, Orthogonal, Uniform, Xavier, Zero
from .special import Bilinear, FusedRNN, Load, LSTMBias, Mixed

__all__ = [
    "Bilinear",
    "Constant",
    "FusedRNN",
    "InitDesc",
    "Initializer",
    "LSTMBias",
    "Load",
    "MSRAPrelu",
    "Mixed",
    "Normal",
    "One",
    "Orthogonal",
    "Uniform",
    "Xavier",
    "Zero",
    "alias",
    "create",
    "register",
]
