"""DeformablePSROIPooling: pooling of regions whose bins are moved by what a layer of its own predicts.

References: Dai et al. 2017, "Deformable convolutional networks", section 2.2.
"""
from typing import Any

from ..base import ArgumentError, ShapeError
from ..core.infer import show, unify
from ..core.operator import operator
from ..kernels import bilinear
from ..kernels.regions import image_of, round_away
from ..kernels.scatter import add_at


def _check(data, rois, trans, *, output_dim, group_size, pooled_size, part_size, sample_per_part, no_trans, **_):
    if min(output_dim, group_size, pooled_size, sample_per_part) < 1 or part_size < 0:
        raise ArgumentError(
            "output_dim, group_size, pooled_size and sample_per_part must be positive, part_size not negative. "
            f"Received: {output_dim}, {group_size}, {pooled_size}, {sample_per_part} and {part_size}"
        )
    expected = (-1, output_dim * group_size**2, -1, -1)
    data = unify(data, expected, "the shape of data, and (batch, output_dim * group_size ** 2, height, width),")
    rois = unify(rois, (-1, 5), "the shape of rois, and (regions, 5),") or (-1, 5)
    inputs = [data, rois]
    if not no_trans:
        part = part_size or pooled_size
        trans = unify(trans, (rois[0], -1, part, part), "the shape of trans, and (regions, 2 * classes, part, part),")
        if trans is not None and trans[1] >= 0 and (trans[1] < 2 or trans[1] % 2 or output_dim % (trans[1] // 2)):
            raise ShapeError(
                f"trans holds x and y for each class, and the classes must divide output_dim {output_dim}. "
                f"Received: {show(trans)}"
            )
        inputs.append(trans)
    return inputs, (rois[0], output_dim, pooled_size, pooled_size)


def _shape(data, rois, trans=None, **attrs):
    inputs, out = _check(data, rois, trans, **attrs)
    return inputs, [out]


class _Bins:
    """Where the bins of regions read: arrays (regions, output_dim, bins, bins, samples, samples)."""

    def __init__(self, xp, shape, rois, trans, attrs):
        batch, channels, height, width = shape
        bins, samples, groups = attrs["pooled_size"], attrs["sample_per_part"], attrs["group_size"]
        dim, part = attrs["output_dim"], attrs["part_size"] or attrs["pooled_size"]
        corners = round_away(xp, rois[:, 1:])
        low = corners[:, :2] * attrs["spatial_scale"] - 0.5
        high = (corners[:, 2:] + 1) * attrs["spatial_scale"] - 0.5
        self.extent = xp.maximum(high - low, 0.1)                                   # (regions, 2): x, y
        bin_extent = self.extent / bins
        number = xp.arange(bins)
        start = low[:, None] + number[:, None] * bin_extent[:, None]                # (regions, bins, 2)
        steps = xp.arange(samples)[:, None] * (bin_extent / samples)[:, None]       # (regions, samples, 2)
        x = start[:, None, None, :, None, None, 0] + steps[:, None, None, None, None, :, 0]
        y = start[:, None, :, None, None, None, 1] + steps[:, None, None, None, :, None, 1]
        self.trans: Any = None
        if trans is not None:
            classes = trans.shape[1] // 2
            kind = xp.arange(dim) // (dim // classes)
            cell = number * part // bins
            # where in trans (regions, 2 * classes, part, part) the move in x of (channel, bin, bin) is, flat
            self.trans = ((kind[:, None, None] * 2 * part + cell[:, None]) * part + cell).reshape(-1)
            self.cells = part * part                                                # from there to the move in y
            self.factor = self.extent * attrs["trans_std"]                          # (regions, 2)
            flat = trans.reshape(len(rois), trans.shape[1] * self.cells)
            moved = [flat[:, self.trans + i * self.cells] * self.factor[:, i, None] for i in (0, 1)]
            across, down = (m.reshape(len(rois), dim, bins, bins, 1, 1) for m in moved)
            x, y = x + across, y + down
        full = (len(rois), dim, bins, bins, samples, samples)
        x, y = xp.broadcast_to(x, full), xp.broadcast_to(y, full)
        image = image_of(xp, rois, batch).reshape(-1, 1, 1, 1, 1, 1)
        inside = (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5) & (image >= 0)
        self.share = inside / xp.maximum(inside.sum(axis=(-2, -1), keepdims=True), 1)
        self.moving = (y > 0) & (y < height - 1), (x > 0) & (x < width - 1)
        self.y, self.x = xp.clip(y, 0, height - 1), xp.clip(x, 0, width - 1)
        group = number * groups // bins
        channel = (xp.arange(dim)[:, None, None] * groups + group[:, None]) * groups + group
        self.image = xp.maximum(image, 0) * channels + channel[..., None, None]     # channels are images


def _attrs(spatial_scale, output_dim, group_size, pooled_size, part_size, sample_per_part, trans_std, no_trans):
    return dict(
        spatial_scale=spatial_scale,
        output_dim=output_dim,
        group_size=group_size,
        pooled_size=pooled_size,
        part_size=part_size,
        sample_per_part=sample_per_part,
        trans_std=trans_std,
        no_trans=no_trans,
    )


@operator(
    name="_contrib_DeformablePSROIPooling",
    shape=_shape,
    active_inputs=lambda attrs: 2 if attrs["no_trans"] else 3,
)
def DeformablePSROIPooling(
    xp,
    data,
    rois,
    trans=None,
    *,
    spatial_scale: float,
    output_dim: int,
    group_size: int,
    pooled_size: int,
    part_size: int = 0,
    sample_per_part: int = 1,
    trans_std: float = 0.0,
    no_trans: bool = False,
):
    """Cut regions out of feature maps and take means over a grid of bins, each bin from its own group of channels and
    moved by its own offset.

    Parameters
    ----------
    data : (batch, output_dim * group_size ** 2, height, width), floating
    rois : (regions, 5): image, left, top, right, bottom; the last pixel is part of the region
    trans : (regions, 2 * classes, part_size, part_size), moves in x and y for each class, as shares of the region;
        left out with ``no_trans=True``
    spatial_scale : float, by which coordinates are multiplied: the size of the feature map over that of the image
    output_dim : int, channels of the result
    group_size : int, groups of channels along each axis
    pooled_size : int, bins along each axis
    part_size : int, cells of ``trans`` along each axis; 0: pooled_size
    sample_per_part : int, at how many places a bin is read along each axis
    trans_std : float, factor on the moves
    no_trans : bool, whether bins stay in place

    Returns
    -------
    (regions, output_dim, pooled_size, pooled_size)

    >>> data, region = mx.nd.arange(16).reshape((1, 1, 4, 4)), mx.nd.array([[0, 0, 0, 3, 3]])
    >>> attrs = dict(spatial_scale=1, output_dim=1, group_size=1, pooled_size=2, no_trans=True)
    >>> mx.nd.contrib.DeformablePSROIPooling(data, region, sample_per_part=2, **attrs)
    [[[[ 1.25  3.  ]
       [ 8.25 10.  ]]]]
    <NDArray 1x1x2x2 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_DeformablePSROIPooling.
    """
    attrs = _attrs(spatial_scale, output_dim, group_size, pooled_size, part_size, sample_per_part, trans_std, no_trans)
    trans = None if no_trans else trans
    _check(data.shape, rois.shape, None if trans is None else trans.shape, **attrs)
    bins = _Bins(xp, data.shape, rois, trans, attrs)
    images = data.reshape(-1, 1, *data.shape[2:])
    values = bilinear.read(xp, images, bins.y, bins.x, bins.image)[:, 0]
    return (values * bins.share).sum(axis=(-2, -1)).astype(data.dtype, copy=False)


@DeformablePSROIPooling.gradient
def _(F, g, data, rois, trans, *, no_trans, **attrs):
    inputs = (data, rois) if no_trans else (data, rois, trans)
    to_data, to_trans = F._backward_DeformablePSROIPooling(g, *inputs, no_trans=no_trans, **attrs)
    return to_data, None, None if no_trans else to_trans


@operator(
    outputs=("data_grad", "trans_grad"),
    shape=lambda out_grad, data, rois, trans=None, *, no_trans, **_: (
        [out_grad, data, rois] if no_trans else [out_grad, data, rois, trans],
        [data, (1,) if no_trans else trans],
    ),
    dtype=lambda out_grad, data, rois, trans=None, *, no_trans, **_: (
        [out_grad, data, rois] if no_trans else [out_grad, data, rois, trans],
        [data, rois],
    ),
    active_inputs=lambda attrs: 3 if attrs["no_trans"] else 4,
)
def _backward_DeformablePSROIPooling(
    xp,
    out_grad,
    data,
    rois,
    trans=None,
    *,
    spatial_scale: float,
    output_dim: int,
    group_size: int,
    pooled_size: int,
    part_size: int = 0,
    sample_per_part: int = 1,
    trans_std: float = 0.0,
    no_trans: bool = False,
):
    """Return the gradients of DeformablePSROIPooling with respect to data and trans; (1,) of 0 without trans.

    >>> region, attrs = mx.nd.array([[0, 0, 0, 0, 0]]), dict(spatial_scale=1, output_dim=1, group_size=1, pooled_size=1)
    >>> one = mx.nd.ones((1, 1, 1, 1))
    >>> grads = mx.nd._internal._backward_DeformablePSROIPooling(one, one, region, no_trans=True, **attrs)
    >>> [x.asnumpy().ravel().tolist() for x in grads]
    [[1.0], [0.0]]
    """
    attrs = _attrs(spatial_scale, output_dim, group_size, pooled_size, part_size, sample_per_part, trans_std, no_trans)
    bins = _Bins(xp, data.shape, rois, None if no_trans else trans, attrs)
    images = data.reshape(-1, 1, *data.shape[2:])
    grad = (out_grad[..., None, None] * bins.share)[:, None].astype(data.dtype, copy=False)
    to_data, to_y, to_x = bilinear.gradients(xp, grad, images, bins.y, bins.x, bins.image)
    to_data = to_data.reshape(data.shape)
    if no_trans or trans is None:
        return to_data, xp.zeros(1, rois.dtype)
    size = trans.shape[1] * bins.cells
    place = xp.arange(len(rois))[:, None] * size + bins.trans
    to_trans = xp.zeros(len(rois) * size, rois.dtype)
    for i, (slope, moving) in enumerate(((to_x, bins.moving[1]), (to_y, bins.moving[0]))):
        moves = (slope * moving).sum(axis=(-2, -1)).reshape(len(rois), len(bins.trans)) * bins.factor[:, i, None]
        to_trans += add_at(xp, to_trans.shape, rois.dtype, place + i * bins.cells, moves)
    return to_data, to_trans.reshape(trans.shape)
