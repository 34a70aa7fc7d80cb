"""Gluon: networks as Python classes. ``mx.gluon``."""
import importlib as _importlib
from typing import TYPE_CHECKING

from ..base import missing
from . import loss, nn, utils
from .block import Block, HybridBlock, SymbolBlock
from .parameter import Constant, DeferredInitializationError, Parameter, ParameterDict, tensor_types
from .trainer import Trainer

_LAZY = ("contrib", "data", "model_zoo", "rnn")

if TYPE_CHECKING:
    from . import contrib, data, model_zoo, rnn
else:  # imported when it is first used

    def __getattr__(name: str):
        if name in _LAZY:
            return _importlib.import_module(f".{name}", __name__)
        raise missing(__name__, name, lambda: __all__)


__all__ = [
    "Block",
    "Constant",
    "DeferredInitializationError",
    "HybridBlock",
    "Parameter",
    "ParameterDict",
    "SymbolBlock",
    "Trainer",
    "contrib",
    "data",
    "loss",
    "model_zoo",
    "nn",
    "rnn",
    "tensor_types",
    "utils",
]
