"""Operators whose names begin with an underscore, as ``mx.nd._internal._plus_scalar``."""
from ..core.frontend import namespace
from .calling import build

__getattr__, __dir__ = namespace(globals(), build, ("", "_"))
