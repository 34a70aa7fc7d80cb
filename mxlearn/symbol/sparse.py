"""Operators that know sparse storage, as functions on Symbols: ``mx.sym.sparse``.

A graph computes on dense arrays; ``mx.nd.sparse`` says how sparse ones enter it. ``mx.sym.Variable(..., stype=...)``
asks for arguments, and gradients, in sparse storage.
"""
from ..base import missing
from ..core.frontend import dress
from ..core.operator import find
from .methods import build

_NAMES = {
    "ElementWiseSum", "Embedding", "FullyConnected", "LinearRegressionOutput", "LogisticRegressionOutput",
    "MAERegressionOutput", "abs", "adam_update", "add_n", "arccos", "arccosh", "arcsin", "arcsinh", "arctan",
    "arctanh", "broadcast_add", "broadcast_div", "broadcast_minus", "broadcast_mul", "broadcast_plus", "broadcast_sub",
    "cast_storage", "cbrt", "ceil", "clip", "concat", "cos", "cosh", "degrees", "dot", "elemwise_add", "elemwise_div",
    "elemwise_mul", "elemwise_sub", "exp", "expm1", "fix", "floor", "ftrl_update", "gamma", "gammaln", "log", "log10",
    "log1p", "log2", "make_loss", "mean", "negative", "norm", "radians", "relu", "rint", "round", "rsqrt",
    "sgd_mom_update", "sgd_update", "sigmoid", "sign", "sin", "sinh", "slice", "sqrt", "square", "stop_gradient", "sum",
    "tan", "tanh", "trunc", "where", "zeros_like",
}
_RENAMED = {"adagrad_update": "_sparse_adagrad_update", "retain": "_sparse_retain"}


def __getattr__(name: str):
    if name not in _NAMES and name not in _RENAMED:
        raise missing(__name__, name, __dir__)
    op = find(_RENAMED.get(name, name))
    function = dress(build(op), op, name, __name__)  # pyright: ignore[reportArgumentType]
    globals()[name] = function
    return function


def __dir__() -> list[str]:
    return sorted({*_NAMES, *_RENAMED})
