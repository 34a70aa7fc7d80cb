"""Random symbols: ``mx.sym.random.uniform`` and others; numbers as parameters give one operator, symbols another."""
from ..core.frontend import namespace
from .methods import build

__getattr__, __dir__ = namespace(globals(), build, ("_random_", "_sample_", "_"))
