"""Symbols: ``mx.sym``. Every operator of the registry is a function here; ``dir(mx.sym)`` lists them."""
from ..core.frontend import namespace as _namespace
from . import contrib, image, linalg, op, random
from . import functions as _functions
from . import methods as _methods
from .functions import *  # noqa: F403
from .json_format import fromjson, load, load_json
from .making import Group, Variable, var
from .symbol import Symbol
from .tape import from_tape

# made when it is asked for; the functions of mx.np take symbols as well as arrays
_ELSEWHERE = {"_internal": "._internal", "np": "..numpy", "npx": "..numpy_extension", "numpy": "..numpy",
              "sparse": ".sparse"}
_MULTI_UPDATES = ("multi_mp_sgd_mom_update", "multi_mp_sgd_update", "multi_sgd_mom_update")
_operator, __dir__ = _namespace(globals(), _methods.build)


def __getattr__(name: str):
    if name == "Custom":
        import importlib

        return importlib.import_module("..operator.running", __name__).sym_custom
    if name in _MULTI_UPDATES:
        import importlib

        return getattr(importlib.import_module(".multi_update", __name__), name)
    if name in _ELSEWHERE:
        import importlib

        return importlib.import_module(_ELSEWHERE[name], __name__)
    return _operator(name)


__all__ = ["Group", "Symbol", "Variable", "contrib", "from_tape", "fromjson", "image", "linalg", "load", "load_json"]
__all__ += ["Custom", "sparse"]  # noqa: F405 # pyright: ignore[reportUnsupportedDunderAll]
__all__ += ["op", "random", "var", *_functions.__all__]
