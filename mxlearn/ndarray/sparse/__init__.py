"""Sparse arrays: ``mx.nd.sparse``.

    x = mx.nd.sparse.csr_matrix((data, indices, indptr), shape=(rows, columns))    # few elements, as of visits
    w = mx.nd.zeros((columns, 1)); w.attach_grad(stype="row_sparse")               # a gradient of few rows
    with mx.autograd.record():
        y = mx.nd.dot(x, w)

How it is made:

* kernels/sparse.py holds the raw storage, Csr and Rows, and all computation, vectorized in NumPy or CuPy. SciPy is
  needed for ``asscipy`` alone, and its matrices are understood by ``csr_matrix``.
* array.py has the classes. They are NDArrays without the dense elements: reading ``x._data`` raises an AttributeError.
  The dispatcher tries to read it, as it does for every array, and comes here when it fails. So dense operators carry no
  question about storage.
* kernels.py is the table of operators that know sparse storage. An operator that is not in it, or not for these
  storages, sees the dense array, and its result is dense: MXNet's storage fallback, so that all of ``mx.nd`` works.
* On the tape a product with a csr matrix keeps that matrix, and hands a leaf that wants a row-sparse gradient the rows
  of its columns alone. So does ``Embedding`` with ``sparse_grad=True``, in compiled graphs too. Everything else is
  differentiated on dense arrays.
* updates.py steps an optimizer on the rows of a row-sparse gradient alone.
* In a compiled graph (Symbol, Executor, a hybridized Block) arrays are dense: a sparse argument is converted at its
  door, and a row-sparse gradient array takes the rows of the gradient that are not zero.

References: MXNet 1.9.1 module mxnet.ndarray.sparse.
"""
from ...base import NotSupportedForSparseNDArray, missing
from ...context import Context, current_context
from ...core.frontend import dress
from ...core.operator import find
from ..array import NDArray
from ..calling import build
from . import operators as _operators
from .array import BaseSparseNDArray, CSRNDArray, RowSparseNDArray
from .creation import array, csr_matrix, empty, row_sparse_array, zeros
from .operators import cast_storage, retain

add, subtract, multiply, divide = (_operators.function(name) for name in ("add", "subtract", "multiply", "divide"))
gs_retain = retain

# Functions of mx.nd that are here as well: those of which MXNet knows sparse forms
_NAMES = {
    "ElementWiseSum", "Embedding", "FullyConnected", "LinearRegressionOutput", "LogisticRegressionOutput",
    "MAERegressionOutput", "abs", "adam_update", "add_n", "arccos", "arccosh", "arcsin", "arcsinh", "arctan",
    "arctanh", "broadcast_add", "broadcast_div", "broadcast_minus", "broadcast_mul", "broadcast_plus", "broadcast_sub",
    "cbrt", "ceil", "clip", "concat", "cos", "cosh", "degrees", "dot", "elemwise_add", "elemwise_div", "elemwise_mul",
    "elemwise_sub", "exp", "expm1", "fix", "floor", "ftrl_update", "gamma", "gammaln", "log", "log10", "log1p", "log2",
    "make_loss", "mean", "negative", "norm", "radians", "relu", "rint", "round", "rsqrt", "sgd_mom_update",
    "sgd_update", "sigmoid", "sign", "sin", "sinh", "slice", "sqrt", "square", "stop_gradient", "sum", "tan", "tanh",
    "trunc", "where", "zeros_like",
}
_RENAMED = {"adagrad_update": "_sparse_adagrad_update"}


def __getattr__(name: str):
    if name not in _NAMES and name not in _RENAMED:
        raise missing(__name__, name, __dir__)
    op = find(_RENAMED.get(name, name))
    function = dress(build(op), op, name, __name__)
    globals()[name] = function
    return function


def __dir__() -> list[str]:
    return sorted({*__all__, *_NAMES, *_RENAMED})


__all__ = [
    "BaseSparseNDArray",
    "CSRNDArray",
    "Context",
    "NDArray",
    "NotSupportedForSparseNDArray",
    "RowSparseNDArray",
    "add",
    "array",
    "cast_storage",
    "csr_matrix",
    "current_context",
    "divide",
    "empty",
    "gs_retain",
    "multiply",
    "retain",
    "row_sparse_array",
    "subtract",
    "zeros",
]
