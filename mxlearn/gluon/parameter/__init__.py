"""Parameters: the arrays that a Block learns, one copy on each context.

References: MXNet 1.9.1 module mxnet.gluon.parameter.
"""
from .dictionary import ParameterDict
from .single import Constant, DeferredInitializationError, Parameter

__all__ = ["Constant", "DeferredInitializationError", "Parameter", "ParameterDict"]
