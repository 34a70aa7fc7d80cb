"""Arithmetic of two arrays that broadcast, and the operators that broadcast one array or undo it.

Shapes are aligned from the right; a dimension of 1 stretches to the other's. The gradient of a stretched input is the
sum over what was stretched: ``_sum_like(g, lhs)``.
"""
from ..base import ArgumentError, ShapeError
from ..core import infer
from ..core.attributes import Shape
from ..core.infer import broadcast_shape, normalize_axis, show
from ..core.operator import Like, operator
from . import arithmetic


def sum_like(xp, data, shape: tuple[int, ...]):
    """Sum ``data`` down to ``shape``, from which it was broadcast; the sum of float16 is taken in float32."""
    if data.shape == shape:
        return data
    extra = data.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(
        i + extra for i, extent in enumerate(shape) if extent == 1 and data.shape[i + extra] != 1
    )
    if not axes:
        return data.reshape(shape)
    dtype = xp.float32 if data.dtype == xp.float16 else data.dtype
    return xp.add.reduce(data, axis=axes, dtype=dtype).astype(data.dtype, copy=False).reshape(shape)


def _sum_like_shape(data, like):
    if like is not None and data is not None:
        infer.unify(infer.broadcast(data, like), data, "the shape of the data and what 'like' broadcasts to")
    return [data, like], [like]


@operator(shape=_sum_like_shape, dtype=infer.first_dtype)
def _sum_like(xp, data, like: Like):
    """Undo a broadcast: sum ``data`` over what must be stretched to get from the shape of ``like`` to its own.

    It is the gradient of broadcasting, and gives ``data`` itself where the shapes are equal.

    >>> mx.nd._internal._sum_like(mx.nd.ones((2, 3)), mx.nd.zeros((1, 3)))
    [[2. 2. 2.]]
    <NDArray 1x3 @cpu(0)>
    """
    return data if data.shape == like.shape else sum_like(xp, data, like.shape)


@_sum_like.gradient
def _(F, g, data: Like):
    return F._stretch_like(g, data), None


@operator(shape=lambda data, like: ([data, like], [like]), dtype=infer.first_dtype)
def _stretch_like(xp, data, like: Like):
    """Broadcast ``data`` to the shape of ``like``, which may have more dimensions: the reverse of ``_sum_like``.

    >>> mx.nd._internal._stretch_like(mx.nd.array([1, 2]), mx.nd.zeros((2, 2)))
    [[1. 2.]
     [1. 2.]]
    <NDArray 2x2 @cpu(0)>
    """
    return data if data.shape == like.shape else xp.broadcast_to(data, like.shape).copy()


@_stretch_like.gradient
def _(F, g, data: Like):
    return F._sum_like(g, data), None


# -- arithmetic --------------------------------------------------------------------------------------------------------
@operator(aliases=("broadcast_plus",), ufunc="add", shape=broadcast_shape)
def broadcast_add(xp, lhs, rhs):
    """Add two arrays, broadcasting their shapes.

    >>> mx.nd.broadcast_add(mx.nd.array([[1], [2]]), mx.nd.array([[10, 20]]))
    [[11. 21.]
     [12. 22.]]
    <NDArray 2x2 @cpu(0)>
    """
    return xp.add(lhs, rhs)


@broadcast_add.gradient
def _(F, g, lhs: Like, rhs: Like, *, needs):
    return F._sum_like(g, lhs) if needs[0] else None, F._sum_like(g, rhs) if needs[1] else None


@operator(aliases=("broadcast_minus",), ufunc="subtract", shape=broadcast_shape)
def broadcast_sub(xp, lhs, rhs):
    """Subtract ``rhs`` from ``lhs``, broadcasting their shapes.

    >>> mx.nd.broadcast_sub(mx.nd.array([[1], [2]]), mx.nd.array([[10, 20]]))
    [[ -9. -19.]
     [ -8. -18.]]
    <NDArray 2x2 @cpu(0)>
    """
    return xp.subtract(lhs, rhs)


@broadcast_sub.gradient
def _(F, g, lhs: Like, rhs: Like, *, needs):
    return F._sum_like(g, lhs) if needs[0] else None, F.negative(F._sum_like(g, rhs)) if needs[1] else None


@operator(ufunc="multiply", shape=broadcast_shape)
def broadcast_mul(xp, lhs, rhs):
    """Multiply two arrays, broadcasting their shapes.

    >>> mx.nd.broadcast_mul(mx.nd.array([[1], [2]]), mx.nd.array([[10, 20]]))
    [[10. 20.]
     [20. 40.]]
    <NDArray 2x2 @cpu(0)>
    """
    return xp.multiply(lhs, rhs)


@broadcast_mul.gradient
def _(F, g, lhs, rhs, *, needs):
    return (
        F._sum_like(F.broadcast_mul(g, rhs), lhs) if needs[0] else None,
        F._sum_like(F.broadcast_mul(g, lhs), rhs) if needs[1] else None,
    )


@operator(shape=broadcast_shape)
def broadcast_div(xp, lhs, rhs):
    """Divide ``lhs`` by ``rhs``, broadcasting their shapes; integers are truncated toward zero.

    >>> mx.nd.broadcast_div(mx.nd.array([[10], [20]]), mx.nd.array([[1, 4]]))
    [[10.   2.5]
     [20.   5. ]]
    <NDArray 2x2 @cpu(0)>
    """
    return arithmetic.divide(xp, lhs, rhs)


@broadcast_div.gradient
def _(F, g, lhs: Like, rhs, out, *, needs):
    over = F.broadcast_div(g, rhs)
    return (
        F._sum_like(over, lhs) if needs[0] else None,
        F.negative(F._sum_like(F.elemwise_mul(over, out), rhs)) if needs[1] else None,
    )


@operator(shape=broadcast_shape)
def broadcast_mod(xp, lhs, rhs):
    """Return the remainder of ``lhs / rhs`` with the sign of the divisor, broadcasting; 0 where the divisor is 0.

    >>> mx.nd.broadcast_mod(mx.nd.array([[5], [-5]]), mx.nd.array([[3, 4]]))
    [[2. 1.]
     [1. 3.]]
    <NDArray 2x2 @cpu(0)>
    """
    return arithmetic.modulo(xp, lhs, rhs)


@broadcast_mod.gradient
def _(F, g, lhs, rhs):
    whole = F.floor(F.broadcast_div(lhs, rhs))
    return F._sum_like(g, lhs), F.negative(F._sum_like(F.elemwise_mul(g, whole), rhs))


@operator(shape=broadcast_shape)
def broadcast_power(xp, lhs, rhs):
    """Raise ``lhs`` to the power of ``rhs``, broadcasting their shapes.

    >>> mx.nd.broadcast_power(mx.nd.array([[2], [3]]), mx.nd.array([[1, 2]]))
    [[2. 4.]
     [3. 9.]]
    <NDArray 2x2 @cpu(0)>
    """
    return arithmetic.power(xp, lhs, rhs)


@broadcast_power.gradient
def _(F, g, lhs, rhs, out, *, needs):
    base = exponent = None
    if needs[0]:
        lowered = F.broadcast_mul(F.broadcast_power(lhs, F._minus_scalar(rhs, scalar=1)), rhs)
        base = F._sum_like(F.elemwise_mul(g, lowered), lhs)
    if needs[1]:
        exponent = F._sum_like(F.elemwise_mul(g, F.broadcast_mul(out, F.log(lhs))), rhs)
    return base, exponent


@operator(ufunc="maximum", shape=broadcast_shape)
def broadcast_maximum(xp, lhs, rhs):
    """Return the larger of two elements, broadcasting; the gradient of a tie goes to ``lhs``.

    >>> mx.nd.broadcast_maximum(mx.nd.array([[1], [5]]), mx.nd.array([[2, 7]]))
    [[2. 7.]
     [5. 7.]]
    <NDArray 2x2 @cpu(0)>
    """
    return xp.maximum(lhs, rhs)


@broadcast_maximum.gradient
def _(F, g, lhs, rhs):
    return (
        F._sum_like(F.elemwise_mul(g, F.broadcast_greater_equal(lhs, rhs)), lhs),
        F._sum_like(F.elemwise_mul(g, F.broadcast_lesser(lhs, rhs)), rhs),
    )


@operator(ufunc="minimum", shape=broadcast_shape)
def broadcast_minimum(xp, lhs, rhs):
    """Return the smaller of two elements, broadcasting; the gradient of a tie goes to ``lhs``.

    >>> mx.nd.broadcast_minimum(mx.nd.array([[1], [5]]), mx.nd.array([[2, 7]]))
    [[1. 1.]
     [2. 5.]]
    <NDArray 2x2 @cpu(0)>
    """
    return xp.minimum(lhs, rhs)


@broadcast_minimum.gradient
def _(F, g, lhs, rhs):
    return (
        F._sum_like(F.elemwise_mul(g, F.broadcast_lesser_equal(lhs, rhs)), lhs),
        F._sum_like(F.elemwise_mul(g, F.broadcast_greater(lhs, rhs)), rhs),
    )


@operator(shape=broadcast_shape)
def broadcast_hypot(xp, lhs, rhs):
    """Return sqrt(lhs**2 + rhs**2), broadcasting.

    >>> mx.nd.broadcast_hypot(mx.nd.array([[3], [5]]), mx.nd.array([[4, 12]]))
    [[ 5.        12.369317 ]
     [ 6.4031243 13.       ]]
    <NDArray 2x2 @cpu(0)>
    """
    return arithmetic.hypot(xp, lhs, rhs)


@broadcast_hypot.gradient
def _(F, g, lhs, rhs, out):
    over = F.elemwise_div(g, out)
    return F._sum_like(F.broadcast_mul(over, lhs), lhs), F._sum_like(F.broadcast_mul(over, rhs), rhs)


# -- one array to another shape ----------------------------------------------------------------------------------------
def stretched(data: tuple[int, ...], target: tuple[int, ...]) -> tuple[int, ...]:
    """Return ``target`` after checking that stretching dimensions of 1 leads there from ``data``."""
    if len(data) != len(target):
        raise ShapeError(
            f"{show(data)} and {show(target)} must have the same number of dimensions.\n"
            "  Insert dimensions of 1 first, with reshape or expand_dims."
        )
    for have, want in zip(data, target, strict=True):
        if have not in (-1, 1, want) and want != -1:
            raise ShapeError(f"{show(data)} cannot be broadcast to {show(target)}: only a dimension of 1 stretches")
    return target


def target_shape(data: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape to which broadcast_to goes, in which 0 keeps a dimension."""
    if len(data) == len(shape):
        shape = tuple([have if want == 0 else want for have, want in zip(data, shape, strict=True)])
    return stretched(data, shape)


@operator()
def broadcast_to(xp, data, *, shape: Shape = ()):
    """Stretch the dimensions of 1 of ``data`` to ``shape``, in which 0 keeps a dimension as it is.

    >>> mx.nd.broadcast_to(mx.nd.array([[1, 2]]), shape=(2, 2))
    [[1. 2.]
     [1. 2.]]
    <NDArray 2x2 @cpu(0)>
    """
    return xp.broadcast_to(data, target_shape(data.shape, shape)).copy()


@broadcast_to.infer_shape
def _(data, *, shape):
    if data is None:
        return [None], [None if 0 in shape else tuple(shape)]
    return [data], [target_shape(data, shape)]


@broadcast_to.gradient
def _(F, g, data: Like):
    return (F._sum_like(g, data),)


def with_extents(data: tuple[int, ...], axis: tuple[int, ...], size: tuple[int, ...]) -> tuple[int, ...]:
    """Return ``data`` with each dimension of ``axis``, which must be 1, replaced by that of ``size``."""
    if len(axis) != len(size):
        raise ArgumentError(f"axis and size must have the same length. Received: axis={axis}, size={size}")
    out = list(data)
    for i, extent in zip(axis, size, strict=True):
        i = normalize_axis(i, len(data))
        if data[i] not in (-1, 1):
            raise ShapeError(f"dimension {i} of data {show(data)} must be 1 to be broadcast to {extent}")
        out[i] = extent
    return tuple(out)


@operator(aliases=("broadcast_axes",))
def broadcast_axis(xp, data, *, axis: Shape = (), size: Shape = ()):
    """Stretch the dimensions ``axis`` of ``data``, each of which is 1, to ``size``.

    >>> mx.nd.broadcast_axis(mx.nd.array([[1, 2]]), axis=0, size=2)
    [[1. 2.]
     [1. 2.]]
    <NDArray 2x2 @cpu(0)>
    """
    return xp.broadcast_to(data, with_extents(data.shape, axis, size)).copy()


@broadcast_axis.infer_shape
def _(data, *, axis, size):
    return [data], [None if data is None else with_extents(data, axis, size)]


@broadcast_axis.gradient
def _(F, g, data: Like):
    return (F._sum_like(g, data),)


def like_shape(lhs, rhs, lhs_axes, rhs_axes):
    """Return the shape to which broadcast_like goes."""
    if lhs_axes is None and rhs_axes is None:
        return stretched(lhs, rhs)
    if lhs_axes is None or rhs_axes is None or len(lhs_axes) != len(rhs_axes):
        raise ArgumentError(f"lhs_axes={lhs_axes} and rhs_axes={rhs_axes} must be given together, with equal length")
    want = list(lhs)
    for i, j in zip(lhs_axes, rhs_axes, strict=True):
        want[normalize_axis(i, len(lhs))] = rhs[normalize_axis(j, len(rhs))]
    return stretched(lhs, tuple(want))


@operator(dtype=infer.first_dtype)
def broadcast_like(xp, lhs, rhs: Like, *, lhs_axes: Shape | None = None, rhs_axes: Shape | None = None):
    """Stretch the dimensions of 1 of ``lhs`` to those of ``rhs``, or only ``lhs_axes`` to ``rhs_axes``.

    >>> mx.nd.broadcast_like(mx.nd.array([[1, 2]]), mx.nd.zeros((2, 2)))
    [[1. 2.]
     [1. 2.]]
    <NDArray 2x2 @cpu(0)>
    """
    return xp.broadcast_to(lhs, like_shape(lhs.shape, rhs.shape, lhs_axes, rhs_axes)).copy()


@broadcast_like.infer_shape
def _(lhs, rhs, *, lhs_axes, rhs_axes):
    if lhs is None or rhs is None:
        return [lhs, rhs], [rhs if lhs_axes is None else None]
    return [lhs, rhs], [like_shape(lhs, rhs, lhs_axes, rhs_axes)]


@broadcast_like.gradient
def _(F, g, lhs: Like):
    return F._sum_like(g, lhs), None
