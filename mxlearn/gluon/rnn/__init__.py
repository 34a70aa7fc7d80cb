"""Recurrent networks: ``mx.gluon.rnn``. Cells make one step; the layers RNN, LSTM and GRU run over whole sequences.

References: MXNet 1.9.1 module mxnet.gluon.rnn.
"""
from ...base import missing as _missing
from . import rnn_cell, rnn_layer
from .rnn_cell import *  # noqa: F403
from .rnn_layer import *  # noqa: F403

__all__ = [*rnn_cell.__all__, *rnn_layer.__all__]


def __getattr__(name: str):
    raise _missing(__name__, name, lambda: __all__)
