"""Images as np.ndarrays: ``mx.npx.image``, the functions and classes of ``mx.image`` and the operators of ``nd.image``.

References: MXNet 1.9.1 module mxnet.numpy_extension.image.
"""
import importlib as _importlib
import importlib.util as _util
import inspect as _inspect
from typing import Any

from ..base import missing
from ..core.frontend import dress
from ..core.operator import REGISTRY
from ..ndarray.array import NDArray
from ..util import is_np_array
from . import build

_PACKAGE = __name__.partition(".")[0]


def _images() -> Any:
    """Return the module mx.image."""
    found = _util.find_spec(f"{_PACKAGE}.image") is not None
    return _importlib.import_module(f"{_PACKAGE}.image") if found else None


def _faced(value) -> Any:
    if isinstance(value, NDArray):
        return value.as_np_ndarray()
    return type(value)(_faced(v) for v in value) if type(value) in (list, tuple) else value


def _wrapped(function) -> Any:
    def face(*args, **kwargs):
        return _faced(function(*args, **kwargs))

    face.__name__, face.__doc__ = function.__name__, function.__doc__
    return face


def __getattr__(name: str):
    op = REGISTRY.get(f"_image_{name}")
    if op is not None:
        function = dress(build(op), op, name, __name__)
        globals()[name] = function
        return function
    found = None if name.startswith("__") else getattr(_images(), name, None)
    if found is None:
        raise missing(__name__, name, __dir__)
    return _wrapped(found) if _inspect.isfunction(found) else found


def __dir__() -> list[str]:
    operators = [key.removeprefix("_image_") for key in REGISTRY if key.startswith("_image_")]
    images = _images()
    return sorted({*operators, "is_np_array", *(getattr(images, "__all__", ()) if images else ())})


__all__ = ["is_np_array"]
