"""Operators as functions on Symbols: ``mx.sym.image``."""
from ..core.frontend import namespace
from .methods import build

__getattr__, __dir__ = namespace(globals(), build, ("_image_",))
