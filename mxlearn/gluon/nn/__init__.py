"""Layers: ``mx.gluon.nn``."""
from ...base import MissingAttributeError
from ..block import Block, HybridBlock, SymbolBlock
from .activations import *  # noqa: F403
from .activations import __all__ as _activations
from .basic_layers import *  # noqa: F403
from .basic_layers import __all__ as _basic
from .conv_layers import *  # noqa: F403
from .conv_layers import __all__ as _convolution
from .normalization import *  # noqa: F403
from .normalization import __all__ as _normalization
from .pooling import *  # noqa: F403
from .pooling import __all__ as _pooling

__all__ = ["Block", "HybridBlock", "SymbolBlock"]
__all__ += [*_activations, *_basic, *_convolution, *_normalization, *_pooling]


def __getattr__(name: str):
    raise MissingAttributeError(f"module {__name__!r} has no layer {name!r}.", name, lambda: __all__)
