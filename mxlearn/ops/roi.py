"""Pooling of regions of interest: ROIPooling, ROIAlign, PSROIPooling.

A region is five numbers: the index of its image in the batch, then left, top, right, bottom. The gradient goes to the
data alone. A region whose image does not exist gives zeros.
"""
from math import prod

import numpy as np

from ..base import ArgumentError, ShapeError
from ..core.attributes import Shape
from ..core.infer import show
from ..core.operator import Like, operator
from ..kernels import regions as kernels
from ..kernels.scatter import add_at


def _check_regions(data, rois, pooled_size):
    if len(pooled_size) != 2 or min(pooled_size) < 1:
        raise ArgumentError(f"pooled_size must be (height, width), both positive. Received: {tuple(pooled_size)}")
    if data is not None and len(data) != 4:
        raise ShapeError(f"data must be (batch, channel, height, width). Received: {show(data)}")
    if rois is not None and (len(rois) != 2 or rois[1] not in (5, -1)):
        raise ShapeError(f"rois must be (regions, 5): image, left, top, right, bottom. Received: {show(rois)}")


def _pooled_shape(data, rois, pooled_size, channels=None):
    """Return the shape of the result, of which ``channels`` may be fixed."""
    _check_regions(data, rois, pooled_size)
    if data is None and rois is None:
        return None
    if channels is None:
        channels = -1 if data is None else data[1]
    return (-1 if rois is None else rois[0], channels, *pooled_size)


# -- ROIPooling --------------------------------------------------------------------------------------------------------
def _roi_pooling_shape(data, rois, *, pooled_size, spatial_scale):
    if not 0 <= spatial_scale <= 1:
        raise ArgumentError(f"spatial_scale must be from 0 to 1. Received: {spatial_scale}")
    out = _pooled_shape(data, rois, pooled_size)
    return [data, rois], [out, out]


@operator(
    outputs=("output", "maxidx"),
    visible=1,
    shape=_roi_pooling_shape,
    dtype=lambda data, rois, **_: ([data, rois], [data, np.dtype("int64")]),
)
def ROIPooling(xp, data, rois, *, pooled_size: Shape, spatial_scale: float):
    """Cut regions out of feature maps and take maxima over a grid of bins, so that all regions get one size.

    Parameters
    ----------
    data : (batch, channel, height, width), floating
    rois : (regions, 5): image, left, top, right, bottom; the last pixel is part of the region
    pooled_size : (height, width) of the result, in bins
    spatial_scale : float, by which coordinates are multiplied: the size of the feature map over that of the image

    Returns
    -------
    (regions, channel, \\*pooled_size); an empty bin is 0

    >>> data = mx.nd.arange(16).reshape((1, 1, 4, 4))
    >>> mx.nd.ROIPooling(data, mx.nd.array([[0, 0, 0, 2, 3]]), pooled_size=(2, 1), spatial_scale=1)
    [[[[ 6.]
       [14.]]]]
    <NDArray 1x1x2x1 @cpu(0)>

    References: MXNet 1.9.1 operator ROIPooling; Girshick 2015, "Fast R-CNN", section 2.1.
    """
    _roi_pooling_shape(data.shape, rois.shape, pooled_size=pooled_size, spatial_scale=spatial_scale)
    corners = kernels.round_away(xp, rois[:, 1:] * spatial_scale)
    extent = xp.maximum(corners[:, 2:] - corners[:, :2] + 1, 1)
    rows = kernels.bin_edges(xp, corners[:, 1], extent[:, 1], pooled_size[0], data.shape[2])
    columns = kernels.bin_edges(xp, corners[:, 0], extent[:, 0], pooled_size[1], data.shape[3])
    return kernels.maxima(xp, data, kernels.image_of(xp, rois, len(data)), rows, columns)


@ROIPooling.gradient
def _(F, g, rois, maxidx, data: Like):
    return F._backward_ROIPooling(g[0], rois, maxidx, data), None


@operator(
    shape=lambda out_grad, rois, maxidx, data: ([out_grad, rois, maxidx, data], [data]),
    dtype=lambda out_grad, rois, maxidx, data: ([out_grad, rois, maxidx, data], [out_grad]),
)
def _backward_ROIPooling(xp, out_grad, rois, maxidx, data: Like):
    """Send each gradient to the place of its maximum; of the data only the shape is read.

    >>> data, rois = mx.nd.zeros((1, 1, 1, 2)), mx.nd.array([[0, 0, 0, 1, 0]])
    >>> place = mx.nd.ones((1, 1, 1, 1), dtype="int64")
    >>> mx.nd._internal._backward_ROIPooling(mx.nd.ones((1, 1, 1, 1)), rois, place, data)
    [[[[0. 1.]]]]
    <NDArray 1x1x1x2 @cpu(0)>
    """
    images = kernels.image_of(xp, rois, data.shape[0])
    flat = kernels.flat_places(xp, maxidx, images, data.shape)
    return add_at(xp, (prod(data.shape) + 1,), out_grad.dtype, flat, out_grad)[:-1].reshape(data.shape)


@_backward_ROIPooling.gradient
def _(F, h, rois, maxidx):
    return F._read_maxima(h, rois, maxidx), None, None, None


@operator(
    shape=lambda data, rois, maxidx: ([data, rois, maxidx], [maxidx]),
    dtype=lambda data, rois, maxidx: ([data, rois, maxidx], [data]),
)
def _read_maxima(xp, data, rois, maxidx):
    """Read the data at the places of maxima that ROIPooling found: the transpose of _backward_ROIPooling.

    >>> place = mx.nd.ones((1, 1, 1, 1), dtype="int64")
    >>> mx.nd._internal._read_maxima(mx.nd.array([[[[5, 6]]]]), mx.nd.zeros((1, 5)), place)
    [[[[6.]]]]
    <NDArray 1x1x1x1 @cpu(0)>
    """
    flat = kernels.flat_places(xp, maxidx, kernels.image_of(xp, rois, len(data)), data.shape)
    return xp.concatenate([data.reshape(-1), xp.zeros(1, data.dtype)])[flat]


@_read_maxima.gradient
def _(F, g, rois, maxidx, data: Like):
    return F._backward_ROIPooling(g, rois, maxidx, data), None, None


# -- ROIAlign ----------------------------------------------------------------------------------------------------------
def _align_shape(data, rois, *, pooled_size, position_sensitive, **_):
    channels = None
    if position_sensitive and data is not None and len(data) == 4 and data[1] >= 0:
        bins = prod(pooled_size)
        if bins < 1 or data[1] % bins:
            raise ShapeError(
                f"position_sensitive needs a multiple of {bins} channels, one group for each bin. Received: {data[1]}"
            )
        channels = data[1] // bins
    elif position_sensitive:
        channels = -1
    return [data, rois], [_pooled_shape(data, rois, pooled_size, channels)]


def _align_matrices(xp, shape, rois, pooled_size, spatial_scale, sample_ratio, aligned):
    """Return the image of each region, and the weights of its rows and columns."""
    corners = rois[:, 1:] * spatial_scale - (0.5 if aligned else 0)
    extent = corners[:, 2:] - corners[:, :2]
    if aligned and not bool((extent > 0).all()):
        raise ArgumentError("with aligned=True each region must be wider and higher than 0")
    extent = extent if aligned else xp.maximum(extent, 1)
    weights = []
    for axis, bins, size in ((1, pooled_size[0], shape[2]), (0, pooled_size[1], shape[3])):
        per_bin = extent[:, axis] / bins
        counts = xp.full(len(rois), sample_ratio) if sample_ratio > 0 else xp.ceil(per_bin).astype("int64")
        weights.append(kernels.bilinear_weights(xp, corners[:, axis], per_bin, counts, bins, size))
    return kernels.image_of(xp, rois, shape[0]), *weights


def _own_channels(xp, channels, pooled_size, position_sensitive):
    """Return which channel each bin reads, None where all read all."""
    if not position_sensitive:
        return None
    return xp.arange(channels).reshape(-1, *pooled_size)


@operator(name="_contrib_ROIAlign", shape=_align_shape)
def ROIAlign(
    xp,
    data,
    rois,
    *,
    pooled_size: Shape,
    spatial_scale: float,
    sample_ratio: int = -1,
    position_sensitive: bool = False,
    aligned: bool = False,
):
    """Cut regions out of feature maps and take means over a grid of bins, read between pixels without rounding.

    Parameters
    ----------
    data : (batch, channel, height, width), floating
    rois : (regions, 5): image, left, top, right, bottom
    pooled_size : (height, width) of the result, in bins
    spatial_scale : float, by which coordinates are multiplied: the size of the feature map over that of the image
    sample_ratio : int, at how many places a bin is read along each axis; not positive: once for each pixel it covers
    position_sensitive : bool, whether each bin reads its own group of channels
    aligned : bool, whether pixel i lies at i + 0.5, as it should, rather than at i

    Returns
    -------
    (regions, channel, \\*pooled_size), with ``position_sensitive`` (regions, channel / bins, \\*pooled_size)

    >>> data = mx.nd.arange(16).reshape((1, 1, 4, 4))
    >>> mx.nd.contrib.ROIAlign(data, mx.nd.array([[0, 0, 0, 2, 2]]), pooled_size=(1, 2), spatial_scale=1)
    [[[[4.5 5.5]]]]
    <NDArray 1x1x1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_ROIAlign; He et al. 2017, "Mask R-CNN", section 3.
    """
    _align_shape(data.shape, rois.shape, pooled_size=pooled_size, position_sensitive=position_sensitive)
    images, rows, columns = _align_matrices(xp, data.shape, rois, pooled_size, spatial_scale, sample_ratio, aligned)
    own = _own_channels(xp, data.shape[1], pooled_size, position_sensitive)
    return kernels.pool(xp, data, images, rows, columns, own_channels=own)


@ROIAlign.gradient
def _(F, g, rois, data: Like, **attrs):
    return F._backward_ROIAlign(g, rois, data, **attrs), None


@operator(
    shape=lambda out_grad, rois, data, **_: ([out_grad, rois, data], [data]),
    dtype=lambda out_grad, rois, data, **_: ([out_grad, rois, data], [out_grad]),
)
def _backward_ROIAlign(
    xp,
    out_grad,
    rois,
    data: Like,
    *,
    pooled_size: Shape,
    spatial_scale: float,
    sample_ratio: int = -1,
    position_sensitive: bool = False,
    aligned: bool = False,
):
    """Return the gradient of ROIAlign; of the data only the shape is read.

    >>> region = mx.nd.array([[0, 0, 0, 1, 1]])
    >>> attrs = dict(pooled_size=(1, 1), spatial_scale=1)
    >>> mx.nd._internal._backward_ROIAlign(mx.nd.ones((1, 1, 1, 1)), region, mx.nd.zeros((1, 1, 1, 2)), **attrs)
    [[[[0.5 0.5]]]]
    <NDArray 1x1x1x2 @cpu(0)>
    """
    images, rows, columns = _align_matrices(xp, data.shape, rois, pooled_size, spatial_scale, sample_ratio, aligned)
    own = _own_channels(xp, data.shape[1], pooled_size, position_sensitive)
    return kernels.pool_gradient(xp, out_grad, images, rows, columns, data.shape, own_channels=own)


@_backward_ROIAlign.gradient
def _(F, h, rois, **attrs):
    return F._contrib_ROIAlign(h, rois, **attrs), None, None


# -- PSROIPooling ------------------------------------------------------------------------------------------------------
def _ps_shape(data, rois, *, output_dim, pooled_size, group_size, **_):
    groups = group_size or pooled_size
    if min(output_dim, pooled_size) < 1 or group_size < 0:
        raise ArgumentError(
            "output_dim and pooled_size must be positive, group_size too or 0. "
            f"Received: {output_dim}, {pooled_size} and {group_size}"
        )
    out = _pooled_shape(data, rois, (pooled_size, pooled_size), output_dim)
    if data is not None and -1 < data[1] != output_dim * groups**2:
        raise ShapeError(
            f"data must have output_dim * group_size ** 2 = {output_dim * groups**2} channels. Received: {show(data)}"
        )
    return [data, rois], [out]


def _ps_matrices(xp, shape, rois, output_dim, pooled_size, group_size, spatial_scale):
    """Return the image of each region, the weights of its rows and columns, and the channels of its bins."""
    corners = kernels.round_away(xp, rois[:, 1:])
    low, high = corners[:, :2] * spatial_scale, (corners[:, 2:] + 1) * spatial_scale
    per_bin = xp.maximum(high - low, 0.1) / pooled_size
    bins = xp.arange(pooled_size, dtype=per_bin.dtype)
    weights = []
    for axis, size in ((1, shape[2]), (0, shape[3])):
        start, width = low[:, axis, None], per_bin[:, axis, None]
        first = xp.clip(xp.floor(bins * width + start), 0, size)
        behind = xp.clip(xp.ceil((bins + 1) * width + start), 0, size)
        weights.append(kernels.mean_weights(xp, first, behind, size))
    groups = group_size or pooled_size
    group = xp.arange(pooled_size) * groups // pooled_size                          # of each bin
    own = (xp.arange(output_dim)[:, None, None] * groups + group[:, None]) * groups + group
    return kernels.image_of(xp, rois, shape[0]), *weights, own


@operator(name="_contrib_PSROIPooling", shape=_ps_shape)
def PSROIPooling(xp, data, rois, *, spatial_scale: float, output_dim: int, pooled_size: int, group_size: int = 0):
    """Cut regions out of feature maps and take means over a grid of bins, each bin from its own group of channels.

    Parameters
    ----------
    data : (batch, output_dim * group_size ** 2, height, width), floating
    rois : (regions, 5): image, left, top, right, bottom; the last pixel is part of the region
    spatial_scale : float, by which coordinates are multiplied: the size of the feature map over that of the image
    output_dim : int, channels of the result
    pooled_size : int, bins along each axis
    group_size : int, groups of channels along each axis; 0: pooled_size

    Returns
    -------
    (regions, output_dim, pooled_size, pooled_size)

    >>> data = mx.nd.arange(16).reshape((1, 4, 2, 2))
    >>> region = mx.nd.array([[0, 0, 0, 1, 1]])
    >>> mx.nd.contrib.PSROIPooling(data, region, spatial_scale=1, output_dim=1, pooled_size=2)
    [[[[ 0.  5.]
       [10. 15.]]]]
    <NDArray 1x1x2x2 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_PSROIPooling; Dai et al. 2016, "R-FCN", equation 1.
    """
    _ps_shape(data.shape, rois.shape, output_dim=output_dim, pooled_size=pooled_size, group_size=group_size)
    geometry = output_dim, pooled_size, group_size, spatial_scale
    images, rows, columns, own = _ps_matrices(xp, data.shape, rois, *geometry)
    return kernels.pool(xp, data, images, rows, columns, own_channels=own)


@PSROIPooling.gradient
def _(F, g, rois, data: Like, **attrs):
    return F._backward_PSROIPooling(g, rois, data, **attrs), None


@operator(
    shape=lambda out_grad, rois, data, **_: ([out_grad, rois, data], [data]),
    dtype=lambda out_grad, rois, data, **_: ([out_grad, rois, data], [out_grad]),
)
def _backward_PSROIPooling(
    xp, out_grad, rois, data: Like, *, spatial_scale: float, output_dim: int, pooled_size: int, group_size: int = 0
):
    """Return the gradient of PSROIPooling; of the data only the shape is read.

    >>> grad, region = mx.nd.ones((1, 1, 1, 1)), mx.nd.array([[0, 0, 0, 1, 0]])
    >>> attrs = dict(spatial_scale=1, output_dim=1, pooled_size=1)
    >>> mx.nd._internal._backward_PSROIPooling(grad, region, mx.nd.zeros((1, 1, 1, 2)), **attrs)
    [[[[0.5 0.5]]]]
    <NDArray 1x1x1x2 @cpu(0)>
    """
    geometry = output_dim, pooled_size, group_size, spatial_scale
    images, rows, columns, own = _ps_matrices(xp, data.shape, rois, *geometry)
    return kernels.pool_gradient(xp, out_grad, images, rows, columns, data.shape, own_channels=own)


@_backward_PSROIPooling.gradient
def _(F, h, rois, **attrs):
    return F._contrib_PSROIPooling(h, rois, **attrs), None, None
