"""Copies, casts, clipping, and arrays made after the likeness of others."""
import numpy as np

from ..base import DTypeError, ShapeError
from ..core import infer
from ..core.attributes import DType
from ..core.infer import normalize_axis, show, size_of
from ..core.operator import Like, operator

_INT64 = np.dtype("int64")


# -- copies and constants ----------------------------------------------------------------------------------------------
@operator(aliases=("identity",), elementwise=True, identity=True)
def _copy(xp, data):
    """Return a copy of ``data``.

    >>> mx.nd.identity(mx.nd.array([1, 2]))
    [1. 2.]
    <NDArray 2 @cpu(0)>
    """
    return data.copy()


@_copy.gradient
def _(F, g):
    return (g,)


@operator(shape=lambda lhs, rhs: infer.same_shape(lhs, rhs), dtype=infer.first_dtype)
def _identity_with_attr_like_rhs(xp, lhs, rhs: Like):
    """Return a copy of ``lhs``; its shape is inferred from ``rhs`` where it is unknown.

    >>> mx.nd._internal._identity_with_attr_like_rhs(mx.nd.array([1, 2]), mx.nd.array([0, 0]))
    [1. 2.]
    <NDArray 2 @cpu(0)>
    """
    return lhs.copy()


@_identity_with_attr_like_rhs.gradient
def _(F, g):
    return g, None


@operator(elementwise=True, differentiable=False)
def zeros_like(xp, data: Like):
    """Return zeros in the shape and dtype of ``data``.

    >>> mx.nd.zeros_like(mx.nd.array([1, 2]))
    [0. 0.]
    <NDArray 2 @cpu(0)>
    """
    return xp.zeros(data.shape, data.dtype)


@operator(elementwise=True, differentiable=False)
def ones_like(xp, data: Like):
    """Return ones in the shape and dtype of ``data``.

    >>> mx.nd.ones_like(mx.nd.array([1, 2]))
    [1. 1.]
    <NDArray 2 @cpu(0)>
    """
    return xp.ones(data.shape, data.dtype)


def _is_int64(data, **_):
    return [data], [_INT64]


@operator(
    differentiable=False, shape=lambda data: ([data], [None if data is None else (len(data),)]), dtype=_is_int64
)
def shape_array(xp, data: Like):
    """Return the shape of ``data`` as a 1-D array of int64.

    >>> mx.nd.shape_array(mx.nd.zeros((2, 3)))
    [2 3]
    <NDArray 2 @cpu(0)>
    """
    return xp.array(data.shape, dtype=_INT64)


@operator(differentiable=False, shape=lambda data: ([data], [(1,)]), dtype=_is_int64)
def size_array(xp, data: Like):
    """Return the number of elements of ``data`` as an array of shape (1,), int64.

    >>> mx.nd.size_array(mx.nd.zeros((2, 3)))
    [6]
    <NDArray 1 @cpu(0)>
    """
    return xp.array([size_of(data.shape)], dtype=_INT64)


# -- dtypes ------------------------------------------------------------------------------------------------------------
def cast(data, dtype):
    """Convert ``data``; a floating value outside of an integer's range wraps or saturates as C does, without a word."""
    if data.dtype.kind == "f" and dtype.kind in "iu":
        with np.errstate(all="ignore"):
            if dtype.itemsize < 4:  # -1.9 -> -1 -> 255 in uint8, on every machine
                return data.astype(np.int32).astype(dtype)
            return data.astype(dtype)
    with np.errstate(over="ignore"):
        return data.astype(dtype)


@operator(aliases=("cast",), dtype=lambda data, *, dtype: ([data], [dtype]), elementwise=True)
def Cast(xp, data, *, dtype: DType):
    """Convert ``data`` to another dtype; to integers it truncates toward zero. The gradient is cast back.

    >>> mx.nd.cast(mx.nd.array([0.9, 1.3]), dtype='int32')
    [0 1]
    <NDArray 2 @cpu(0)>
    """
    return cast(data, dtype)


@Cast.gradient
def _(F, g, data: Like):
    return (F._cast_like(g, data),)


def _amp_dtype(data, *, dtype):
    return [data], [dtype if data is None or data.kind == "f" else data]


@operator(dtype=_amp_dtype, elementwise=True)
def amp_cast(xp, data, *, dtype: DType):
    """Convert a floating array to another floating dtype, and leave integers as they are (automatic mixed precision).

    >>> mx.nd.amp_cast(mx.nd.array([1, 2]), dtype='float16')
    [1. 2.]
    <NDArray 2 @cpu(0)>
    """
    return data.astype(dtype) if data.dtype.kind == "f" else data.copy()


@amp_cast.gradient
def _(F, g, data: Like):
    return (F._cast_like(g, data),)


def common_dtype(dtypes, narrow: bool):
    """Return the widest floating dtype among ``dtypes``, or the narrowest."""
    floating = [d for d in dtypes if d.kind == "f"]
    if not floating:
        return dtypes[0]
    return (min if narrow else max)(floating, key=lambda d: d.itemsize)


def _multicast_dtypes(*dtypes, num_outputs, cast_narrow):
    known = [d for d in dtypes if d is not None]
    if len(known) < len(dtypes) or not known:
        return list(dtypes), [None] * len(dtypes)
    target = common_dtype(known, cast_narrow)
    return list(dtypes), [target if d.kind == "f" else d for d in known]


@operator(
    outputs=lambda attrs: attrs["num_outputs"],
    shape=lambda *shapes, **_: (list(shapes), list(shapes)),
    dtype=_multicast_dtypes,
)
def amp_multicast(xp, *data, num_outputs: int, cast_narrow: bool = False):
    """Convert floating arrays to the widest dtype among them, or to the narrowest with ``cast_narrow``.

    >>> half, single = mx.nd.ones(2, dtype='float16'), mx.nd.ones(2)
    >>> [str(x.dtype.__name__) for x in mx.nd.amp_multicast(half, single, num_outputs=2)]
    ['float32', 'float32']
    """
    if len(data) != num_outputs:
        raise ShapeError(f"num_outputs={num_outputs} must be the number of inputs. Received: {len(data)} inputs")
    target = common_dtype([x.dtype for x in data], cast_narrow)
    return tuple([x.astype(target) if x.dtype.kind == "f" else x.copy() for x in data])


@amp_multicast.gradient
def _(F, g, data: Like):
    gradients = g if type(g) is tuple else (g,)
    pairs = zip(gradients, data, strict=True)  # type: ignore[call-overload] - variadic: data is a tuple of Like
    return [F._cast_like(one, x) for one, x in pairs]


# -- clipping ----------------------------------------------------------------------------------------------------------
@operator(elementwise=True)
def clip(xp, data, *, a_min: float, a_max: float):
    """Limit each element to [a_min, a_max]; nan stays nan. Integers are limited to the truncated bounds.

    The gradient passes where the element was not changed.

    >>> mx.nd.clip(mx.nd.array([-2, 0.5, 3]), -1, 1)
    [-1.   0.5  1. ]
    <NDArray 3 @cpu(0)>
    """
    if data.dtype.kind == "f":
        return xp.minimum(xp.maximum(data, a_min), a_max)
    if data.dtype.kind == "b":
        raise DTypeError("bool arrays cannot be clipped. Received: bool.\n  Convert with astype('int32') first.")
    limits = np.iinfo(data.dtype)
    low, high = (int(min(max(bound, limits.min), limits.max)) for bound in (a_min, a_max))
    return xp.minimum(xp.maximum(data, low), high)


@clip.gradient
def _(F, g, data, *, a_min, a_max):
    outside = F.elemwise_add(F._lesser_scalar(data, scalar=a_min), F._greater_scalar(data, scalar=a_max))
    return (F.elemwise_mul(g, F.logical_not(outside)),)


# -- reshaping ---------------------------------------------------------------------------------------------------------
def like_shape(lhs, rhs, lhs_begin, lhs_end, rhs_begin, rhs_end) -> tuple[int, ...]:
    """Return the shape of reshape_like: ``lhs`` with its part [begin, end) replaced by that part of ``rhs``."""

    def part(shape, begin, end):
        count = len(shape)
        begin = 0 if begin is None else normalize_axis(begin, count + 1) if begin >= 0 else begin + count
        end = count if end is None else normalize_axis(end, count + 1) if end >= 0 else end + count
        return begin, max(begin, end)

    lhs_begin, lhs_end = part(lhs, lhs_begin, lhs_end)
    rhs_begin, rhs_end = part(rhs, rhs_begin, rhs_end)
    shape = tuple(lhs[:lhs_begin]) + tuple(rhs[rhs_begin:rhs_end]) + tuple(lhs[lhs_end:])
    sizes = size_of(lhs), size_of(shape)
    if sizes[0] != sizes[1] and -1 not in sizes:
        raise ShapeError(f"cannot reshape {show(lhs)}, of {sizes[0]} elements, to {show(shape)}, of {sizes[1]}")
    return shape


@operator(dtype=infer.first_dtype, reshapes=True)
def reshape_like(
    xp,
    lhs,
    rhs: Like,
    *,
    lhs_begin: int | None = None,
    lhs_end: int | None = None,
    rhs_begin: int | None = None,
    rhs_end: int | None = None,
    copy: bool = True,
):
    """Give ``lhs`` the shape of ``rhs``.

    With bounds, its dimensions [lhs_begin, lhs_end) are replaced by the dimensions [rhs_begin, rhs_end) of ``rhs``.

    >>> mx.nd.reshape_like(mx.nd.array([1, 2, 3, 4]), mx.nd.zeros((2, 2)))
    [[1. 2.]
     [3. 4.]]
    <NDArray 2x2 @cpu(0)>
    """
    shape = rhs.shape
    if not (lhs_begin is lhs_end is rhs_begin is rhs_end is None):
        shape = like_shape(lhs.shape, shape, lhs_begin, lhs_end, rhs_begin, rhs_end)
    return (lhs.copy() if copy else lhs).reshape(shape)


@reshape_like.infer_shape
def _(lhs, rhs, **bounds):
    if lhs is None or rhs is None:
        return [lhs, rhs], [rhs if all(value is None for value in bounds.values()) else None]
    return [lhs, rhs], [like_shape(lhs, rhs, **bounds)]


@reshape_like.gradient
def _(F, g, lhs: Like):
    return F.reshape_like(g, lhs), None
