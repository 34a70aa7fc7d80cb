"""Convolution and Deconvolution in one, two or three dimensions, and the operators that differentiate them.

Both are linear in the data and in the weight, so each has a gradient operator for the data and one for the weight, the
gradients of those are the other two, and derivatives of any order exist. A gradient that nobody needs is not computed.
"""
from typing import Literal

from ..base import ArgumentError, ShapeError
from ..core.attributes import Shape
from ..core.infer import show, unify
from ..core.operator import Like, operator
from ..kernels import convolution as kernels

Layout = Literal["NCW", "NCHW", "NCDHW", "NWC", "NHWC", "NDHWC"]
Tune = Literal["fastest", "limited_workspace", "off"]


# -- geometry ----------------------------------------------------------------------------------------------------------
def complete_window(kernel, **windows):
    """Return stride, dilate, pad, ... with a value for each axis: 1, or 0 for pad and adj, where none is given.

    Raises
    ------
    ArgumentError
        If the kernel has not 1 to 3 axes, another attribute has another number of axes, or a value is out of range.
    """
    if not 1 <= len(kernel) <= 3 or min(kernel) < 1:
        raise ArgumentError(f"kernel must be 1, 2 or 3 positive integers. Received: {kernel!r}")
    completed = []
    for name, value in windows.items():
        least = 0 if name in ("pad", "adj") else 1
        value = value or (least,) * len(kernel)
        if len(value) != len(kernel):
            expected = f"{name} must have as many items as kernel {tuple(kernel)!r}"
            raise ArgumentError(f"{expected}. Received: {tuple(value)!r}")
        if min(value) < least:
            raise ArgumentError(f"{name} must be at least {least}. Received: {tuple(value)!r}")
        completed.append(tuple(value))
    return completed


def channel_order(layout, kernel):
    """Return (axes that bring channels to axis 1, axes that bring them back), or None where they are there.

    Raises
    ------
    ArgumentError
        If the layout is not one for that number of axes.
    """
    if layout is None:
        return None
    if len(layout) != len(kernel) + 2:
        raise ArgumentError(f"layout {layout!r} does not fit a kernel of {len(kernel)} axes")
    if layout[1] == "C":
        return None
    last = len(layout) - 1
    return (0, last, *range(1, last)), (0, *range(2, last + 1), 1)


def permuted(value, order):
    """Return an array or a shape with its axes in another order; ``order`` None leaves it."""
    if order is None or value is None:
        return value
    return tuple(value[i] for i in order) if isinstance(value, tuple) else value.transpose(order)


def _check_channels(channels, num_filter, num_group):
    if num_filter < 1 or num_group < 1 or num_filter % num_group:
        raise ArgumentError(f"num_filter {num_filter} must be a positive multiple of num_group {num_group}")
    if channels >= 0 and channels % num_group:
        raise ShapeError(f"the data have {channels} channels, which num_group {num_group} does not divide")


def _check_rank(data, kernel):
    if len(data) != len(kernel) + 2:
        names = {1: "width", 2: "height, width", 3: "depth, height, width"}[len(kernel)]
        raise ShapeError(
            f"a kernel of {len(kernel)} axes needs data with {len(kernel) + 2} axes (batch, channel, {names}). "
            f"Received: {show(data)}"
        )


def _convolution_shape(
    data, weight=None, bias=None, *, kernel, stride, dilate, pad, num_filter, num_group, no_bias, layout, **_
):
    stride, dilate, pad = complete_window(kernel, stride=stride, dilate=dilate, pad=pad)
    order, back = channel_order(layout, kernel) or (None, None)
    channels, out = -1, None
    if data is not None:
        _check_rank(data, kernel)
        batch, channels, *size = permuted(data, order)
        spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilate, strict=True)]
        for n, span, p in zip(size, spans, pad, strict=True):
            if n >= 0 and n + 2 * p < span:
                raise ShapeError(
                    f"the kernel {tuple(kernel)} spans {tuple(spans)} pixels with dilate {dilate}, more than the data "
                    f"{show(data)} with pad {pad} have.\n  Use a smaller kernel or dilate, or more padding."
                )
        sizes = zip(size, kernel, stride, dilate, pad, strict=True)
        out = permuted((batch, num_filter, *(-1 if s[0] < 0 else kernels.output_size(*s) for s in sizes)), back)
    _check_channels(channels, num_filter, num_group)
    inner = channels // num_group if channels >= 0 else -1
    expected = permuted((num_filter, inner, *kernel), back)
    weight = unify(weight, expected, "the expected and the received shape of weight")
    if data is not None and channels < 0 and permuted(weight, order)[1] >= 0:
        first = list(permuted(data, order))
        first[1] = permuted(weight, order)[1] * num_group
        data = permuted(tuple(first), back)
    inputs = [data, weight]
    if not no_bias:
        inputs.append(unify(bias, (num_filter,), "the expected and the received shape of bias"))
    return inputs, [out]


# -- Convolution -------------------------------------------------------------------------------------------------------
@operator(shape=_convolution_shape)
def Convolution(
    xp,
    data,
    weight,
    bias=None,
    *,
    kernel: Shape,
    stride: Shape = Shape(),
    dilate: Shape = Shape(),
    pad: Shape = Shape(),
    num_filter: int,
    num_group: int = 1,
    workspace: int = 1024,
    no_bias: bool = False,
    cudnn_tune: Tune | None = None,
    cudnn_off: bool = False,
    layout: Layout | None = None,
):
    """Slide filters over data and take inner products (a cross-correlation), in one, two or three dimensions.

    out[n, f, y, x] = bias[f] + sum over c, i, j of data[n, c, y * stride + i * dilate - pad, ...] * weight[f, c, i, j]

    Parameters
    ----------
    data : (batch, channel, \\*spatial), floating
    weight : (num_filter, channel / num_group, \\*kernel)
    bias : (num_filter,); left out with ``no_bias=True``
    kernel : tuple of 1, 2 or 3 int, size of the filters in pixels
    stride, dilate, pad : tuple of int, in pixels; 1, 1 and 0 where not given
    num_filter : int, number of output channels
    num_group : int; group i of the channels meets group i of the filters alone
    no_bias : bool
    layout : None or "NCW", "NCHW", "NCDHW"; or channels last, "NWC", "NHWC", "NDHWC", where the weight is
        (num_filter, \\*kernel, channel / num_group)
    workspace, cudnn_tune, cudnn_off : accepted and ignored

    Returns
    -------
    (batch, num_filter, \\*out), out = floor((size + 2 pad - dilate (kernel - 1) - 1) / stride) + 1

    Raises
    ------
    ShapeError
        If the window is larger than the padded data, or the weight or bias does not fit.

    >>> image = mx.nd.arange(16).reshape((1, 1, 4, 4))
    >>> mx.nd.Convolution(image, mx.nd.ones((1, 1, 3, 3)), mx.nd.zeros(1), kernel=(3, 3), num_filter=1)
    [[[[45. 54.]
       [81. 90.]]]]
    <NDArray 1x1x2x2 @cpu(0)>

    Reference: Dumoulin, Visin 2016, "A guide to convolution arithmetic for deep learning".
    """
    _convolution_shape(
        data.shape,
        weight.shape,
        None if bias is None else bias.shape,
        kernel=kernel,
        stride=stride,
        dilate=dilate,
        pad=pad,
        num_filter=num_filter,
        num_group=num_group,
        no_bias=no_bias,
        layout=layout,
    )
    stride, dilate, pad = complete_window(kernel, stride=stride, dilate=dilate, pad=pad)
    order, back = channel_order(layout, kernel) or (None, None)
    out = kernels.convolution(
        xp,
        permuted(data, order),
        permuted(weight, order),
        None if no_bias else bias,
        stride=stride,
        dilate=dilate,
        pad=pad,
        groups=num_group,
    )
    return permuted(out, back)


@Convolution.gradient
def _(F, g, data, weight, *, kernel, stride, dilate, pad, num_filter, num_group, no_bias, layout, needs):
    attrs = dict(
        kernel=kernel,
        stride=stride,
        dilate=dilate,
        pad=pad,
        num_filter=num_filter,
        num_group=num_group,
        layout=layout,
    )
    return (
        F._backward_Convolution_data(g, weight, data, **attrs) if needs[0] else None,
        F._backward_Convolution_weight(g, data, weight, **attrs) if needs[1] else None,
        None if no_bias else F.sum(g, axis=_channel_axis(layout), exclude=True),
    )


def _channel_axis(layout):
    return 1 if layout is None else layout.index("C")


@operator(shape=lambda out_grad, weight, data, **_: ([out_grad, weight, data], [data]))
def _backward_Convolution_data(
    xp,
    out_grad,
    weight,
    data: Like,
    *,
    kernel: Shape,
    stride: Shape = Shape(),
    dilate: Shape = Shape(),
    pad: Shape = Shape(),
    num_filter: int,
    num_group: int = 1,
    layout: Layout | None = None,
):
    """Return the gradient of Convolution with respect to its data, of which only the shape is read.

    >>> ones = mx.nd.ones((1, 1, 2))
    >>> mx.nd._internal._backward_Convolution_data(ones, ones, mx.nd.zeros((1, 1, 3)), kernel=(2,), num_filter=1)
    [[[1. 2. 1.]]]
    <NDArray 1x1x3 @cpu(0)>
    """
    stride, dilate, pad = complete_window(kernel, stride=stride, dilate=dilate, pad=pad)
    order, back = channel_order(layout, kernel) or (None, None)
    out = kernels.convolution_data_gradient(
        xp,
        permuted(out_grad, order),
        permuted(weight, order),
        size=permuted(tuple(data.shape), order)[2:],
        stride=stride,
        dilate=dilate,
        pad=pad,
        groups=num_group,
    )
    return permuted(out, back)


@_backward_Convolution_data.gradient
def _(F, h, out_grad, weight, *, kernel, stride, dilate, pad, num_filter, num_group, layout, needs):
    attrs = dict(
        kernel=kernel,
        stride=stride,
        dilate=dilate,
        pad=pad,
        num_filter=num_filter,
        num_group=num_group,
        layout=layout,
    )
    return (
        F.Convolution(h, weight, no_bias=True, **attrs) if needs[0] else None,
        F._backward_Convolution_weight(out_grad, h, weight, **attrs) if needs[1] else None,
        None,
    )


@operator(shape=lambda out_grad, data, weight, **_: ([out_grad, data, weight], [weight]))
def _backward_Convolution_weight(
    xp,
    out_grad,
    data,
    weight: Like,
    *,
    kernel: Shape,
    stride: Shape = Shape(),
    dilate: Shape = Shape(),
    pad: Shape = Shape(),
    num_filter: int,
    num_group: int = 1,
    layout: Layout | None = None,
):
    """Return the gradient of Convolution with respect to its weight, of which only the shape is read.

    >>> data = mx.nd.array([[[1, 2, 4]]])
    >>> ones = mx.nd.ones((1, 1, 2))
    >>> mx.nd._internal._backward_Convolution_weight(ones, data, ones, kernel=(2,), num_filter=1)
    [[[3. 6.]]]
    <NDArray 1x1x2 @cpu(0)>
    """
    stride, dilate, pad = complete_window(kernel, stride=stride, dilate=dilate, pad=pad)
    order, back = channel_order(layout, kernel) or (None, None)
    out = kernels.convolution_weight_gradient(
        xp,
        permuted(out_grad, order),
        permuted(data, order),
        kernel=tuple(kernel),
        stride=stride,
        dilate=dilate,
        pad=pad,
        groups=num_group,
    )
    return permuted(out, back)


@_backward_Convolution_weight.gradient
def _(F, h, out_grad, data, *, kernel, stride, dilate, pad, num_filter, num_group, layout, needs):
    attrs = dict(
        kernel=kernel,
        stride=stride,
        dilate=dilate,
        pad=pad,
        num_filter=num_filter,
        num_group=num_group,
        layout=layout,
    )
    return (
        F.Convolution(data, h, no_bias=True, **attrs) if needs[0] else None,
        F._backward_Convolution_data(out_grad, h, data, **attrs) if needs[1] else None,
        None,
    )


# -- Deconvolution -----------------------------------------------------------------------------------------------------
def _deconvolution_window(size, kernel, stride, dilate, pad, adj, target_shape):
    """Return (stride, dilate, pad, adj) of a deconvolution, with pad and adj chosen to reach ``target_shape`` if given.

    ``size`` is the spatial shape of the data, with -1 or as None where unknown.
    """
    stride, dilate, pad, adj = complete_window(kernel, stride=stride, dilate=dilate, pad=pad, adj=adj)
    if target_shape and any(target_shape):
        if len(target_shape) != len(kernel):
            raise ArgumentError(f"target_shape must have as many items as kernel. Received: {tuple(target_shape)!r}")
        if size is None or min(size, default=0) < 0:
            return stride, dilate, pad, adj
        full = [(n - 1) * s + d * (k - 1) + 1 for n, k, s, d in zip(size, kernel, stride, dilate, strict=True)]
        excess = [f - t for f, t in zip(full, target_shape, strict=True)]
        if min(excess, default=0) < 0:
            raise ShapeError(f"target_shape {tuple(target_shape)} is larger than the {tuple(full)} that pad 0 gives")
        pad = tuple((e + 1) // 2 for e in excess)
        adj = tuple(e % 2 for e in excess)
    for a, s in zip(adj, stride, strict=True):
        if a >= s:
            raise ArgumentError(f"adj {adj} must be smaller than stride {stride}, otherwise no convolution inverts it")
    return stride, dilate, pad, adj


def _deconvolution_size(size, kernel, stride, dilate, pad, adj):
    sizes = zip(size, kernel, stride, dilate, pad, adj, strict=True)
    return tuple(-1 if n < 0 else (n - 1) * s + d * (k - 1) + 1 - 2 * p + a for n, k, s, d, p, a in sizes)


def _deconvolution_shape(
    data,
    weight=None,
    bias=None,
    *,
    kernel,
    stride,
    dilate,
    pad,
    adj,
    target_shape,
    num_filter,
    num_group,
    no_bias,
    layout,
    **_,
):
    order, back = channel_order(layout, kernel) or (None, None)
    channels, out = -1, None
    complete_window(kernel)
    if data is not None:
        _check_rank(data, kernel)
        batch, channels, *size = permuted(data, order)
        window = _deconvolution_window(size, kernel, stride, dilate, pad, adj, target_shape)
        extent = _deconvolution_size(size, kernel, *window)
        if target_shape and any(target_shape):
            extent = tuple(target_shape)
        if any(n >= 0 and e < 1 for n, e in zip(size, extent, strict=True)):
            shapes = f"data {show(data)}, kernel {tuple(kernel)}, pad {tuple(pad)}"
            raise ShapeError(f"nothing is left of the result: {shapes}")
        out = permuted((batch, num_filter, *extent), back)
    _check_channels(channels, num_filter, num_group)
    expected = permuted((channels, num_filter // num_group, *kernel), back)
    weight = unify(weight, expected, "the expected and the received shape of weight")
    if data is not None and channels < 0 and permuted(weight, order)[0] >= 0:
        first = list(permuted(data, order))
        first[1] = permuted(weight, order)[0]
        data = permuted(tuple(first), back)
    inputs = [data, weight]
    if not no_bias:
        inputs.append(unify(bias, (num_filter,), "the expected and the received shape of bias"))
    return inputs, [out]


@operator(shape=_deconvolution_shape)
def Deconvolution(
    xp,
    data,
    weight,
    bias=None,
    *,
    kernel: Shape,
    stride: Shape = Shape(),
    dilate: Shape = Shape(),
    pad: Shape = Shape(),
    adj: Shape = Shape(),
    target_shape: Shape = Shape(),
    num_filter: int,
    num_group: int = 1,
    workspace: int = 512,
    no_bias: bool = True,
    cudnn_tune: Tune | None = None,
    cudnn_off: bool = False,
    layout: Layout | None = None,
):
    """Do the transpose of a convolution: spread each pixel, times a filter, over a window of a larger image.

    Parameters
    ----------
    data : (batch, channel, \\*spatial), floating
    weight : (channel, num_filter / num_group, \\*kernel)
    bias : (num_filter,); in use with ``no_bias=False``
    kernel, stride, dilate, pad : tuple of int, those of the convolution that this one transposes
    adj : tuple of int smaller than stride, pixels to add at the end of each axis
    target_shape : tuple of int, spatial shape of the result; overrides pad and adj
    num_filter : int, number of output channels
    num_group : int
    no_bias : bool
    layout : as in Convolution; channels last have the weight (channel, \\*kernel, num_filter / num_group)
    workspace, cudnn_tune, cudnn_off : accepted and ignored

    Returns
    -------
    (batch, num_filter, \\*out), out = (size - 1) stride + dilate (kernel - 1) + 1 - 2 pad + adj

    Raises
    ------
    ShapeError
        If the weight does not fit, or target_shape cannot be reached.

    >>> mx.nd.Deconvolution(mx.nd.array([[[1, 2]]]), mx.nd.ones((1, 1, 3)), kernel=(3,), stride=(2,), num_filter=1)
    [[[1. 1. 3. 2. 2.]]]
    <NDArray 1x1x5 @cpu(0)>

    Reference: Zeiler et al. 2010, "Deconvolutional networks"; Dumoulin, Visin 2016, chapter 4.
    """
    _, (shape,) = _deconvolution_shape(
        data.shape,
        weight.shape,
        None if bias is None else bias.shape,
        kernel=kernel,
        stride=stride,
        dilate=dilate,
        pad=pad,
        adj=adj,
        target_shape=target_shape,
        num_filter=num_filter,
        num_group=num_group,
        no_bias=no_bias,
        layout=layout,
    )
    order, back = channel_order(layout, kernel) or (None, None)
    data = permuted(data, order)
    stride, dilate, pad, _ = _deconvolution_window(data.shape[2:], kernel, stride, dilate, pad, adj, target_shape)
    out = kernels.convolution_data_gradient(
        xp,
        data,
        permuted(weight, order),
        size=permuted(shape, order)[2:],
        stride=stride,
        dilate=dilate,
        pad=pad,
        groups=num_group,
    )
    if bias is not None and not no_bias:
        out = out + bias.reshape(-1, *[1] * len(kernel))
    return permuted(out, back)


@Deconvolution.gradient
def _(
    F,
    g,
    data,
    weight,
    *,
    kernel,
    stride,
    dilate,
    pad,
    adj,
    target_shape,
    num_filter,
    num_group,
    no_bias,
    layout,
    needs,
):
    attrs = dict(
        kernel=kernel,
        stride=stride,
        dilate=dilate,
        pad=pad,
        adj=adj,
        target_shape=target_shape,
        num_filter=num_filter,
        num_group=num_group,
        layout=layout,
    )
    return (
        F._backward_Deconvolution_data(g, weight, data, **attrs) if needs[0] else None,
        F._backward_Deconvolution_weight(g, data, weight, **attrs) if needs[1] else None,
        None if no_bias else F.sum(g, axis=_channel_axis(layout), exclude=True),
    )


@operator(shape=lambda out_grad, weight, data, **_: ([out_grad, weight, data], [data]))
def _backward_Deconvolution_data(
    xp,
    out_grad,
    weight,
    data: Like,
    *,
    kernel: Shape,
    stride: Shape = Shape(),
    dilate: Shape = Shape(),
    pad: Shape = Shape(),
    adj: Shape = Shape(),
    target_shape: Shape = Shape(),
    num_filter: int,
    num_group: int = 1,
    layout: Layout | None = None,
):
    """Return the gradient of Deconvolution with respect to its data, of which only the shape is read: a convolution.

    >>> grad = mx.nd.array([[[1, 2, 3, 4, 5]]])
    >>> like = mx.nd.zeros((1, 1, 2))
    >>> weight = mx.nd.ones((1, 1, 3))
    >>> mx.nd._internal._backward_Deconvolution_data(grad, weight, like, kernel=(3,), stride=(2,), num_filter=1)
    [[[ 6. 12.]]]
    <NDArray 1x1x2 @cpu(0)>
    """
    order, back = channel_order(layout, kernel) or (None, None)
    size = permuted(tuple(data.shape), order)[2:]
    stride, dilate, pad, _ = _deconvolution_window(size, kernel, stride, dilate, pad, adj, target_shape)
    out = kernels.convolution(
        xp,
        permuted(out_grad, order),
        permuted(weight, order),
        stride=stride,
        dilate=dilate,
        pad=pad,
        groups=num_group,
    )
    return permuted(out, back)


@_backward_Deconvolution_data.gradient
def _(F, h, out_grad, weight, *, kernel, stride, dilate, pad, adj, target_shape, num_filter, num_group, layout, needs):
    attrs = dict(
        kernel=kernel,
        stride=stride,
        dilate=dilate,
        pad=pad,
        adj=adj,
        target_shape=target_shape,
        num_filter=num_filter,
        num_group=num_group,
        layout=layout,
    )
    return (
        F.Deconvolution(h, weight, no_bias=True, **attrs) if needs[0] else None,
        F._backward_Deconvolution_weight(out_grad, h, weight, **attrs) if needs[1] else None,
        None,
    )


@operator(shape=lambda out_grad, data, weight, **_: ([out_grad, data, weight], [weight]))
def _backward_Deconvolution_weight(
    xp,
    out_grad,
    data,
    weight: Like,
    *,
    kernel: Shape,
    stride: Shape = Shape(),
    dilate: Shape = Shape(),
    pad: Shape = Shape(),
    adj: Shape = Shape(),
    target_shape: Shape = Shape(),
    num_filter: int,
    num_group: int = 1,
    layout: Layout | None = None,
):
    """Return the gradient of Deconvolution with respect to its weight, of which only the shape is read.

    >>> grad = mx.nd.array([[[1, 2, 3, 4, 5]]])
    >>> data = mx.nd.array([[[1, 10]]])
    >>> weight = mx.nd.ones((1, 1, 3))
    >>> mx.nd._internal._backward_Deconvolution_weight(grad, data, weight, kernel=(3,), stride=(2,), num_filter=1)
    [[[31. 42. 53.]]]
    <NDArray 1x1x3 @cpu(0)>
    """
    order, back = channel_order(layout, kernel) or (None, None)
    data = permuted(data, order)
    stride, dilate, pad, _ = _deconvolution_window(data.shape[2:], kernel, stride, dilate, pad, adj, target_shape)
    out = kernels.convolution_weight_gradient(
        xp,
        data,
        permuted(out_grad, order),
        kernel=tuple(kernel),
        stride=stride,
        dilate=dilate,
        pad=pad,
        groups=num_group,
    )
    return permuted(out, back)


@_backward_Deconvolution_weight.gradient
def _(F, h, out_grad, data, *, kernel, stride, dilate, pad, adj, target_shape, num_filter, num_group, layout, needs):
    attrs = dict(
        kernel=kernel,
        stride=stride,
        dilate=dilate,
        pad=pad,
        adj=adj,
        target_shape=target_shape,
        num_filter=num_filter,
        num_group=num_group,
        layout=layout,
    )
    return (
        F.Deconvolution(data, h, no_bias=True, **attrs) if needs[0] else None,
        F._backward_Deconvolution_data(out_grad, h, data, **attrs) if needs[1] else None,
        None,
    )
