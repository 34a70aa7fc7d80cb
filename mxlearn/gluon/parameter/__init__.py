"""Parameters: the arrays that a Block learns, one copy on each context.

References: MXNet 1.9.1 module mxnet.gluon.parameter.
"""
# what MXNet's module has too, and programs take from here
from ...base import MXNetError  # noqa: F401
from ...context import cpu  # noqa: F401
from ...ndarray import NDArray
from ...symbol import Symbol
from ...util import is_np_array, is_np_shape  # noqa: F401
from ..utils import shape_is_known  # noqa: F401
from . import holding  # noqa: F401 - it is there for errors
from .constant import Constant
from .dictionary import ParameterDict
from .single import DeferredInitializationError, Parameter

tensor_types = (Symbol, NDArray)

__all__ = ["Constant", "DeferredInitializationError", "Parameter", "ParameterDict"]
