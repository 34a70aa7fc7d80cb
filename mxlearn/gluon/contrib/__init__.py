"""Gluon's younger parts: ``mx.gluon.contrib``. Each is imported when it is first used.

References: MXNet 1.9.1 module mxnet.gluon.contrib.
"""
import importlib as _importlib
from typing import TYPE_CHECKING

from ...base import missing

_LAZY = ("data", "estimator", "nn", "rnn")

if TYPE_CHECKING:
    from . import data, estimator, nn, rnn
else:

    def __getattr__(name: str):
        if name in _LAZY:
            return _importlib.import_module(f".{name}", __name__)
        raise missing(__name__, name, lambda: __all__)


__all__ = ["data", "estimator", "nn", "rnn"]
