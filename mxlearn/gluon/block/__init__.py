"""Blocks: layers and networks, made of parameters and of other Blocks.

References: MXNet 1.9.1 module mxnet.gluon.block.
"""
# what MXNet's module has too, and programs take from here
from ...base import MXNetError  # noqa: F401
from ...ndarray import NDArray  # noqa: F401
from ...symbol import Symbol, load_json  # noqa: F401
from ...util import is_np_array, np_array, np_shape  # noqa: F401
from ..parameter import DeferredInitializationError, Parameter, ParameterDict  # noqa: F401
from ..utils import HookHandle  # noqa: F401
from .base import Block
from .hybrid import HybridBlock
from .symbolic import SymbolBlock

__all__ = ["Block", "HybridBlock", "SymbolBlock"]
