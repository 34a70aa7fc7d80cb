"""Pooling in one, two or three dimensions, and the operators that differentiate it."""
from functools import lru_cache
from typing import Literal

from ..base import ArgumentError, DTypeError, ShapeError
from ..core.attributes import Shape
from ..core.infer import show
from ..core.operator import Like, operator
from ..kernels import pooling
from .nn_convolution import Layout, channel_order, complete_window, permuted

PoolType = Literal["avg", "lp", "max", "sum"]
Convention = Literal["full", "same", "valid"]


# -- Pooling -----------------------------------------------------------------------------------------------------------
def _window(size, kernel, stride, pad, global_pool):
    """Return (kernel, stride, pad), those of a global pooling being the whole image."""
    if global_pool:
        return tuple(size), (1,) * len(size), (0,) * len(size)
    stride, pad = complete_window(kernel, stride=stride, pad=pad)
    return tuple(kernel), stride, pad


def _pooling_shape(
    data, *, kernel, pool_type="max", global_pool, pooling_convention, stride, pad, p_value=None, layout, **_
):
    if pool_type == "lp" and p_value not in (1, 2, 3):
        raise ArgumentError(f"pool_type='lp' needs p_value 1, 2 or 3. Received: {p_value!r}")
    if data is None:
        return [None], [None]
    rank = len(data) - 2
    if not 1 <= rank <= 3 or (not global_pool and len(kernel) != rank):
        raise ShapeError(
            f"data must be (batch, channel, *spatial) with as many spatial axes, 1 to 3, as kernel {tuple(kernel)} "
            f"has. Received: {show(data)}"
        )
    order, back = channel_order(layout, data[2:])
    batch, channels, *size = permuted(data, order)
    if global_pool:
        return [data], [permuted((batch, channels, *[1] * rank), back)]
    kernel, stride, pad = _window(size, kernel, stride, pad, False)
    if pooling_convention == "same" and any(pad):
        raise ArgumentError(f"pooling_convention='same' sets the padding itself: pad must be 0. Received: {pad}")
    for n, k, p in zip(size, kernel, pad, strict=True):
        if n >= 0 and k > n + 2 * p:
            raise ShapeError(
                f"the window {kernel} is larger than the data {show(data)} with pad {pad}.\n"
                "  Use a smaller kernel, more padding, or global_pool=True."
            )
    sizes = zip(size, kernel, stride, pad, strict=True)
    out = (-1 if s[0] < 0 else pooling.output_size(*s, pooling_convention) for s in sizes)
    return [data], [permuted((batch, channels, *out), back)]


@lru_cache(maxsize=512)
def _checked(shape, *, kernel, stride, pad, global_pool, layout, **attrs):
    """Return (order of axes, order back, kernel, stride, pad) for data of a shape that fits them."""
    _pooling_shape(shape, kernel=kernel, stride=stride, pad=pad, global_pool=global_pool, layout=layout, **attrs)
    order, back = channel_order(layout, shape[2:])
    return order, back, *_window(permuted(shape, order)[2:], kernel, stride, pad, global_pool)


@operator(shape=_pooling_shape)
def Pooling(
    xp,
    data,
    *,
    kernel: Shape = Shape(),
    pool_type: PoolType = "max",
    global_pool: bool = False,
    cudnn_off: bool = False,
    pooling_convention: Convention = "valid",
    stride: Shape = Shape(),
    pad: Shape = Shape(),
    p_value: int | None = None,
    count_include_pad: bool | None = None,
    layout: Layout | None = None,
    is_train: bool = False,
):
    """Reduce each window of an image to its maximum, mean, sum or p-norm.

    Parameters
    ----------
    data : (batch, channel, \\*spatial) with 1 to 3 spatial axes, floating
    kernel : tuple of int, size of the window in pixels
    pool_type : "max", "avg", "sum", or "lp": (sum of x**p) ** (1 / p)
    global_pool : bool, whether one window covers the whole image; kernel, stride and pad are then ignored
    pooling_convention : "valid": as many windows as fit; "full": also one that sticks out; "same": one per stride,
        size / stride rounded up (MXNet 1.9.1 has it for max in one dimension, here it serves all)
    stride, pad : tuple of int, in pixels; 1 and 0 where not given
    p_value : int, 1, 2 or 3; the sign of x is kept when p is odd
    count_include_pad : bool, whether "avg" divides by padded pixels too; None is True
    layout : None or "NCW", "NCHW", "NCDHW"; or channels last, "NWC", "NHWC", "NDHWC"
    cudnn_off : accepted and ignored

    Returns
    -------
    (batch, channel, \\*out), same dtype as ``data``

    Raises
    ------
    ShapeError
        If a window is larger than the padded image.

    Among equal maxima of a window the gradient goes to the first one in row-major order.

    >>> mx.nd.Pooling(mx.nd.arange(16).reshape((1, 1, 4, 4)), kernel=(2, 2), stride=(2, 2))
    [[[[ 5.  7.]
       [13. 15.]]]]
    <NDArray 1x1x2x2 @cpu(0)>

    Reference: LeCun et al. 1998, section II.A.
    """
    if data.dtype.kind != "f":
        raise DTypeError(f"data must be floating point. Received: {data.dtype}.\n  Convert with x.astype('float32').")
    order, back, kernel, stride, pad = _checked(
        data.shape,
        kernel=kernel,
        pool_type=pool_type,
        global_pool=global_pool,
        pooling_convention=pooling_convention,
        stride=stride,
        pad=pad,
        p_value=p_value,
        layout=layout,
    )
    out = pooling.pooling(
        xp,
        permuted(data, order),
        kernel=kernel,
        stride=stride,
        pad=pad,
        pool_type=pool_type,
        convention=pooling_convention,
        count_include_pad=count_include_pad is not False,
        p_value=p_value or 2,
        is_train=is_train,
    )
    return permuted(out, back)


@Pooling.gradient
def _(
    F,
    g,
    data,
    out,
    *,
    kernel,
    pool_type,
    global_pool,
    pooling_convention,
    stride,
    pad,
    p_value,
    count_include_pad,
    layout,
):
    attrs = dict(
        kernel=kernel,
        global_pool=global_pool,
        pooling_convention=pooling_convention,
        stride=stride,
        pad=pad,
        layout=layout,
    )
    if pool_type in ("avg", "sum"):  # linear: the values of the data do not matter
        return (F._backward_Pooling_mean(g, data, pool_type=pool_type, count_include_pad=count_include_pad, **attrs),)
    if pool_type == "max":
        return (F._backward_Pooling_max(g, data, out, **attrs),)
    return (F._backward_Pooling_lp(g, data, out, p_value=p_value, **attrs),)


def _gradient_of_pooling(xp, out_grad, data, out, *, kernel, stride, pad, global_pool, layout, **options):
    order, back = channel_order(layout, data.shape[2:])
    shape_only = isinstance(data, Like)
    data = Like(permuted(tuple(data.shape), order), data.dtype) if shape_only else permuted(data, order)
    kernel, stride, pad = _window(data.shape[2:], kernel, stride, pad, global_pool)
    grad = pooling.pooling_gradient(
        xp,
        permuted(out_grad, order),
        data,
        permuted(out, order),
        kernel=kernel,
        stride=stride,
        pad=pad,
        **options,
    )
    return permuted(grad, back)


@operator(shape=lambda out_grad, data, **_: ([out_grad, data], [data]))
def _backward_Pooling_mean(
    xp,
    out_grad,
    data: Like,
    *,
    kernel: Shape = Shape(),
    pool_type: PoolType = "avg",
    global_pool: bool = False,
    pooling_convention: Convention = "valid",
    stride: Shape = Shape(),
    pad: Shape = Shape(),
    count_include_pad: bool | None = None,
    layout: Layout | None = None,
):
    """Return the gradient of Pooling with "avg" or "sum"; of the data only the shape is read.

    >>> mx.nd._internal._backward_Pooling_mean(mx.nd.ones((1, 1, 2)), mx.nd.zeros((1, 1, 4)), kernel=(2,), stride=(2,))
    [[[0.5 0.5 0.5 0.5]]]
    <NDArray 1x1x4 @cpu(0)>
    """
    return _gradient_of_pooling(
        xp,
        out_grad,
        data,
        None,
        kernel=kernel,
        stride=stride,
        pad=pad,
        global_pool=global_pool,
        layout=layout,
        pool_type=pool_type,
        convention=pooling_convention,
        count_include_pad=count_include_pad is not False,
    )


@_backward_Pooling_mean.gradient
def _(F, h, *, kernel, pool_type, global_pool, pooling_convention, stride, pad, count_include_pad, layout):
    out_grad = F.Pooling(
        h,
        kernel=kernel,
        pool_type=pool_type,
        global_pool=global_pool,
        pooling_convention=pooling_convention,
        stride=stride,
        pad=pad,
        count_include_pad=count_include_pad,
        layout=layout,
    )
    return out_grad, None


@operator(shape=lambda out_grad, data, pooled, **_: ([out_grad, data, pooled], [data]))
def _backward_Pooling_max(
    xp,
    out_grad,
    data,
    pooled,
    *,
    kernel: Shape = Shape(),
    global_pool: bool = False,
    pooling_convention: Convention = "valid",
    stride: Shape = Shape(),
    pad: Shape = Shape(),
    layout: Layout | None = None,
):
    """Return the gradient of max Pooling: each output gradient at the place of its window's first maximum.

    >>> data, pooled = mx.nd.array([[[3, 3, 1, 2]]]), mx.nd.array([[[3, 2]]])
    >>> mx.nd._internal._backward_Pooling_max(mx.nd.ones((1, 1, 2)), data, pooled, kernel=(2,), stride=(2,))
    [[[1. 0. 0. 1.]]]
    <NDArray 1x1x4 @cpu(0)>
    """
    return _gradient_of_pooling(
        xp,
        out_grad,
        data,
        pooled,
        kernel=kernel,
        stride=stride,
        pad=pad,
        global_pool=global_pool,
        layout=layout,
        pool_type="max",
        convention=pooling_convention,
    )


@_backward_Pooling_max.gradient
def _(F, h, data, pooled, *, kernel, global_pool, pooling_convention, stride, pad, layout):
    # Linear in out_grad; piecewise constant in the data.
    selected = F._pooling_select(
        h,
        data,
        pooled,
        kernel=kernel,
        global_pool=global_pool,
        pooling_convention=pooling_convention,
        stride=stride,
        pad=pad,
        layout=layout,
    )
    return selected, None, None


@operator(shape=lambda values, data, pooled, **_: ([values, data, pooled], [pooled]))
def _pooling_select(
    xp,
    values,
    data,
    pooled,
    *,
    kernel: Shape = Shape(),
    global_pool: bool = False,
    pooling_convention: Convention = "valid",
    stride: Shape = Shape(),
    pad: Shape = Shape(),
    layout: Layout | None = None,
):
    """Take from ``values`` what stands where max Pooling found the first maximum of each window of ``data``.

    >>> values = mx.nd.array([[[10, 20, 30, 40]]])
    >>> data, pooled = mx.nd.array([[[3, 3, 1, 2]]]), mx.nd.array([[[3, 2]]])
    >>> mx.nd._internal._pooling_select(values, data, pooled, kernel=(2,), stride=(2,))
    [[[10. 40.]]]
    <NDArray 1x1x2 @cpu(0)>
    """
    order, back = channel_order(layout, data.shape[2:])
    data = permuted(data, order)
    kernel, stride, pad = _window(data.shape[2:], kernel, stride, pad, global_pool)
    selected = pooling.max_pooling_select(
        xp,
        permuted(values, order),
        data,
        permuted(pooled, order),
        kernel=kernel,
        stride=stride,
        pad=pad,
        convention=pooling_convention,
    )
    return permuted(selected, back)


@_pooling_select.gradient
def _(F, g, data, pooled, *, kernel, global_pool, pooling_convention, stride, pad, layout):
    spread = F._backward_Pooling_max(
        g,
        data,
        pooled,
        kernel=kernel,
        global_pool=global_pool,
        pooling_convention=pooling_convention,
        stride=stride,
        pad=pad,
        layout=layout,
    )
    return spread, None, None


@operator(shape=lambda out_grad, data, pooled, **_: ([out_grad, data, pooled], [data]))
def _backward_Pooling_lp(
    xp,
    out_grad,
    data,
    pooled,
    *,
    kernel: Shape = Shape(),
    global_pool: bool = False,
    pooling_convention: Convention = "valid",
    stride: Shape = Shape(),
    pad: Shape = Shape(),
    p_value: int = 2,
    layout: Layout | None = None,
):
    """Return the gradient of Pooling with "lp": g (x / norm) ** (p - 1), and 0 where the norm is 0.

    >>> data, pooled = mx.nd.array([[[3, 4]]]), mx.nd.array([[[5]]])
    >>> mx.nd._internal._backward_Pooling_lp(mx.nd.ones((1, 1, 1)), data, pooled, kernel=(2,), p_value=2)
    [[[0.6 0.8]]]
    <NDArray 1x1x2 @cpu(0)>
    """
    return _gradient_of_pooling(
        xp,
        out_grad,
        data,
        pooled,
        kernel=kernel,
        stride=stride,
        pad=pad,
        global_pool=global_pool,
        layout=layout,
        pool_type="lp",
        convention=pooling_convention,
        p_value=p_value,
    )
