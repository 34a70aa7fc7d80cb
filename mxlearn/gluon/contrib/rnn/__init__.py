"""More recurrent cells: ``mx.gluon.contrib.rnn``. Convolutional ones, an LSTM with projection, variational dropout.

References: MXNet 1.9.1 module mxnet.gluon.contrib.rnn.
"""
from ....base import missing as _missing
from . import conv_rnn_cell, rnn_cell
from .conv_rnn_cell import *  # noqa: F403
from .rnn_cell import *  # noqa: F403

__all__ = [*conv_rnn_cell.__all__, *rnn_cell.__all__]


def __getattr__(name: str):
    raise _missing(__name__, name, lambda: __all__)
