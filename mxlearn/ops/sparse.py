"""Operators that sparse arrays brought along. Their kernels see dense arrays; ndarray/sparse has others."""
from typing import Literal

from ..core.infer import first_dtype, same_shape, unify
from ..core.operator import Like, operator
from .indexing import in_bounds


@operator(shape=same_shape, identity=True)
def cast_storage(xp, data, *, stype: Literal["default", "row_sparse", "csr"]):
    """Return the array in another storage type; in a graph, where all arrays are dense, the array as it is.

    Parameters
    ----------
    data : array
    stype : "default" (dense), "csr" (a matrix) or "row_sparse"

    >>> mx.nd.cast_storage(mx.nd.array([[0, 1], [0, 0]]), "row_sparse").indices.asnumpy()
    array([0])

    References: MXNet 1.9.1 operator cast_storage.
    """
    return data


@cast_storage.gradient
def _(F, g):
    return g


@operator(name="_sparse_retain", dtype=first_dtype)
def sparse_retain(xp, data, indices):
    """Keep the rows of these numbers; all others become zero.

    Parameters
    ----------
    data : (rows, ...)
    indices : (n,) row numbers, any numeric dtype

    >>> mx.nd._internal._sparse_retain(mx.nd.array([[1], [2], [3]]), mx.nd.array([0, 2]))
    [[1.]
     [0.]
     [3.]]
    <NDArray 3x1 @cpu(0)>

    References: MXNet 1.9.1 operator _sparse_retain.
    """
    out = xp.zeros_like(data)
    numbers = indices.astype("int64", copy=False)
    out[numbers] = data[numbers]
    return out


@sparse_retain.infer_shape
def _(data, indices):
    return (data, indices), (data,)


@sparse_retain.gradient
def _(F, g, indices):
    return F._sparse_retain(g, indices), None


@operator(dtype=first_dtype)
def _embedding_rows(xp, g, indices, like: Like):
    """Return the gradient of Embedding's weight, shaped as ``like``, as the rows that were read.

    The result is a ``mxlearn.kernels.sparse.Rows``, which is the dense array to all who do not know it.

    >>> g = mx.nd.array([[1, 1], [2, 2], [4, 4]])
    >>> mx.nd._internal._embedding_rows(g, mx.nd.array([1, 0, 1]), mx.nd.zeros((2, 2))).asnumpy()
    array([[2., 2.],
           [5., 5.]], dtype=float32)
    """
    from ..kernels.sparse import rows_added  # only sparse gradients need it

    numbers = in_bounds(xp, indices, like.shape[0], "clip").reshape(-1)
    return rows_added(xp, numbers, g.reshape(-1, *like.shape[1:]), like.shape)


@_embedding_rows.infer_shape
def _(g, indices, like):
    return (unify(g, None if indices is None or like is None else (*indices, *like[1:]), "g"), indices, like), (like,)


@_embedding_rows.gradient
def _(F, g, indices):
    return F.take(g, indices, axis=0, mode="clip"), None, None
