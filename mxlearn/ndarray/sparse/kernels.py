"""The operators that know sparse storage: ``kernel(xp, operator, raw inputs, attributes)`` by the operator's name.

A raw input is a Csr, a Rows or a dense array. A kernel returns one of these, or None where it does not know this
combination: then the operator sees the dense arrays. Which combination gives which storage is as in MXNet 1.9.1.
"""
from collections.abc import Callable
from functools import reduce
from typing import Any

from ...base import ShapeError
from ...core.infer import normalize_axis
from ...core.operator import find
from ...kernels.sparse import Csr, Rows, Sparse, begins, combined, csr_of, densified, empty_like, rows_of
from ...ops.dot import dot_shape
from ...ops.indexing import in_bounds
from ..dispatch import check_dtypes, where

KERNELS: dict[str, Callable[..., Any]] = {}

# f(0) = 0: computed on the stored elements alone
SAME_PLACES = (
    "abs", "arcsin", "arcsinh", "arctan", "arctanh", "cbrt", "ceil", "degrees", "expm1", "fix", "floor", "log1p",
    "negative", "radians", "relu", "rint", "round", "sign", "sin", "sinh", "sqrt", "square", "tan", "tanh", "trunc",
    "BlockGrad", "make_loss", "_copy",
)
# f(0) depends on the attributes
SCALAR = (
    "_plus_scalar", "_minus_scalar", "_mul_scalar", "_div_scalar", "_equal_scalar", "_not_equal_scalar",
    "_greater_scalar", "_greater_equal_scalar", "_lesser_scalar", "_lesser_equal_scalar", "clip",
)


def kernel(*names: str) -> Callable:
    """Register the decorated kernel under the names of operators, aliases resolved."""

    def register(function: Callable) -> Callable:
        for name in names:
            KERNELS[find(name).name] = function
        return function

    return register


def _checked(op, shape: Callable, *arguments):
    try:
        return shape(*arguments)
    except ShapeError as error:
        raise ShapeError(f"{where(op)}: {error}") from None


# -- elementwise -------------------------------------------------------------------------------------------------------
@kernel(*SAME_PLACES)
def _elements(xp, op, raws, attrs):
    raw = raws[0]
    data = op.kernel(xp, raw.data, **attrs)
    return raw.copy() if data is raw.data else raw.with_data(data)


@kernel(*SCALAR)
def _with_scalar(xp, op, raws, attrs):
    of_zero = op.kernel(xp, xp.zeros(1, raws[0].dtype), **attrs)
    return None if bool(of_zero[0] != 0) else _elements(xp, op, raws, attrs)


@kernel("zeros_like")
def _zeros_like(xp, op, raws, attrs):
    return empty_like(xp, raws[0])


@kernel("elemwise_add", "elemwise_sub")
def _added(xp, op, raws, attrs):
    lhs, rhs = raws
    if type(lhs) is not type(rhs) or lhs.shape != rhs.shape:
        return None
    check_dtypes(op, raws)
    return combined(xp, lambda a, b: op.kernel(xp, a, b), lhs, rhs)


@kernel("elemwise_mul")
def _multiplied(xp, op, raws, attrs):
    lhs, rhs = raws
    if lhs.shape != rhs.shape:
        return None
    check_dtypes(op, raws)
    if isinstance(lhs, Sparse) and isinstance(rhs, Sparse):
        return _added(xp, op, raws, attrs)
    sparse, dense = (lhs, rhs) if isinstance(lhs, Sparse) else (rhs, lhs)
    places: Any = dense.reshape(-1)[sparse.flat_indices()] if isinstance(sparse, Csr) else dense[sparse.indices]
    return sparse.with_data(sparse.data * places)


@kernel("broadcast_mul", "broadcast_div")
def _scaled(xp, op, raws, attrs):
    lhs, rhs = raws
    if not isinstance(lhs, Csr) or isinstance(rhs, Sparse) or rhs.ndim > 2:
        return None
    if any(n not in (1, m) for n, m in zip(rhs.shape[::-1], lhs.shape[::-1], strict=False)):
        return None
    check_dtypes(op, raws)
    factors = xp.broadcast_to(rhs, lhs.shape)[lhs.row_numbers(), lhs.indices]
    return lhs.with_data(op.kernel(xp, lhs.data, factors))


@kernel("add_n")
def _sum_of_many(xp, op, raws, attrs):
    if not all(isinstance(raw, Rows) and raw.shape == raws[0].shape for raw in raws):
        return None
    check_dtypes(op, raws)
    return reduce(lambda a, b: combined(xp, xp.add, a, b), raws)


# -- products ----------------------------------------------------------------------------------------------------------
@kernel("dot")
def _dot(xp, op, raws, attrs):
    """csr . dense is dense, csr^T . dense row-sparse, dense . csr a csr; ``forward_stype`` asks for another."""
    lhs, rhs = raws
    first, second = attrs.get("transpose_a", False), attrs.get("transpose_b", False)
    wanted = attrs.get("forward_stype")
    shape = _checked(op, dot_shape, lhs.shape, rhs.shape, first, second)
    check_dtypes(op, raws)
    if isinstance(lhs, Csr):
        rows = first and not second and not isinstance(rhs, Csr) and wanted in (None, "row_sparse")
        if second or isinstance(rhs, Csr):
            rhs = densified(rhs).T if second else densified(rhs)
        product = lhs.columns_times(rhs) if first else lhs.rows_times(rhs)
        if rows:
            return product
        result, storage = product.dense(), "default"
    elif isinstance(rhs, Csr) and lhs.ndim == 2 and not isinstance(lhs, Sparse):
        left = lhs if first else lhs.T  # the other way round: (B^T . A^T)^T
        result = (rhs.rows_times(left) if second else rhs.columns_times(left)).dense().T
        storage = "default" if first else "csr"
    else:
        return None
    result = xp.ascontiguousarray(result).reshape(shape or (1,))
    return _cast(xp, result, wanted or storage)


def transposed_product(matrix: Csr, g, side: int, transposed: bool, turned: bool, rows: bool):
    """Return the gradient of the dense factor w of a product with a matrix A, from the gradient g of the product.

    Parameters
    ----------
    side : 0 for A . w, 1 for w . A
    transposed : whether A entered transposed
    turned : whether w did
    rows : return the rows of A's columns as Rows, where the gradient is A^T . g
    """
    xp = matrix.xp
    g = densified(g)
    if side:  # w . A: g . A^T = (A . g^T)^T
        gradient = (matrix.columns_times(g.T) if transposed else matrix.rows_times(g.T)).dense()
        return gradient if turned else xp.ascontiguousarray(gradient.T)
    product = matrix.rows_times(g) if transposed else matrix.columns_times(g)
    if turned:
        return xp.ascontiguousarray(product.dense().T)
    return product if rows else product.dense()


@kernel("cast_storage")
def _cast_storage(xp, op, raws, attrs):
    return _cast(xp, densified(raws[0]), attrs["stype"])


def _cast(xp, dense, stype: str):
    return {"default": lambda xp, x: x, "csr": csr_of, "row_sparse": rows_of}[stype](xp, dense)


# -- reductions --------------------------------------------------------------------------------------------------------
@kernel("sum", "mean", "norm")
def _reduced(xp, op, raws, attrs):
    raw = raws[0]
    axes = attrs.get("axis")
    axes = (axes,) if isinstance(axes, int) else tuple(axes or range(len(raw.shape)))
    axes = sorted({normalize_axis(axis, len(raw.shape)) for axis in axes})
    order, out_dtype = attrs.get("ord", 2), attrs.get("out_dtype")
    if attrs.get("exclude") or out_dtype is not None or raw.dtype.kind != "f" or raw.dtype.itemsize < 4:
        return None
    if isinstance(raw, Rows) and axes[0] != 0:
        return None
    if op.name == "norm":
        if order not in (1, 2):
            return None
        raw = raw.with_data(xp.abs(raw.data) if order == 1 else xp.square(raw.data))
    if isinstance(raw, Csr):
        total = raw.sum(None if len(axes) == 2 else axes[0])
    else:
        total = raw.data.sum(axis=tuple(axes), dtype=raw.dtype)
    if op.name == "norm" and order == 2:
        total = xp.sqrt(total)
    if op.name == "mean":
        count = reduce(lambda n, axis: n * raw.shape[axis], axes, 1)
        total = total / xp.asarray(count, raw.dtype)
    kept = [n for axis, n in enumerate(raw.shape) if axis not in axes] or [1]
    if attrs.get("keepdims"):
        kept = [1 if axis in axes else n for axis, n in enumerate(raw.shape)]
    return xp.asarray(total).reshape(kept)


# -- parts -------------------------------------------------------------------------------------------------------------
@kernel("slice")
def _slice(xp, op, raws, attrs):
    raw = raws[0]
    begin, end, step = attrs["begin"], attrs["end"], attrs.get("step") or ()
    if not isinstance(raw, Csr) or len(begin) > 2 or any(s not in (None, 1) for s in step):
        return None
    pairs = [slice(b, e).indices(n)[:2] for b, e, n in zip(begin, end, raw.shape, strict=False)]
    rows = raw.rows(pairs[0][0], max(pairs[0]))
    return rows.copy() if len(pairs) == 1 else rows.columns(pairs[1][0], max(pairs[1]))


@kernel("take")
def _take(xp, op, raws, attrs):
    raw, indices = raws
    if not isinstance(raw, Csr) or attrs.get("axis", 0) != 0 or isinstance(indices, Sparse) or indices.ndim != 1:
        return None
    return raw.take(in_bounds(xp, indices, raw.shape[0], attrs.get("mode", "clip")))


@kernel("Embedding")
def _embedding(xp, op, raws, attrs):
    indices, weight = raws
    if not isinstance(weight, Rows) or isinstance(indices, Sparse):
        return None
    numbers = in_bounds(xp, indices, weight.shape[0], "clip")
    return weight.read(numbers.reshape(-1)).reshape(*indices.shape, *weight.shape[1:])


@kernel("Concat")
def _concat(xp, op, raws, attrs):
    if not all(isinstance(raw, Csr) for raw in raws) or attrs.get("dim", 1) != 0:
        return None
    if len({raw.shape[1] for raw in raws}) > 1:
        return None
    check_dtypes(op, raws)
    lengths = xp.concatenate([raw.indptr[1:] - raw.indptr[:-1] for raw in raws])
    data, indices = (xp.concatenate([getattr(raw, part) for raw in raws]) for part in ("data", "indices"))
    return Csr(data, indices, begins(xp, lengths), (len(lengths), raws[0].shape[1]))


@kernel("_sparse_retain")
def _retain(xp, op, raws, attrs):
    raw, indices = raws
    if not isinstance(raw, Rows) or isinstance(indices, Sparse):
        return None
    numbers = indices.astype("int64", copy=False).reshape(-1)
    return Rows(raw.read(numbers), numbers.copy(), raw.shape)
