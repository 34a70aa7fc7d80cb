"""Operators that select by condition or convert between kinds of index: where, boolean_mask, ravel_multi_index ..."""
import numpy as np

from ..base import ArgumentError, DTypeError, ShapeError
from ..core.attributes import Floats, Shape
from ..core.infer import first_dtype, normalize_axis, show, unify
from ..core.operator import Like, operator


# -- by condition ------------------------------------------------------------------------------------------------------
@operator(aliases=("_sparse_where",))
def where(xp, condition, x, y):
    """Take elements of ``x`` where the condition is not 0, and of ``y`` elsewhere.

    Parameters
    ----------
    condition : shape of ``x``, or a vector (x.shape[0],) that chooses whole rows; any dtype
    x, y : arrays of one shape and dtype

    Returns
    -------
    shape and dtype of ``x``

    >>> mx.nd.where(mx.nd.array([1, 0]), mx.nd.array([1, 2]), mx.nd.array([3, 4]))
    [1. 4.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator where.
    """
    _check_condition(condition.shape, x.shape, y.shape)
    if x.dtype != y.dtype:
        raise DTypeError(f"x and y must have one dtype. Received: {x.dtype} and {y.dtype}")
    if condition.dtype != bool:
        condition = condition != 0
    if condition.ndim < x.ndim:
        condition = condition.reshape(-1, *(1,) * (x.ndim - 1))
    return xp.where(condition, x, y)


def _check_condition(condition, x, y):
    shape = unify(x, y, "the shapes of x and y")
    if condition is None or shape is None:
        return shape
    expected = shape[:1] if len(condition) == 1 and len(shape) > 1 else shape
    unify(condition, expected, "the shape of the condition and that of x (or its first dimension)")
    return shape


@where.infer_shape
def _(condition, x, y):
    shape = _check_condition(condition, x, y)
    return (condition, shape, shape), (shape,)


@where.infer_dtype
def _(condition, x, y):
    if x is not None and y is not None and x != y:
        raise DTypeError(f"x and y must have one dtype. Received: {x} and {y}.\n  Convert with astype.")
    return (condition, x or y, x or y), (x or y,)


@where.gradient
def _(F, g, condition):
    nothing = F.zeros_like(g)
    return None, F.where(condition, g, nothing), F.where(condition, nothing, g)


@operator(name="_contrib_boolean_mask", dtype=first_dtype)
def boolean_mask(xp, data, index, *, axis: int = 0):
    """Keep the rows whose mask is not 0.

    The shape of the result depends on values, so a Symbol cannot infer it.

    Parameters
    ----------
    data : array
    index : (data.shape[axis],), any dtype
    axis : int; MXNet allows 0 alone

    Returns
    -------
    ``data`` with as many rows as ``index`` has nonzeros

    >>> mx.nd.contrib.boolean_mask(mx.nd.array([[1, 2], [3, 4]]), mx.nd.array([0, 1]))
    [[3. 4.]]
    <NDArray 1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_boolean_mask.
    """
    axis = normalize_axis(axis, data.ndim)
    _check_mask(data.shape, index.shape, axis)
    return xp.compress(index != 0, data, axis=axis)


def _check_mask(data, index, axis):
    unify(index, data[axis : axis + 1], f"the shape of index and the size of axis {axis}")


@boolean_mask.infer_shape
def _(data, index, *, axis):
    if data is None:
        return (None, index), (None,)
    at = normalize_axis(axis, len(data))
    _check_mask(data, index, at)
    return (data, data[at : at + 1]), ((*data[:at], -1, *data[at + 1 :]),)


@boolean_mask.gradient
def _(F, g, data: Like, index, *, axis):
    return F._boolean_mask_backward(g, index, data, axis=axis), None


@operator(dtype=first_dtype)
def _boolean_mask_backward(xp, g, index, like: Like, *, axis: int = 0):
    """Write ``g`` into those rows of zeros, shaped as ``like``, that the mask keeps.

    >>> mx.nd._internal._boolean_mask_backward(mx.nd.array([5]), mx.nd.array([0, 1]), mx.nd.zeros((2,)))
    [0. 5.]
    <NDArray 2 @cpu(0)>
    """
    out = xp.zeros(like.shape, g.dtype)
    (places,) = xp.nonzero(index)
    out[(*(slice(None),) * normalize_axis(axis, len(like.shape)), places)] = g
    return out


@_boolean_mask_backward.infer_shape
def _(g, index, like, *, axis):
    return (g, index, like), (like,)


@_boolean_mask_backward.gradient
def _(F, g, index, *, axis):
    return F._contrib_boolean_mask(g, index, axis=axis), None, None


# -- rows and elements by number ---------------------------------------------------------------------------------------
@operator(name="_contrib_index_copy")
def index_copy(xp, old_tensor, index_vector, new_tensor):
    """Return a copy of ``old_tensor`` with the rows ``index_vector`` replaced by those of ``new_tensor``.

    Parameters
    ----------
    old_tensor : (n, ...)
    index_vector : (m,), any numeric dtype, each from 0 to n - 1 and none twice
    new_tensor : (m, ...), dtype of ``old_tensor``

    >>> mx.nd.contrib.index_copy(mx.nd.zeros((2, 1)), mx.nd.array([1]), mx.nd.array([[7]]))
    [[0.]
     [7.]]
    <NDArray 2x1 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_index_copy.
    """
    places = index_vector.astype("int64", copy=False)
    if places.size and not 0 <= int(places.min()) <= int(places.max()) < old_tensor.shape[0]:
        raise ShapeError(f"index_vector must lie in 0 to {old_tensor.shape[0] - 1}")
    unify(new_tensor.shape, (*index_vector.shape, *old_tensor.shape[1:]), "the shape of new_tensor and of the rows")
    out = old_tensor.copy()
    out[places] = new_tensor
    return out


@index_copy.infer_shape
def _(old_tensor, index_vector, new_tensor):
    if old_tensor is not None and index_vector is not None:
        new_tensor = unify(new_tensor, (*index_vector, *old_tensor[1:]), "the shape of new_tensor and of the rows")
    return (old_tensor, index_vector, new_tensor), (old_tensor,)


@index_copy.infer_dtype
def _(old_tensor, index_vector, new_tensor):
    if old_tensor is not None and new_tensor is not None and old_tensor != new_tensor:
        raise DTypeError(f"old_tensor and new_tensor must have one dtype. Received: {old_tensor} and {new_tensor}")
    return (old_tensor, index_vector, new_tensor or old_tensor), (old_tensor,)


@index_copy.gradient
def _(F, g, index_vector, new_tensor: Like):
    rows = F.take(g, index_vector, axis=0)
    return F._contrib_index_copy(g, index_vector, F.zeros_like(new_tensor)), None, rows


@operator(differentiable=False)
def fill_element_0index(xp, lhs, mhs, rhs):
    """Return a copy of the matrix ``lhs`` with ``out[i, rhs[i]] = mhs[i]``.

    Parameters
    ----------
    lhs : (batch, n)
    mhs : (batch,), the values
    rhs : (batch,), the columns

    >>> mx.nd.fill_element_0index(mx.nd.zeros((1, 3)), mx.nd.array([7]), mx.nd.array([2]))
    [[0. 0. 7.]]
    <NDArray 1x3 @cpu(0)>

    References: MXNet 1.9.1 operator fill_element_0index.
    """
    out = lhs.copy()
    out[xp.arange(lhs.shape[0]), rhs.astype("int64", copy=False)] = mhs
    return out


@fill_element_0index.infer_shape
def _(lhs, mhs, rhs):
    rows = None if lhs is None else lhs[:1]
    return (lhs, unify(mhs, rows, "the shape of mhs and (batch,)"), unify(rhs, rows, "rhs and (batch,)")), (lhs,)


# -- kinds of index ----------------------------------------------------------------------------------------------------
def _index_shape(shape, what):
    if not shape or any(n < 1 for n in shape[1:]):
        raise ArgumentError(f"{what}: shape must be given, without 0; -1 is allowed in front. Received: {tuple(shape)}")
    return shape


@operator(aliases=("ravel_multi_index",), differentiable=False)
def _ravel_multi_index(xp, data, *, shape: Shape = Shape()):
    """Turn index vectors into positions in row-major order.

    Parameters
    ----------
    data : (m, n), a column is one index vector
    shape : tuple of m int, shape of the array that is indexed; the first may be -1

    Returns
    -------
    (n,), dtype of ``data``

    >>> mx.nd.ravel_multi_index(mx.nd.array([[0, 1], [2, 0]]), shape=(2, 3))
    [2. 3.]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator _ravel_multi_index.
    """
    _check_ravel(data.shape, shape)
    out = xp.zeros(data.shape[1:], "int64")
    for row, extent in zip(data.astype("int64", copy=False), shape, strict=True):
        out = out * extent + row if extent > 0 else row
    return out.astype(data.dtype, copy=False)


def _check_ravel(data, shape):
    _index_shape(shape, "ravel_multi_index")
    if len(data) != 2 or data[0] not in (len(shape), -1):
        raise ShapeError(f"data must have shape ({len(shape)}, n) for shape={tuple(shape)}. Received: {show(data)}")


@_ravel_multi_index.infer_shape
def _(data, *, shape):
    if data is None:
        return (None,), (None,)
    _check_ravel(data, shape)
    return ((len(shape), data[1]),), (data[1:],)


@operator(aliases=("unravel_index",), differentiable=False)
def _unravel_index(xp, data, *, shape: Shape = Shape()):
    """Turn positions in row-major order into index vectors.

    Parameters
    ----------
    data : positions, array of any shape
    shape : tuple of m int, shape of the array that is indexed; the first may be -1

    Returns
    -------
    (m,) + data.shape, dtype of ``data``

    >>> mx.nd.unravel_index(mx.nd.array([2, 3]), shape=(2, 3))
    [[0. 1.]
     [2. 0.]]
    <NDArray 2x2 @cpu(0)>

    References: MXNet 1.9.1 operator _unravel_index.
    """
    rest = data.astype("int64", copy=False)
    rows = []
    for extent in reversed(_index_shape(shape, "unravel_index")[1:]):
        rows.append(rest % extent)
        rest = rest // extent
    return xp.stack([rest, *reversed(rows)]).astype(data.dtype, copy=False)


@_unravel_index.infer_shape
def _(data, *, shape):
    _index_shape(shape, "unravel_index")
    return (data,), (None if data is None else (len(shape), *data),)


@operator(
    outputs=("output0", "output1"), differentiable=False, active_inputs=lambda attrs: 1 if attrs["bin_cnt"] else 2
)
def _histogram(xp, data, bins=None, *, bin_cnt: int | None = None, range: Floats | None = None):
    """Count how many elements fall into each bin.

    Parameters
    ----------
    data : array of any shape
    bins : (n + 1,), increasing edges; elements outside are not counted, the last bin includes its right edge
    bin_cnt : int n, number of bins of equal width instead
    range : (low, high), outer edges of those bins

    Returns
    -------
    counts : (n,), int64
    edges : (n + 1,), dtype of ``data``

    >>> counts, edges = mx.nd._internal._histogram(mx.nd.array([0, 1, 2, 2]), bin_cnt=2, range=(0, 2))
    >>> counts
    [1 3]
    <NDArray 2 @cpu(0)>

    References: MXNet 1.9.1 operator _histogram.
    """
    if bin_cnt:
        if range is None or len(range) != 2 or not range[0] < range[1]:
            raise ArgumentError(f"range must be (low, high) with low < high. Received: range={range}")
        edges = xp.linspace(range[0], range[1], bin_cnt + 1)
    elif bins is None:
        raise ArgumentError("pass bins, or bin_cnt and range")
    else:
        edges = bins
    counts, _ = xp.histogram(data, bins=edges)
    return counts.astype("int64", copy=False), edges.astype(data.dtype)


@_histogram.infer_shape
def _(data, bins=None, *, bin_cnt, range):
    if bin_cnt:
        return (data,), ((bin_cnt,), (bin_cnt + 1,))
    if bins is None:
        return (data, bins), (None, None)
    if len(bins) != 1:
        raise ShapeError(f"bins must have one dimension. Received: {show(bins)}")
    return (data, bins), ((bins[0] - 1 if bins[0] > 0 else -1,), bins)


@_histogram.infer_dtype
def _(data, bins=None, *, bin_cnt, range):
    return (data,) if bin_cnt else (data, bins), (np.dtype("int64"), data)


@operator(name="_contrib_index_array", differentiable=False)
def index_array(xp, data: Like, *, axes: Shape | None = None):
    """Return the index vector of every element.

    Parameters
    ----------
    data : array whose shape alone matters
    axes : the axes whose indices are wanted; None means all

    Returns
    -------
    data.shape + (number of axes,), int64

    >>> mx.nd.contrib.index_array(mx.nd.zeros((2, 1)))
    [[[0 0]]
     [[1 0]]]
    <NDArray 2x1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_index_array.
    """
    rank = len(data.shape)
    chosen = range(rank) if axes is None else [normalize_axis(a, rank) for a in axes]
    out = xp.empty((*data.shape, len(chosen)), "int64")
    for i, axis in enumerate(chosen):
        out[..., i] = xp.arange(data.shape[axis]).reshape(tuple(-1 if a == axis else 1 for a in range(rank)))
    return out


@index_array.infer_shape
def _(data, *, axes):
    if data is None:
        return (None,), (None,)
    return (data,), ((*data, len(data) if axes is None else len(axes)),)


@index_array.infer_dtype
def _(data, *, axes):
    return (data,), (np.dtype("int64"),)


