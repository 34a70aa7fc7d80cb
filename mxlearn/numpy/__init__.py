"""Arrays in NumPy's manner: ``mx.np``, a face over the operators of ``mx.nd``.

    mx.npx.set_np()
    x = mx.np.arange(3)
    x.attach_grad()
    with mx.autograd.record():
        y = mx.np.dot(x, x)
    y.backward()

What NumPy computes with the same function is the same here; in dtypes and in what lists become it follows MXNet:
float32 is the default. Shapes without axes, and of no elements, are shapes like others. In a hybridized Block the same
functions take symbols, and build its graph.

References: MXNet 1.9.1 module mxnet.numpy.
"""
import importlib as _importlib

import numpy as _onp

from ..base import missing as _missing
from . import creation, elementwise, fallback, joining, products, reductions, selecting, shaping
from . import methods as _methods
from .array import ndarray

_MODULES = (creation, elementwise, fallback, joining, products, reductions, selecting, shaping)

for _module in _MODULES:
    globals().update({_name: getattr(_module, _name) for _name in _module.__all__})

pi, e, euler_gamma, inf, nan, newaxis = _onp.pi, _onp.e, _onp.euler_gamma, _onp.inf, _onp.nan, None
NAN = NaN = nan
PINF, NINF, PZERO, NZERO = inf, -inf, 0.0, -0.0
float16, float32, float64 = _onp.float16, _onp.float32, _onp.float64
int8, int32, int64, uint8 = _onp.int8, _onp.int32, _onp.int64, _onp.uint8
bool_ = _onp.bool_
bool = bool
dtype, finfo, iinfo = _onp.dtype, _onp.finfo, _onp.iinfo

_CONSTANTS = (
    "NAN", "NINF", "NZERO", "NaN", "PINF", "PZERO", "bool", "bool_", "dtype", "e", "euler_gamma", "finfo", "float16",
    "float32", "float64", "iinfo", "inf", "int32", "int64", "int8", "nan", "newaxis", "pi", "uint8",
)  # fmt: skip
_LAZY = ("linalg", "random")

__all__ = ["ndarray", *_CONSTANTS, *_LAZY]  # pyright: ignore[reportUnsupportedDunderAll]
for _module in _MODULES:
    __all__ += _module.__all__

_Symbol = _methods.NumpySymbol


def __getattr__(name: str):
    if name in _LAZY:
        return _importlib.import_module(f".{name}", __name__)
    raise _missing(__name__, name, lambda: __all__)


def __dir__() -> list[str]:
    return sorted(__all__)
