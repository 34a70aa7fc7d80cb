"""Convolution in one, two or three dimensions, and the operators that differentiate it.

It is linear in the data and in the weight: there is one gradient operator for the data and one for the weight, the
gradients of each of the three are the other two, and derivatives of any order exist. A gradient that nobody needs is
not computed. Windows and layouts are described here for deconvolution and pooling too.
"""
from functools import lru_cache
from typing import Any, Literal

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
    """Return (axes that bring channels to axis 1, axes that bring them back), each None where they are there.

    Raises
    ------
    ArgumentError
        If the layout is not one for that number of axes.
    """
    if layout is None:
        return None, None
    if len(layout) != len(kernel) + 2:
        raise ArgumentError(f"layout {layout!r} does not fit a kernel of {len(kernel)} axes")
    if layout[1] == "C":
        return None, None
    last = len(layout) - 1
    return (0, last, *range(1, last)), (0, *range(2, last + 1), 1)


def permuted(value: Any, order: tuple | None) -> Any:
    """Return an array or a shape with its axes in another order; ``order`` None leaves it."""
    if order is None or value is None:
        return value
    return tuple(value[i] for i in order) if isinstance(value, tuple) else value.transpose(order)


def check_channels(channels, num_filter, num_group):
    """Raise an error where the groups do not divide the filters or the channels."""
    if num_filter < 1 or num_group < 1 or num_filter % num_group:
        raise ArgumentError(f"num_filter {num_filter} must be a positive multiple of num_group {num_group}")
    if channels >= 0 and channels % num_group:
        raise ShapeError(f"the data have {channels} channels, which num_group {num_group} does not divide")


def check_rank(data, kernel):
    """Raise ShapeError where the data do not have two axes more than the kernel."""
    if len(data) != len(kernel) + 2:
        names = {1: "width", 2: "height, width", 3: "depth, height, width"}[len(kernel)]
        raise ShapeError(
            f"a kernel of {len(kernel)} axes needs data with {len(kernel) + 2} axes (batch, channel, {names}). "
            f"Received: {show(data)}"
        )


_LAYOUTS = {1: "NCW", 2: "NCHW", 3: "NCDHW"}


def _agree(a, b):
    return len(a) == len(b) and all(x == y or -1 in (x, y) for x, y in zip(a, b, strict=True))


def _convolution_shape(
    data, weight=None, bias=None, *, kernel, stride, dilate, pad, num_filter, num_group, no_bias, layout, **_
):
    stride, dilate, pad = complete_window(kernel, stride=stride, dilate=dilate, pad=pad)
    order, back = channel_order(layout, kernel)
    channels, out = -1, None
    if data is not None:
        check_rank(data, kernel)
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
    check_channels(channels, num_filter, num_group)
    inner = channels // num_group if channels >= 0 else -1
    expected = permuted((num_filter, inner, *kernel), back)
    if data is not None and weight is not None and not _agree(weight, expected):
        raise ShapeError(
            f"weight has shape {show(weight)}, but data {show(data)} needs {show(expected)}.\n"
            f"  The layout is {layout or _LAYOUTS[len(kernel)]}: is the channel axis (C) of the data in its place?"
        )
    weight = unify(weight, expected, "the expected and the received shape of weight")
    if data is not None and channels < 0 and permuted(weight, order)[1] >= 0:
        first = list(permuted(data, order))
        first[1] = permuted(weight, order)[1] * num_group
        data = permuted(tuple(first), back)
    inputs = [data, weight]
    if not no_bias:
        inputs.append(unify(bias, (num_filter,), "the expected and the received shape of bias"))
    return inputs, [out]


@lru_cache(maxsize=512)
def _checked(data, weight, bias, *, kernel, stride, dilate, pad, num_group, layout, **attrs):
    """Return (order of axes, order back, options of the kernels) for shapes that fit each other."""
    attrs |= dict(kernel=kernel, stride=stride, dilate=dilate, pad=pad, num_group=num_group, layout=layout)
    _convolution_shape(data, weight, bias, **attrs)
    return _kernel_options(kernel, stride, dilate, pad, num_group, layout)


@lru_cache(maxsize=512)
def _kernel_options(kernel, stride, dilate, pad, num_group, layout):
    """Return (order of axes, order back, options of the kernels)."""
    stride, dilate, pad = complete_window(kernel, stride=stride, dilate=dilate, pad=pad)
    return *channel_order(layout, kernel), {"stride": stride, "dilate": dilate, "pad": pad, "groups": num_group}


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
    order, back, window = _checked(
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
    out = kernels.convolution(
        xp,
        permuted(data, order),
        permuted(weight, order),
        None if no_bias else bias,
        **window,
    )
    return permuted(out, back)


@Convolution.infer_inputs
def _(inputs, outputs, **_):
    """Learn the batch from the output."""
    (data, *rest), (out,) = inputs, outputs
    if data is None or out is None:
        return inputs
    return [unify(data, (out[0], *(-1 for _ in data[1:])), "the batch of data and of the output"), *rest]


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
        None if no_bias else F.sum(g, axis=channel_axis(layout), exclude=True),
    )


def channel_axis(layout):
    """Return the position of the channel axis; without a layout it is axis 1."""
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
    order, back, window = _kernel_options(kernel, stride, dilate, pad, num_group, layout)
    out = kernels.convolution_data_gradient(
        xp,
        permuted(out_grad, order),
        permuted(weight, order),
        size=permuted(tuple(data.shape), order)[2:],
        **window,
    )
    return permuted(out, back)


@_backward_Convolution_data.gradient
def _(F, h, out_grad, weight, *, needs, **attrs):
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
    order, back, window = _kernel_options(kernel, stride, dilate, pad, num_group, layout)
    out = kernels.convolution_weight_gradient(
        xp,
        permuted(out_grad, order),
        permuted(data, order),
        kernel=tuple(kernel),
        **window,
    )
    return permuted(out, back)


@_backward_Convolution_weight.gradient
def _(F, h, out_grad, data, *, needs, **attrs):
    return (
        F.Convolution(data, h, no_bias=True, **attrs) if needs[0] else None,
        F._backward_Convolution_data(out_grad, h, data, **attrs) if needs[1] else None,
        None,
    )
