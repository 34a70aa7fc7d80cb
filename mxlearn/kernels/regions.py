"""Pooling of regions of interest on raw arrays: maxima over bins, and linear pooling by two small matrices.

Linear pooling is separable: what the rows of a region contribute to its bins does not depend on the columns. Each
region has a matrix (bins, height) for rows and one (bins, width) for columns, and a bin is rows @ image @ columns.T.
"""
from math import prod

from .precision import work_dtype


def round_away(xp, x):
    """Round to the nearest integer, halves away from zero."""
    return xp.trunc(x + xp.copysign(xp.asarray(0.5, dtype=x.dtype), x))


def image_of(xp, rois, batch):
    """Return the index of each region's image, -1 where there is no such image."""
    index = rois[:, 0].astype("int64")
    return xp.where((rois[:, 0] >= 0) & (index < batch), index, -1)


# -- maxima ------------------------------------------------------------------------------------------------------------
def bin_edges(xp, start, extent, count, size):
    """Return the first pixel of each bin, and the first behind it, both (regions, count), cut off at the image.

    ``start`` and ``extent`` are (regions,), in pixels; bins that share a pixel both have it.
    """
    bins = xp.arange(count, dtype=extent.dtype)
    width = (extent / count)[:, None]
    first = xp.floor(bins * width) + start[:, None]
    behind = xp.ceil((bins + 1) * width) + start[:, None]
    return xp.clip(first, 0, size).astype("int64"), xp.clip(behind, 0, size).astype("int64")


def maxima(xp, data, images, rows, columns):
    """Return the maximum of each bin, and where in its image it is.

    Parameters
    ----------
    data : (batch, channel, height, width)
    images : (regions,), the image of each region; -1 for none
    rows, columns : pairs of first and behind, as ``bin_edges`` gives them

    Returns
    -------
    (regions, channel, bins, bins) twice: the maxima, 0 for an empty bin; and row * width + column of the first place
    in row-major order that has it, -1 for an empty bin
    """
    batch, channels, _, width = data.shape
    last = data.transpose(0, 2, 3, 1)                                              # channels are read together
    (top, bottom), (left, right) = rows, columns
    shape = (len(images), top.shape[1], left.shape[1], channels)
    best = xp.full(shape, -xp.inf, data.dtype)
    place = xp.full(shape, -1, "int64")
    if not prod(shape) or not data.size:
        return xp.zeros(shape, data.dtype).transpose(0, 3, 1, 2), place.transpose(0, 3, 1, 2)
    image = xp.maximum(images, 0)[:, None, None]
    for down in range(int((bottom - top).max())):
        for across in range(int((right - left).max())):
            row, column = (top + down)[:, :, None], (left + across)[:, None, :]
            inside = (row < bottom[:, :, None]) & (column < right[:, None, :]) & (images >= 0)[:, None, None]
            row, column = xp.where(inside, row, 0), xp.where(inside, column, 0)
            value = last[image, row, column]                                        # (regions, bins, bins, channel)
            better = inside[..., None] & ((value > best) | (place < 0))
            best = xp.where(better, value, best)
            place = xp.where(better, (row * width + column)[..., None], place)
    best = xp.where(place < 0, xp.zeros((), data.dtype), best)
    return best.transpose(0, 3, 1, 2).copy(), place.transpose(0, 3, 1, 2).copy()


def flat_places(xp, place, images, shape):
    """Return positions in the flat array of ``shape`` (batch, channel, height, width), the last one + 1 for none."""
    batch, channels, height, width = shape
    image = xp.maximum(images, 0)[:, None, None, None]
    flat = (image * channels + xp.arange(channels)[:, None, None]) * (height * width) + place
    return xp.where(place < 0, prod(shape), flat)


# -- linear pooling ----------------------------------------------------------------------------------------------------
def mean_weights(xp, first, behind, size):
    """Return the (regions, bins, size) matrices that take means over the pixels from ``first`` to ``behind``."""
    pixel = xp.arange(size)
    inside = (pixel >= first[..., None]) & (pixel < behind[..., None])
    return inside / xp.maximum(behind - first, 1)[..., None]


def bilinear_weights(xp, start, bin_extent, counts, bins, size):
    """Return the (regions, bins, size) matrices that take means over places between pixels.

    Parameters
    ----------
    start, bin_extent : (regions,), where a region starts and how far a bin reaches, in pixels
    counts : (regions,), integers, how many evenly spaced places a bin is sampled at

    A place up to one pixel outside of the image reads the pixel at the edge, one farther away 0.
    """
    most = int(counts.max()) if len(counts) else 0
    step = xp.arange(most)
    share = (step + 0.5) / xp.maximum(counts, 1)[:, None]                          # (regions, samples)
    places = start[:, None, None] + (xp.arange(bins)[:, None] + share[:, None, :]) * bin_extent[:, None, None]
    counted = (step < counts[:, None])[:, None, :] & (places >= -1) & (places <= size)
    places = xp.clip(places, 0, size - 1)
    weights = xp.clip(1 - abs(places[..., None] - xp.arange(size)), 0, None) * counted[..., None]
    return weights.sum(axis=2) / xp.maximum(counts, 1)[:, None, None]


def pool(xp, data, images, rows, columns, *, own_channels=None):
    """Return rows @ image @ columns.T for each region and channel.

    Parameters
    ----------
    data : (batch, channel, height, width)
    images : (regions,), -1 for none: those regions give 0
    rows, columns : (regions, bins, height) and (regions, bins, width)
    own_channels : None, or integers (out_channel, row bins, column bins): which channel each bin reads instead

    Returns
    -------
    (regions, channel or out_channel, row bins, column bins), dtype of ``data``
    """
    work = work_dtype(xp, data.dtype)
    rows, columns = rows.astype(work, copy=False), columns.astype(work, copy=False)
    channels = data.shape[1] if own_channels is None else own_channels.shape[0]
    out = xp.zeros((len(images), channels, rows.shape[1], columns.shape[1]), work)
    for index in range(len(data)):
        chosen = xp.nonzero(images == index)[0]
        if not chosen.size or not data.size:
            continue
        image, down, across = data[index].astype(work, copy=False), rows[chosen], columns[chosen]
        if own_channels is None:
            lines = _lines(xp, image, down)                                        # (regions, channel, bins, width)
            out[chosen] = xp.matmul(lines, across.transpose(0, 2, 1)[:, None])
        else:
            out[chosen] = xp.einsum("cpqhw,rph,rqw->rcpq", image[own_channels], down, across, optimize=True)
    return out.astype(data.dtype, copy=False)


def _lines(xp, image, rows):
    """Return rows @ image for each region: (regions, channel, bins, width)."""
    regions, bins, height = rows.shape
    product = xp.matmul(rows.reshape(1, regions * bins, height), image)
    return product.reshape(len(image), regions, bins, -1).transpose(1, 0, 2, 3)


def pool_gradient(xp, out_grad, images, rows, columns, shape, *, own_channels=None):
    """Return the gradient of ``pool`` with respect to data of ``shape``: the same matrices, transposed."""
    work = work_dtype(xp, out_grad.dtype)
    grad = out_grad.astype(work, copy=False)
    rows, columns = rows.astype(work, copy=False), columns.astype(work, copy=False)
    out = xp.zeros(shape, work)
    for index in range(shape[0]):
        chosen = xp.nonzero(images == index)[0]
        if not chosen.size or not prod(shape):
            continue
        down, across = rows[chosen], columns[chosen]
        if own_channels is None:
            lines = xp.matmul(grad[chosen], across[:, None])                       # (regions, channel, bins, width)
            lines = lines.transpose(1, 0, 2, 3).reshape(shape[1], -1, shape[3])    # (channel, regions * bins, width)
            out[index] = xp.matmul(down.reshape(-1, shape[2]).T, lines)
        else:
            spread = xp.einsum("rcpq,rph,rqw->cpqhw", grad[chosen], down, across, optimize=True)
            xp.add.at(out[index], own_channels.reshape(-1), spread.reshape(-1, *shape[2:]))
    return out.astype(out_grad.dtype, copy=False)
