"""Operators as functions on Symbols: ``mx.sym.linalg``."""
from ..core.frontend import namespace
from .methods import build

__getattr__, __dir__ = namespace(globals(), build, ("_linalg_",))
