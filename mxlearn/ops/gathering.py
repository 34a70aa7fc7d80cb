"""Operators that read or write elements at index vectors: gather_nd, scatter_nd, and what x[...] needs on the tape.

Indices may have any numeric dtype; fractions are cut off. Their gradient is None. Where one place is read several
times, its gradients add up (kernels/scatter.py).
"""
from math import prod

from ..base import DTypeError, ShapeError
from ..core.attributes import Shape
from ..core.infer import broadcast, first_dtype, known, show, unify
from ..core.operator import Like, operator
from ..kernels.scatter import add_at, flat_index


# -- whole index vectors -----------------------------------------------------------------------------------------------
def _gathered_shape(data, indices):
    if len(indices) < 1 or indices[0] > len(data):
        raise ShapeError(
            f"the first dimension of indices counts axes of data: at most {len(data)}. Received: {show(indices)}"
        )
    return None if indices[0] < 0 else (*indices[1:], *data[indices[0] :]) or (1,)


@operator(dtype=first_dtype)
def gather_nd(xp, data, indices):
    """Read elements or slices at index vectors: ``out[j] = data[indices[0, j], ..., indices[m - 1, j]]``.

    Parameters
    ----------
    data : array of n dimensions
    indices : (m, ...) with m <= n, any numeric dtype; negative ones count from the end

    Returns
    -------
    indices.shape[1:] + data.shape[m:], dtype of ``data``

    Raises
    ------
    ShapeError
        If an index is out of range (on a GPU it wraps around).

    >>> mx.nd.gather_nd(mx.nd.array([[1, 2], [3, 4]]), mx.nd.array([[0, 1], [1, 0]]))
    [2. 3.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator gather_nd.
    """
    out = data[_columns(data.shape, indices)]
    return out if out.ndim else out.reshape(1)


def _columns(shape, indices):
    """Return the rows of ``indices`` as a tuple of integer arrays, one for each leading axis of ``shape``."""
    _gathered_shape(shape, indices.shape)
    return tuple(indices.astype("int64", copy=False))


@gather_nd.infer_shape
def _(data, indices):
    return (data, indices), (None if data is None or indices is None else _gathered_shape(data, indices),)


@gather_nd.gradient
def _(F, g, indices, data: Like):
    return F._gather_nd_backward(g, indices, data), None


def _accumulated(xp, g, indices, shape):
    """Return zeros of ``shape`` with ``g`` added at index vectors."""
    count = indices.shape[0]
    columns = _columns(shape, indices)
    if not g.size:
        return xp.zeros(shape, g.dtype)
    rows = flat_index(xp, columns, shape[:count])
    return add_at(xp, (prod(shape[:count]), prod(shape[count:])), g.dtype, rows, g).reshape(shape)


@operator(dtype=first_dtype)
def _gather_nd_backward(xp, g, indices, like: Like):
    """Add ``g`` at the places of zeros, shaped as ``like``, that gather_nd read.

    >>> mx.nd._internal._gather_nd_backward(mx.nd.array([1, 2]), mx.nd.array([[0, 0]]), mx.nd.zeros((2,)))
    [3. 0.]
    <NDArray 2 @cpu(0)>
    """
    return _accumulated(xp, g, indices, like.shape)


@_gather_nd_backward.infer_shape
def _(g, indices, like):
    return (g, indices, like), (like,)


@_gather_nd_backward.gradient
def _(F, g, indices):
    return F.gather_nd(g, indices), None, None


@operator(dtype=first_dtype)
def _backward_gather_nd(xp, data, indices, *, shape: Shape):
    """Add values at index vectors of zeros of a given shape; values of one place add up.

    Parameters
    ----------
    data : indices.shape[1:] + shape[m:]
    indices : (m, ...), any numeric dtype
    shape : tuple of int, shape of the result

    >>> mx.nd._internal._backward_gather_nd(mx.nd.array([1, 2]), mx.nd.array([[0, 0]]), shape=(2,))
    [3. 0.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator _backward_gather_nd.
    """
    return _accumulated(xp, data, indices, shape)


def _scatter_shape(data, indices, *, shape):
    expected = None if indices is None else _gathered_shape(shape, indices)
    return (unify(data, expected, "the shape of data and what indices and shape ask for"), indices), (tuple(shape),)


_backward_gather_nd.infer_shape(_scatter_shape)


@_backward_gather_nd.gradient
def _(F, g, indices):
    return F.gather_nd(g, indices), None


@operator(dtype=first_dtype)
def scatter_nd(xp, data, indices, *, shape: Shape):
    """Write values at index vectors of zeros of a given shape; of values of one place the last stays.

    Parameters
    ----------
    data : indices.shape[1:] + shape[m:]
    indices : (m, ...), any numeric dtype
    shape : tuple of int, shape of the result

    >>> mx.nd.scatter_nd(mx.nd.array([5, 6]), mx.nd.array([[0, 1], [1, 0]]), shape=(2, 2))
    [[0. 5.]
     [6. 0.]]
    <NDArray 2x2 @cpu(0)>

    References: MXNet 1.9.1 operator scatter_nd.
    """
    out = xp.zeros(shape, data.dtype)
    out[_columns(shape, indices)] = data
    return out


scatter_nd.infer_shape(_scatter_shape)


@scatter_nd.gradient
def _(F, g, indices):
    return F.gather_nd(g, indices), None


@operator()
def _scatter_set_nd(xp, lhs, rhs, indices, *, shape: Shape):
    """Return a copy of ``lhs`` with ``rhs`` written at index vectors.

    Parameters
    ----------
    lhs : array of ``shape``
    rhs : indices.shape[1:] + shape[m:], dtype of ``lhs``
    indices : (m, ...), any numeric dtype

    >>> mx.nd._internal._scatter_set_nd(mx.nd.zeros((2,)), mx.nd.array([7]), mx.nd.array([[1]]), shape=(2,))
    [0. 7.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator _scatter_set_nd.
    """
    out = lhs.copy()
    out[_columns(shape, indices)] = rhs
    return out


@_scatter_set_nd.infer_shape
def _(lhs, rhs, indices, *, shape):
    expected = None if indices is None else _gathered_shape(shape, indices)
    rhs = unify(rhs, expected, "the shape of rhs and what indices and shape ask for")
    return (unify(lhs, tuple(shape), "lhs and shape"), rhs, indices), (tuple(shape),)


@_scatter_set_nd.infer_dtype
def _(lhs, rhs, indices, *, shape):
    if lhs is not None and rhs is not None and lhs != rhs:
        raise DTypeError(f"lhs and rhs must have one dtype. Received: {lhs} and {rhs}")
    return (lhs or rhs, rhs or lhs, indices), (lhs or rhs,)


@_scatter_set_nd.gradient
def _(F, g, rhs: Like, indices, *, shape):
    return F._scatter_set_nd(g, F.zeros_like(rhs), indices, shape=shape), F.gather_nd(g, indices), None


# -- what x[...] needs while recording ---------------------------------------------------------------------------------
@operator(dtype=first_dtype)
def _advanced_index(xp, *inputs):
    """Read ``data[index_0, index_1, ...]``, where data is the first input and the others are integer arrays.

    Parameters
    ----------
    inputs : data, then one integer array for each of its first axes; they broadcast together, negative ones count from
        the end

    Returns
    -------
    shape of the broadcast indices, then the dimensions of data that have no index

    >>> i = mx.nd.array([0, 1], dtype="int64")
    >>> mx.nd._internal._advanced_index(mx.nd.array([[1, 2], [3, 4]]), i, i)
    [1. 4.]
    <NDArray 2 @cpu(0)>
    """
    data, *indices = inputs
    out = data[tuple([index.astype("int64", copy=False) for index in indices])]
    return out if out.ndim else out.reshape(1)


@_advanced_index.infer_shape
def _(*inputs):
    data, *indices = inputs
    if data is None or any(not known(index) for index in indices):
        return inputs, (None,)
    if len(indices) > len(data):
        raise ShapeError(f"{len(indices)} indices for data of shape {show(data)}")
    shape: tuple[int, ...] = ()
    for index in indices:
        shape = broadcast(shape, index) or ()
    return inputs, ((*shape, *data[len(indices) :]) or (1,),)


@_advanced_index.gradient
def _(F, g, inputs):
    data, *indices = inputs
    return (F._advanced_index_backward(g, data, *indices), *(None,) * len(indices))


@operator(dtype=first_dtype)
def _advanced_index_backward(xp, *inputs):
    """Add the first input at the places that ``_advanced_index`` read, in zeros of the shape of the second.

    >>> i = mx.nd.array([1, 1], dtype="int64")
    >>> mx.nd._internal._advanced_index_backward(mx.nd.array([1, 2]), mx.nd.zeros((3,)), i)
    [0. 3. 0.]
    <NDArray 3 @cpu(0)>
    """
    g, like, *indices = inputs
    count = len(indices)
    if not g.size:
        return xp.zeros(like.shape, g.dtype)
    rows = flat_index(xp, indices, like.shape[:count])
    return add_at(xp, (prod(like.shape[:count]), prod(like.shape[count:])), g.dtype, rows, g).reshape(like.shape)


@_advanced_index_backward.infer_shape
def _(*inputs):
    return inputs, (inputs[1],)


@_advanced_index_backward.gradient
def _(F, g, inputs):
    _, _, *indices = inputs
    return (F._advanced_index(g, *indices), *(None,) * (len(indices) + 1))
