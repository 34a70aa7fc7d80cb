"""RROIAlign: pooling of rotated regions of interest."""
from math import pi

from ..base import ArgumentError, ShapeError
from ..core.attributes import Shape
from ..core.infer import show
from ..core.operator import operator
from ..kernels import bilinear
from ..kernels.regions import image_of


def _rotated_shape(data, rois, *, pooled_size, **_):
    if len(pooled_size) != 2 or min(pooled_size) < 1:
        raise ArgumentError(f"pooled_size must be (height, width), both positive. Received: {tuple(pooled_size)}")
    if data is not None and len(data) != 4:
        raise ShapeError(f"data must be (batch, channel, height, width). Received: {show(data)}")
    if rois is not None and (len(rois) != 2 or rois[1] not in (6, -1)):
        raise ShapeError(f"rois must be (regions, 6): image, x, y, width, height, degrees. Received: {show(rois)}")
    if data is None or rois is None:
        return [data, rois], [None]
    return [data, rois], [(rois[0], data[1], *pooled_size)]


def _steps(xp, extent, bins, ratio):
    """Return where a region is read along one axis, from its center, and whether each place counts.

    The places are (regions, bins, samples), as many samples as the region that needs most.
    """
    width = extent / bins
    counts = xp.full(extent.shape, ratio) if ratio > 0 else xp.ceil(width).astype("int64")
    sample = xp.arange(int(counts.max()) if len(extent) else 1)
    share = (sample + 0.5) / counts[:, None]
    places = (xp.arange(bins)[:, None] + share[:, None, :]) * width[:, None, None] - (extent / 2)[:, None, None]
    return places, xp.broadcast_to((sample < counts[:, None])[:, None, :], places.shape), counts


@operator(name="_contrib_RROIAlign", shape=_rotated_shape, differentiable=False)
def RROIAlign(xp, data, rois, *, pooled_size: Shape, spatial_scale: float, sampling_ratio: int = -1):
    """Cut rotated regions out of feature maps and take means over a grid of bins, read between pixels.

    Parameters
    ----------
    data : (batch, channel, height, width), floating
    rois : (regions, 6): image, x and y of the center, width, height, and counterclockwise rotation in degrees
    pooled_size : (height, width) of the result, in bins
    spatial_scale : float, by which coordinates are multiplied: the size of the feature map over that of the image
    sampling_ratio : int, at how many places a bin is read along each axis; not positive: once for each pixel it covers

    Returns
    -------
    (regions, channel, \\*pooled_size); as in MXNet it has no gradient

    >>> data = mx.nd.arange(25).reshape((1, 1, 5, 5))
    >>> attrs = dict(pooled_size=(1, 2), spatial_scale=1)
    >>> mx.nd.contrib.RROIAlign(data, mx.nd.array([[0, 2, 2, 2, 2, 0], [0, 2, 2, 2, 2, 180]]), **attrs)
    [[[[11.5 12.5]]]
     [[[12.5 11.5]]]]
    <NDArray 2x1x1x2 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_RROIAlign; Ma et al. 2018, "Arbitrary-oriented scene text detection via
    rotation proposals".
    """
    _rotated_shape(data.shape, rois.shape, pooled_size=pooled_size)
    height, width = data.shape[2:]
    center = rois[:, 1:3] * spatial_scale
    extent = xp.maximum(rois[:, 3:5] * spatial_scale, 1)
    turn = (rois[:, 5] * (pi / 180)).reshape(-1, 1, 1, 1, 1)
    down, down_counts, rows = _steps(xp, extent[:, 1], pooled_size[0], sampling_ratio)
    across, across_counts, columns = _steps(xp, extent[:, 0], pooled_size[1], sampling_ratio)
    down, across = down[:, :, None, :, None], across[:, None, :, None, :]         # (regions, bins, bins, samples, ...)
    x = across * xp.cos(turn) + down * xp.sin(turn) + center[:, 0].reshape(-1, 1, 1, 1, 1)
    y = down * xp.cos(turn) - across * xp.sin(turn) + center[:, 1].reshape(-1, 1, 1, 1, 1)
    counted = down_counts[:, :, None, :, None] & across_counts[:, None, :, None, :]
    images = image_of(xp, rois, len(data))
    counted = counted & (y >= -1) & (y <= height) & (x >= -1) & (x <= width) & (images >= 0).reshape(-1, 1, 1, 1, 1)
    y, x = xp.clip(y, 0, height - 1), xp.clip(x, 0, width - 1)
    out = xp.zeros((len(rois), data.shape[1], *pooled_size), data.dtype)
    for index in range(len(data)):
        mine = xp.nonzero(images == index)[0]
        if mine.size and data.size:
            values = bilinear.read(xp, data[index : index + 1], y[mine][None], x[mine][None])[0]
            total = (values * counted[mine]).sum(axis=(-2, -1)).transpose(1, 0, 2, 3)
            out[mine] = total / (rows * columns)[mine].reshape(-1, 1, 1, 1)
    return out

