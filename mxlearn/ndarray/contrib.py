"""Operators outside of MXNet's stable interface: ``mx.nd.contrib``."""
from ..core.frontend import namespace
from .dispatch import build

__getattr__, __dir__ = namespace(globals(), build, ("_contrib_",))
