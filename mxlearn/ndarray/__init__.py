"""Arrays: ``mx.nd``. Every operator of the registry is a function here; ``dir(mx.nd)`` lists them."""
from ..core.frontend import namespace as _namespace
from . import arithmetic as _arithmetic
from . import contrib, image, linalg, op, random
from .arithmetic import *  # noqa: F403
from .array import NDArray
from .creation import *  # noqa: F403
from .dispatch import build as _build
from .multi_update import *  # noqa: F403
from .serialization import load, load_frombuffer, save

_operator, __dir__ = _namespace(globals(), _build)


def __getattr__(name: str):
    if name == "_internal":
        import importlib

        return importlib.import_module("._internal", __name__)
    return _operator(name)


__all__ = ["NDArray", "contrib", "image", "linalg", "load", "load_frombuffer", "op", "random", "save"]
__all__ += _arithmetic.__all__
