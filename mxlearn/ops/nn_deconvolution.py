"""Deconvolution (transposed convolution) in one, two or three dimensions, and the operators that differentiate it.

Like a convolution it is linear in the data and in the weight, and closed under differentiation with its two gradients.
"""
from ..base import ArgumentError, ShapeError
from ..core.attributes import Shape
from ..core.infer import show, unify
from ..core.operator import Like, operator
from ..kernels import convolution as kernels
from .nn_convolution import (
    Layout,
    Tune,
    channel_axis,
    channel_order,
    check_channels,
    check_rank,
    complete_window,
    permuted,
)


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
    order, back = channel_order(layout, kernel)
    channels, out = -1, None
    complete_window(kernel)
    if data is not None:
        check_rank(data, kernel)
        batch, channels, *size = permuted(data, order)
        window = _deconvolution_window(size, kernel, stride, dilate, pad, adj, target_shape)
        extent = _deconvolution_size(size, kernel, *window)
        if target_shape and any(target_shape):
            extent = tuple(target_shape)
        if any(n >= 0 and e < 1 for n, e in zip(size, extent, strict=True)):
            shapes = f"data {show(data)}, kernel {tuple(kernel)}, pad {tuple(pad)}"
            raise ShapeError(f"nothing is left of the result: {shapes}")
        out = permuted((batch, num_filter, *extent), back)
    check_channels(channels, num_filter, num_group)
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
    order, back = channel_order(layout, kernel)
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
        None if no_bias else F.sum(g, axis=channel_axis(layout), exclude=True),
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
    order, back = channel_order(layout, kernel)
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
def _(F, h, out_grad, weight, *, needs, **attrs):
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
    order, back = channel_order(layout, kernel)
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
def _(F, h, out_grad, data, *, needs, **attrs):
    return (
        F.Deconvolution(data, h, no_bias=True, **attrs) if needs[0] else None,
        F._backward_Deconvolution_data(out_grad, h, data, **attrs) if needs[1] else None,
        None,
    )
