"""Deformable convolution: each window reads at places that a layer of its own predicts."""
from math import prod
from typing import Literal

from ..base import ArgumentError, ShapeError
from ..core.attributes import Shape
from ..core.infer import show, unify
from ..core.operator import operator
from ..kernels import deformable as kernels
from ..kernels.convolution import output_size
from .nn_convolution import check_channels, complete_window

Layout = Literal["NCDHW", "NCHW", "NCW"]


def _geometry(kernel, stride, dilate, pad, layout=None):
    if len(kernel) != 2 or layout not in (None, "NCHW"):
        raise ArgumentError(f"kernel must be (height, width), layout NCHW. Received: {tuple(kernel)} and {layout!r}")
    return tuple(kernel), *complete_window(kernel, stride=stride, dilate=dilate, pad=pad)


def _shapes(data, offset, mask, weight, bias, **attrs):
    """Return the completed shapes of data, offset, mask, weight and bias, and that of the output."""
    geometry = _geometry(attrs["kernel"], attrs["stride"], attrs["dilate"], attrs["pad"], attrs.get("layout"))
    kernel, stride, dilate, pad = geometry
    filters, groups, parts = attrs["num_filter"], attrs["num_group"], attrs["num_deformable_group"]
    bias = unify(bias, (filters,), "the shape of bias, and (num_filter,)")
    if data is None:
        return data, offset, mask, weight, bias, None
    if len(data) != 4:
        raise ShapeError(f"data must be (batch, channel, height, width). Received: {show(data)}")
    check_channels(data[1], filters, groups)
    if parts < 1 or (data[1] >= 0 and data[1] % parts):
        raise ShapeError(f"num_deformable_group {parts} must divide the {data[1]} channels of the data")
    sizes = zip(data[2:], kernel, stride, dilate, pad, strict=True)
    out = tuple(-1 if n < 0 else output_size(n, k, s, d, p) for n, k, s, d, p in sizes)
    if any(n >= 0 and size < 1 for n, size in zip(data[2:], out, strict=True)):
        raise ShapeError(
            f"the kernel {kernel} with dilate {dilate} does not fit into the data {show(data)} with pad {pad}"
        )
    count = parts * prod(kernel)
    offset = unify(offset, (data[0], 2 * count, *out), "the shape of offset, and two numbers a place of a window,")
    mask = unify(mask, (data[0], count, *out), "the shape of mask, and one number a place of a window,")
    inner = data[1] // groups if data[1] >= 0 else -1
    weight = unify(weight, (filters, inner, *kernel), "the shape of weight, and (num_filter, channels, *kernel),")
    return data, offset, mask, weight, bias, (data[0], filters, *out)


def _plain_shape(data, offset, weight=None, bias=None, *, no_bias, **attrs):
    data, offset, _, weight, bias, out = _shapes(data, offset, None, weight, bias, **attrs)
    return [data, offset, weight, *([] if no_bias else [bias])], [out]


def _modulated_shape(data, offset, mask, weight=None, bias=None, *, no_bias, **attrs):
    data, offset, mask, weight, bias, out = _shapes(data, offset, mask, weight, bias, **attrs)
    return [data, offset, mask, weight, *([] if no_bias else [bias])], [out]


def _options(kernel, stride, dilate, pad, num_group, num_deformable_group):
    return dict(
        geometry=_geometry(kernel, stride, dilate, pad),
        groups=num_group,
        deformable_groups=num_deformable_group,
    )


def _with_bias(out, bias):
    return out if bias is None else out + bias.reshape(1, -1, 1, 1)


@operator(name="_contrib_DeformableConvolution", shape=_plain_shape)
def DeformableConvolution(
    xp,
    data,
    offset,
    weight,
    bias=None,
    *,
    kernel: Shape,
    stride: Shape = Shape(),
    dilate: Shape = Shape(),
    pad: Shape = Shape(),
    num_filter: int,
    num_group: int = 1,
    num_deformable_group: int = 1,
    workspace: int = 1024,
    no_bias: bool = False,
    layout: Layout | None = None,
):
    """Convolution whose windows read at places that are moved, each by its own offset, with bilinear interpolation.

    Parameters
    ----------
    data : (batch, channel, height, width), floating
    offset : (batch, num_deformable_group * kernel positions * 2, out_height, out_width), moves in y and x in turn, in
        pixels
    weight : (num_filter, channel / num_group, \\*kernel)
    bias : (num_filter,); left out with ``no_bias=True``
    kernel, stride, dilate, pad, num_filter, num_group : as for Convolution, in two dimensions
    num_deformable_group : int, into how many parts the channels are divided, each with offsets of its own
    workspace, layout : accepted for MXNet's sake

    Returns
    -------
    (batch, num_filter, out_height, out_width)

    >>> data, offset = mx.nd.array([[[[1, 2, 4]]]]), mx.nd.array([[[[0, 0, 0]], [[0.5, 0.5, 0]]]])
    >>> attrs = dict(kernel=(1, 1), num_filter=1, no_bias=True)
    >>> mx.nd.contrib.DeformableConvolution(data, offset, mx.nd.ones((1, 1, 1, 1)), **attrs)
    [[[[1.5 3.  4. ]]]]
    <NDArray 1x1x1x3 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_DeformableConvolution; Dai et al. 2017.
    """
    attrs = dict(kernel=kernel, stride=stride, dilate=dilate, pad=pad, num_group=num_group, layout=layout)
    bias = None if no_bias else bias
    shapes = data.shape, offset.shape, weight.shape, None if bias is None else bias.shape
    groups = dict(num_filter=num_filter, num_deformable_group=num_deformable_group, no_bias=no_bias)
    _plain_shape(*shapes, **attrs, **groups)
    options = _options(kernel, stride, dilate, pad, num_group, num_deformable_group)
    return _with_bias(kernels.convolution(xp, data, offset, None, weight, **options), bias)


@DeformableConvolution.gradient
def _(
    F, g, data, offset, weight, *, kernel, stride, dilate, pad, num_group, num_deformable_group, no_bias
):
    geometry = dict(kernel=kernel, stride=stride, dilate=dilate, pad=pad)
    groups = dict(num_group=num_group, num_deformable_group=num_deformable_group)
    grads = F._backward_DeformableConvolution(g, data, offset, weight, **geometry, **groups)
    return (*grads, None if no_bias else F.sum(g, axis=1, exclude=True))


@operator(
    outputs=("data_grad", "offset_grad", "weight_grad"),
    shape=lambda out_grad, data, offset, weight, **_: ([out_grad, data, offset, weight], [data, offset, weight]),
)
def _backward_DeformableConvolution(
    xp,
    out_grad,
    data,
    offset,
    weight,
    *,
    kernel: Shape,
    stride: Shape = Shape(),
    dilate: Shape = Shape(),
    pad: Shape = Shape(),
    num_group: int = 1,
    num_deformable_group: int = 1,
):
    """Return the gradients of DeformableConvolution with respect to data, offset and weight.

    >>> data, offset = mx.nd.array([[[[1, 2]]]]), mx.nd.array([[[[0, 0]], [[0.5, 0]]]])
    >>> one, grad = mx.nd.ones((1, 1, 1, 1)), mx.nd.array([[[[1, 0]]]])
    >>> grads = mx.nd._internal._backward_DeformableConvolution(grad, data, offset, one, kernel=(1, 1))
    >>> [x.asnumpy().tolist() for x in grads]
    [[[[[0.5, 0.5]]]], [[[[0.0, 0.0]], [[1.0, 0.0]]]], [[[[1.5]]]]]
    """
    options = _options(kernel, stride, dilate, pad, num_group, num_deformable_group)
    grads = kernels.convolution_gradients(xp, out_grad, data, offset, None, weight, **options)
    return grads[0], grads[1], grads[3]


@operator(name="_contrib_ModulatedDeformableConvolution", shape=_modulated_shape)
def ModulatedDeformableConvolution(
    xp,
    data,
    offset,
    mask,
    weight,
    bias=None,
    *,
    kernel: Shape,
    stride: Shape = Shape(),
    dilate: Shape = Shape(),
    pad: Shape = Shape(),
    num_filter: int,
    num_group: int = 1,
    num_deformable_group: int = 1,
    workspace: int = 1024,
    no_bias: bool = False,
    im2col_step: int = 64,
    layout: Layout | None = None,
):
    """DeformableConvolution, with a factor on what each place of a window reads.

    Pixels outside of the image count as 0, also where a place is less than one pixel away from it.

    Parameters
    ----------
    mask : (batch, num_deformable_group * kernel positions, out_height, out_width), the factors
    im2col_step : accepted for MXNet's sake

    The others are those of DeformableConvolution. In MXNet the gradients are computed on a GPU alone; here on a CPU
    too.

    >>> data, offset = mx.nd.array([[[[1, 2, 4]]]]), mx.nd.array([[[[0, 0, 0]], [[0.5, 0.5, 0]]]])
    >>> attrs = dict(kernel=(1, 1), num_filter=1, no_bias=True)
    >>> mask = mx.nd.array([[[[1, 0.5, 0]]]])
    >>> mx.nd.contrib.ModulatedDeformableConvolution(data, offset, mask, mx.nd.ones((1, 1, 1, 1)), **attrs)
    [[[[1.5 1.5 0. ]]]]
    <NDArray 1x1x1x3 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_ModulatedDeformableConvolution; Zhu et al. 2019, equation 1.
    """
    attrs = dict(kernel=kernel, stride=stride, dilate=dilate, pad=pad, num_group=num_group, layout=layout)
    bias = None if no_bias else bias
    shapes = data.shape, offset.shape, mask.shape, weight.shape, None if bias is None else bias.shape
    groups = dict(num_filter=num_filter, num_deformable_group=num_deformable_group, no_bias=no_bias)
    _modulated_shape(*shapes, **attrs, **groups)
    options = _options(kernel, stride, dilate, pad, num_group, num_deformable_group)
    return _with_bias(kernels.convolution(xp, data, offset, mask, weight, **options), bias)


@ModulatedDeformableConvolution.gradient
def _(
    F, g, data, offset, mask, weight, *, kernel, stride, dilate, pad, num_group, num_deformable_group, no_bias
):
    geometry = dict(kernel=kernel, stride=stride, dilate=dilate, pad=pad)
    groups = dict(num_group=num_group, num_deformable_group=num_deformable_group)
    grads = F._backward_ModulatedDeformableConvolution(g, data, offset, mask, weight, **geometry, **groups)
    return (*grads, None if no_bias else F.sum(g, axis=1, exclude=True))


@operator(
    outputs=("data_grad", "offset_grad", "mask_grad", "weight_grad"),
    shape=lambda out_grad, data, offset, mask, weight, **_: (
        [out_grad, data, offset, mask, weight],
        [data, offset, mask, weight],
    ),
)
def _backward_ModulatedDeformableConvolution(
    xp,
    out_grad,
    data,
    offset,
    mask,
    weight,
    *,
    kernel: Shape,
    stride: Shape = Shape(),
    dilate: Shape = Shape(),
    pad: Shape = Shape(),
    num_group: int = 1,
    num_deformable_group: int = 1,
):
    """Return the gradients of ModulatedDeformableConvolution with respect to data, offset, mask and weight.

    >>> data, offset, mask = mx.nd.array([[[[3]]]]), mx.nd.zeros((1, 2, 1, 1)), mx.nd.array([[[[0.5]]]])
    >>> one = mx.nd.ones((1, 1, 1, 1))
    >>> grads = mx.nd._internal._backward_ModulatedDeformableConvolution(one, data, offset, mask, one, kernel=(1, 1))
    >>> [x.asnumpy().ravel().tolist() for x in grads]
    [[0.5], [-1.5, -1.5], [3.0], [1.5]]
    """
    options = _options(kernel, stride, dilate, pad, num_group, num_deformable_group)
    return kernels.convolution_gradients(xp, out_grad, data, offset, mask, weight, **options)
