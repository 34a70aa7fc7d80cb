"""Operators that change the shape or the order of elements: Reshape, transpose, flip and relatives.

Every result has memory of its own, so that writing into it never changes the input.
"""
from math import prod

from ..base import ShapeError
from ..core.attributes import Shape
from ..core.infer import known, normalize_axis, show, size_of
from ..core.operator import Like, operator


# -- Reshape -----------------------------------------------------------------------------------------------------------
def reshaped(shape, target, reverse=False):
    """Return the shape that MXNet's reshape codes ``target`` make of ``shape``; -1 where it stays unknown.

    Codes: 0 copies a dimension, -1 is inferred, -2 copies all that are left, -3 merges two, -4 splits one into the two
    numbers that follow (one of them may be -1). ``reverse`` matches the codes from the right.
    """
    if reverse:
        target = _reversed_codes(target)
        shape = tuple(reversed(shape))
    out: list[int] = []
    inferred = None  # position in ``out`` of the code -1
    at = 0  # next dimension of ``shape`` to use
    copied: list[int] = []  # dimensions of ``shape`` that are in ``out`` as they are: they cancel, known or not
    made: list[int] = []  # dimensions of ``out`` that are no copies
    codes = iter(target)
    for code in codes:
        if code > 0:
            out.append(code)
            made.append(code)
            at += 1
        elif code == 0:
            out.append(_dimension(shape, at, target))
            copied.append(at)
            at += 1
        elif code == -1:
            if inferred is not None:
                raise ShapeError(f"only one dimension of shape={tuple(target)} may be -1")
            inferred = len(out)
            out.append(-1)
            at += 1
        elif code == -2:
            out.extend(shape[at:])
            copied.extend(range(at, len(shape)))
            at = len(shape)
        elif code == -3:
            merged = size_of((_dimension(shape, at, target), _dimension(shape, at + 1, target)))
            out.append(merged)
            made.append(merged)
            at += 2
        elif code == -4:
            pair = _split(_dimension(shape, at, target), next(codes, None), next(codes, None), target)
            out.extend(pair)
            made.extend(pair)
            at += 1
        else:
            raise ShapeError(f"shape={tuple(target)}: {code} is no reshape code: use 0, -1, -2, -3, -4 or a size")
    if inferred is not None:
        total, rest = size_of([n for i, n in enumerate(shape) if i not in copied]), size_of(made)
        if rest == 0 or (total >= 0 and rest > 0 and total % rest):
            raise _wrong_size(shape, target, reverse)
        if total >= 0 and rest > 0:
            out[inferred] = total // rest
    result = tuple(reversed(out)) if reverse else tuple(out)
    if known(shape) and known(result) and prod(shape) != prod(result):
        raise _wrong_size(shape, target, reverse)
    return result


def _reversed_codes(target):
    """Return the codes from right to left, with the two numbers of a -4 still behind it."""
    groups, codes = [], iter(target)
    for code in codes:
        factors = [next(codes, None), next(codes, None)] if code == -4 else []
        groups.append([code, *(n for n in reversed(factors) if n is not None)])
    return tuple(code for group in reversed(groups) for code in group)


def _dimension(shape, at, target):
    if at >= len(shape):
        raise ShapeError(f"shape={tuple(target)} uses more dimensions than data of shape {show(shape)} has")
    return shape[at]


def _split(extent, first, second, target):
    """Return the two factors that code -4 asks for."""
    if first is None or second is None or (first < 0 and second < 0) or first == 0 or second == 0:
        raise ShapeError(f"shape={tuple(target)}: -4 needs two sizes behind it, of which one may be -1")
    if extent < 0:
        return first, second
    if first < 0:
        first = extent // second
    elif second < 0:
        second = extent // first
    if first * second != extent:
        raise ShapeError(f"shape={tuple(target)}: cannot split a dimension of {extent} into {first} and {second}")
    return first, second


def _wrong_size(shape, target, reverse):
    if reverse:
        shape, target = tuple(reversed(shape)), _reversed_codes(target)
    return ShapeError(
        f"data of shape {show(shape)} has {size_of(shape)} elements and cannot take shape={tuple(target)}.\n"
        "  Let one dimension be -1: it is then computed from the others."
    )


@operator(aliases=("reshape",), reshapes=True)
def Reshape(
    xp,
    data,
    *,
    shape: Shape = Shape(),
    reverse: bool = False,
    target_shape: Shape = Shape(),
    keep_highest: bool = False,
    copy: bool = True,
):
    """Give the elements of an array, in their order, another shape.

    Parameters
    ----------
    data : array of any shape and dtype
    shape : tuple of int; besides sizes these codes are allowed: 0 copies the dimension of ``data`` at this place, -1 is
        inferred from the rest, -2 copies all dimensions that are left, -3 merges the next two into one, -4 splits the
        next one into the two sizes that follow the code (one of them may be -1)
    reverse : bool, match the codes from the right
    target_shape, keep_highest : the form of very old programs: a shape in which 0 is inferred, and whether the first
        dimension is kept

    Returns
    -------
    same elements and dtype, in the new shape

    Raises
    ------
    ShapeError
        If the number of elements would change.

    >>> mx.nd.reshape(mx.nd.zeros((2, 3, 4)), shape=(-3, 0)).shape
    (6, 4)
    >>> mx.nd.reshape(mx.nd.zeros((2, 3, 4)), shape=(0, -4, 1, -1, -2)).shape
    (2, 1, 3, 4)

    References: MXNet 1.9.1 operator Reshape.
    """
    new_shape = _reshape_target(data.shape, shape, reverse, target_shape, keep_highest)
    return (data.copy() if copy else data).reshape(new_shape)


def _reshape_target(data, shape, reverse, target_shape, keep_highest):
    if not shape and target_shape:
        head = data[:1] if keep_highest else ()
        codes = tuple(-1 if n == 0 else n for n in target_shape[len(head) :])
        return reshaped(data, (*((0,) if head else ()), *codes))
    return reshaped(data, shape, reverse)


@Reshape.infer_shape
def _(data, *, shape, reverse, target_shape, keep_highest):
    if data is None:
        constant = not target_shape and all(n > 0 for n in shape)
        return (None,), (tuple(shape) if constant else None,)
    return (data,), (_reshape_target(data, shape, reverse, target_shape, keep_highest),)


@Reshape.infer_inputs
def _(inputs, outputs, **_):
    """Learn the one dimension of data that is unknown from the size of the output."""
    data, size = inputs[0], -1 if outputs[0] is None else size_of(outputs[0])
    if data is None or size < 0 or data.count(-1) != 1:
        return inputs
    rest = prod(n for n in data if n >= 0)
    if not rest or size % rest:
        return inputs
    return [tuple(size // rest if n < 0 else n for n in data)]


@Reshape.gradient
def _(F, g, data: Like):
    return F.reshape_like(g, data)


@operator(aliases=("flatten",), reshapes=True)
def Flatten(xp, data, *, copy: bool = True):
    """Keep the first axis and make all others into one.

    Parameters
    ----------
    data : (batch, ...), any dtype

    Returns
    -------
    (batch, product of the other dimensions); data of one dimension becomes (batch, 1)

    >>> mx.nd.flatten(mx.nd.zeros((2, 3, 4))).shape
    (2, 12)

    References: MXNet 1.9.1 operator Flatten.
    """
    return (data.copy() if copy else data).reshape(data.shape[0], prod(data.shape[1:]))


@Flatten.infer_shape
def _(data):
    return (data,), (None if data is None else (data[0], size_of(data[1:])),)


@Flatten.gradient
def _(F, g, data: Like):
    return F.reshape_like(g, data)


# -- one axis more or less ---------------------------------------------------------------------------------------------
@operator()
def expand_dims(xp, data, *, axis: int):
    """Insert an axis of size 1.

    Parameters
    ----------
    data : array of n dimensions
    axis : int, place of the new axis in the result, from -(n + 1) to n

    Returns
    -------
    array of n + 1 dimensions, same dtype

    >>> mx.nd.expand_dims(mx.nd.zeros((2, 3)), axis=1).shape
    (2, 1, 3)

    References: MXNet 1.9.1 operator expand_dims.
    """
    return xp.expand_dims(data.copy(), normalize_axis(axis, data.ndim + 1))


@expand_dims.infer_shape
def _(data, *, axis):
    if data is None:
        return (None,), (None,)
    at = normalize_axis(axis, len(data) + 1)
    return (data,), ((*data[:at], 1, *data[at:]),)


@expand_dims.gradient
def _(F, g, data: Like):
    return F.reshape_like(g, data)


@operator(reshapes=True)
def squeeze(xp, data, *, axis: Shape | None = None, copy: bool = True):
    """Drop axes of size 1.

    Parameters
    ----------
    data : array
    axis : int or tuple of int, the axes to drop; None drops all of size 1

    Returns
    -------
    array with fewer dimensions, same dtype; at least one dimension is left

    Raises
    ------
    ShapeError
        If one of the axes is not of size 1.

    >>> mx.nd.squeeze(mx.nd.zeros((1, 3, 1))).shape
    (3,)

    References: MXNet 1.9.1 operator squeeze.
    """
    return (data.copy() if copy else data).reshape(_squeezed(data.shape, axis))


def _squeezed(shape, axis):
    if axis is None:
        dropped = [i for i, n in enumerate(shape) if n == 1]
    else:
        dropped = [normalize_axis(a, len(shape)) for a in axis]
        for a in dropped:
            if shape[a] not in (1, -1):
                raise ShapeError(f"axis {a} of data of shape {show(shape)} has size {shape[a]}; only 1 can be dropped")
    return tuple(n for i, n in enumerate(shape) if i not in dropped) or (1,)


@squeeze.infer_shape
def _(data, *, axis):
    if data is None or (axis is None and not known(data)):
        return (data,), (None,)
    return (data,), (_squeezed(data, axis),)


@squeeze.gradient
def _(F, g, data: Like):
    return F.reshape_like(g, data)


# -- order of axes and elements ----------------------------------------------------------------------------------------
@operator()
def transpose(xp, data, *, axes: Shape = Shape()):
    """Permute the axes.

    Parameters
    ----------
    data : array of n dimensions
    axes : axis i of the result is axis ``axes[i]`` of data; default: all in reverse order

    Returns
    -------
    array with permuted shape, same dtype

    >>> mx.nd.transpose(mx.nd.array([[1, 2], [3, 4]]))
    [[1. 3.]
     [2. 4.]]
    <NDArray 2x2 @cpu(0)>

    References: MXNet 1.9.1 operator transpose.
    """
    return data.transpose(_permutation(axes, data.ndim)).copy()


def _permutation(axes, ndim):
    if not axes:
        return tuple(reversed(range(ndim)))
    order = tuple(a + ndim if a < 0 else a for a in axes)
    if sorted(order) != list(range(ndim)):
        raise ShapeError(f"axes must name each of the {ndim} axes of data once. Received: axes={tuple(axes)}")
    return order


@transpose.infer_shape
def _(data, *, axes):
    if data is None:
        return (None,), (None,)
    return (data,), (tuple(data[a] for a in _permutation(axes, len(data))),)


@transpose.gradient
def _(F, g, *, axes):
    if not axes:
        return F.transpose(g)
    order = _permutation(axes, len(axes))
    return F.transpose(g, axes=tuple(order.index(i) for i in range(len(order))))


@operator(aliases=("swapaxes",))
def SwapAxis(xp, data, *, dim1: int = 0, dim2: int = 0):
    """Exchange two axes.

    Parameters
    ----------
    data : array
    dim1, dim2 : int, the axes

    >>> mx.nd.swapaxes(mx.nd.zeros((2, 3, 4)), dim1=0, dim2=2).shape
    (4, 3, 2)

    References: MXNet 1.9.1 operator SwapAxis.
    """
    return xp.swapaxes(data, normalize_axis(dim1, data.ndim), normalize_axis(dim2, data.ndim)).copy()


@SwapAxis.infer_shape
def _(data, *, dim1, dim2):
    if data is None:
        return (None,), (None,)
    out = list(data)
    a, b = normalize_axis(dim1, len(data), "axis dim1 ="), normalize_axis(dim2, len(data), "axis dim2 =")
    out[a], out[b] = out[b], out[a]
    return (data,), (tuple(out),)


@SwapAxis.gradient
def _(F, g, *, dim1, dim2):
    return F.SwapAxis(g, dim1=dim1, dim2=dim2)


@operator(aliases=("flip",))
def reverse(xp, data, *, axis: Shape):
    """Reverse the order of elements along axes.

    Parameters
    ----------
    data : array
    axis : int or tuple of int; MXNet takes axes from 0 on, negative ones are allowed here too

    >>> mx.nd.flip(mx.nd.array([[1, 2], [3, 4]]), axis=1)
    [[2. 1.]
     [4. 3.]]
    <NDArray 2x2 @cpu(0)>

    References: MXNet 1.9.1 operator reverse.
    """
    return xp.flip(data, tuple(normalize_axis(a, data.ndim) for a in axis)).copy()


@reverse.infer_shape
def _(data, *, axis):
    if data is not None:
        for a in axis:
            normalize_axis(a, len(data))
    return (data,), (data,)


@reverse.gradient
def _(F, g, *, axis):
    return F.reverse(g, axis=axis)
