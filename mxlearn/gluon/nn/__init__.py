"""Layers: ``mx.gluon.nn``."""
from typing import TYPE_CHECKING

from ...base import MissingAttributeError
from ..block import Block, HybridBlock, SymbolBlock
from . import activations, basic_layers, conv_layers, normalization, pooling
from .activations import *  # noqa: F403
from .basic_layers import *  # noqa: F403
from .conv_layers import *  # noqa: F403
from .normalization import *  # noqa: F403
from .pooling import *  # noqa: F403

__all__ = ["Block", "HybridBlock", "SymbolBlock"]
__all__ += activations.__all__
__all__ += basic_layers.__all__
__all__ += conv_layers.__all__
__all__ += normalization.__all__
__all__ += pooling.__all__

if not TYPE_CHECKING:  # for a type checker, a name that is not here is an error

    def __getattr__(name: str):
        raise MissingAttributeError(f"module {__name__!r} has no layer {name!r}.", name, lambda: __all__)
