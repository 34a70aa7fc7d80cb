"""Every operator as a function on NDArrays, made when it is first looked up."""
from ..core.frontend import namespace
from .calling import build

__getattr__, __dir__ = namespace(globals(), build)
