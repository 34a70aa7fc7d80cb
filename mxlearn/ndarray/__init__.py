"""Arrays: ``mx.nd``. Every operator of the registry is a function here; ``dir(mx.nd)`` lists them."""
from ..core.frontend import namespace as _namespace
from . import arithmetic as _arithmetic
from . import contrib, holding, image, linalg, op, random  # noqa: F401 - holding is there for errors
from . import creation as _creation
from . import multi_update as _multi_update
from .arithmetic import *  # noqa: F403
from .array import NDArray
from .calling import build as _build
from .creation import *  # noqa: F403
from .device import _copyto  # noqa: F401
from .multi_update import *  # noqa: F403
from .serialization import load, load_frombuffer, save

# what MXNet offers here and is made when it is asked for: name, (module, attribute)
_ELSEWHERE = {"_internal": ("._internal", None), "CachedOp": ("..cached_op", "CachedOp"),
              "Custom": ("..operator.running", "nd_custom"),
              "get_oshape_of_gather_nd_op": (".contrib_functions", "get_oshape_of_gather_nd_op"),
              "reset_arrays": (".contrib_functions", "reset_arrays"),
              "cast_storage": (".sparse", "cast_storage"), "sparse": (".sparse", None),
              "imdecode": ("..image.old", "imdecode"),
              "np": ("..numpy", None), "npx": ("..numpy_extension", None)}
_operator, __dir__ = _namespace(globals(), _build)


def __getattr__(name: str):
    if name in _ELSEWHERE:
        import importlib

        module, attribute = _ELSEWHERE[name]
        found = importlib.import_module(module, __name__)
        return getattr(found, attribute) if attribute else found
    return _operator(name)


__all__ = ["NDArray", "contrib", "image", "linalg", "load", "load_frombuffer", "op", "random", "save"]
__all__ += ["Custom", "sparse"]  # noqa: F405 # pyright: ignore[reportUnsupportedDunderAll]
__all__ += _arithmetic.__all__
__all__ += _creation.__all__
__all__ += _multi_update.__all__
