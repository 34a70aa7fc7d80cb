"""Linear algebra on NDArrays: ``mx.nd.linalg.gemm2``, ``potrf``, ``inverse`` and others."""
from ..core.frontend import namespace
from .calling import build

__getattr__, __dir__ = namespace(globals(), build, ("_linalg_",))
