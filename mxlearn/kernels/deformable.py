"""Convolution whose windows read at learned places: columns of values between pixels, and their gradients.

References: Dai et al. 2017, "Deformable convolutional networks"; Zhu et al. 2019, "Deformable ConvNets v2".
"""
from .bilinear import gradients, read
from .precision import work_dtype


def places(xp, offset, kernel, stride, dilate, pad, groups):
    """Return the rows and the columns that windows read, in pixels.

    Parameters
    ----------
    offset : (batch, groups * kernel positions * 2, out_height, out_width), y and x in turn
    groups : into how many parts the channels are divided, each with offsets of its own

    Returns
    -------
    two arrays (batch * groups, kernel positions, out_height, out_width)
    """
    batch, _, height, width = offset.shape
    moved = offset.reshape(batch * groups, kernel[0] * kernel[1], 2, height, width)
    row = xp.arange(kernel[0]).repeat(kernel[1]) * dilate[0] - pad[0]
    column = xp.tile(xp.arange(kernel[1]), kernel[0]) * dilate[1] - pad[1]
    y = row[:, None, None] + (xp.arange(height) * stride[0])[:, None]
    x = column[:, None, None] + xp.arange(width) * stride[1]
    return moved[:, :, 0] + y, moved[:, :, 1] + x


class Edge:
    """What windows read at the edge of an image: values up to the last pixel, which repeats for less than one pixel.

    So it is in the first version; in the second (``fading``) pixels outside count as 0, and nothing is to be done here.
    """

    def __init__(self, xp, shape, y, x, fading):
        height, width = shape[2:]
        self.inside = None
        self.y, self.x = y, x
        if fading:
            return
        self.inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
        self.moving = y < height - 1, x < width - 1
        self.y, self.x = xp.clip(y, 0, height - 1), xp.clip(x, 0, width - 1)

    def values(self, data, xp):
        """Return what is read: (batch, channel, \\*places)."""
        found = read(xp, data, self.y, self.x)
        return found if self.inside is None else found * self.inside[:, None]

    def gradients(self, grad, data, xp):
        """Return the gradients with respect to data, y and x."""
        if self.inside is None:
            return gradients(xp, grad, data, self.y, self.x)
        to_data, to_y, to_x = gradients(xp, grad * self.inside[:, None], data, self.y, self.x)
        return to_data, to_y * self.moving[0], to_x * self.moving[1]


def _parts(data, offset, geometry, xp, deformable_groups, fading):
    """Return the images with one group of channels each, and their edge."""
    batch, channels, *size = data.shape
    images = data.reshape(batch * deformable_groups, channels // max(deformable_groups, 1), *size)
    kernel, stride, dilate, pad = geometry
    y, x = places(xp, offset, kernel, stride, dilate, pad, deformable_groups)
    return images, Edge(xp, images.shape, y, x, fading)


def _strength(mask, shape):
    """Return the mask (batch, groups * positions, ...) so that it multiplies what is read."""
    return mask.reshape(shape[0], 1, *shape[2:])


def convolution(xp, data, offset, mask, weight, *, geometry, groups, deformable_groups):
    """Correlate what windows read with filters.

    Parameters
    ----------
    data : (batch, channel, height, width)
    offset : as ``places`` takes it
    mask : None, or (batch, deformable_groups * positions, out_height, out_width), factors on what is read
    weight : (filter, channel / groups, \\*kernel)
    geometry : kernel, stride, dilate, pad, each a pair

    Returns
    -------
    (batch, filter, out_height, out_width)
    """
    batch, filters = data.shape[0], weight.shape[0]
    images, edge = _parts(data, offset, geometry, xp, deformable_groups, mask is not None)
    values = edge.values(images, xp)
    if mask is not None:
        values = values * _strength(mask, values.shape)
    work = work_dtype(xp, data.dtype)
    pixels = offset.shape[2] * offset.shape[3]
    depth = weight.shape[1] * weight.shape[2] * weight.shape[3]
    columns = values.astype(work, copy=False).reshape(batch, groups, depth, pixels)
    matrix = weight.astype(work, copy=False).reshape(groups, filters // groups, depth)
    return xp.matmul(matrix, columns).reshape(batch, filters, *offset.shape[2:]).astype(data.dtype, copy=False)


def convolution_gradients(xp, out_grad, data, offset, mask, weight, *, geometry, groups, deformable_groups):
    """Return the gradients of ``convolution`` with respect to data, offset, mask (None without one) and weight."""
    batch, filters = data.shape[0], weight.shape[0]
    images, edge = _parts(data, offset, geometry, xp, deformable_groups, mask is not None)
    found = edge.values(images, xp)
    values = found if mask is None else found * _strength(mask, found.shape)
    work = work_dtype(xp, data.dtype)
    pixels = offset.shape[2] * offset.shape[3]
    depth = weight.shape[1] * weight.shape[2] * weight.shape[3]
    columns = values.astype(work, copy=False).reshape(batch, groups, depth, pixels)
    matrix = weight.astype(work, copy=False).reshape(groups, filters // groups, depth)
    grad = out_grad.astype(work, copy=False).reshape(batch, groups, filters // groups, pixels)
    to_weight = xp.matmul(grad, columns.transpose(0, 1, 3, 2)).sum(axis=0).reshape(weight.shape)
    to_values = xp.matmul(matrix.transpose(0, 2, 1), grad).reshape(found.shape)
    to_mask = None
    if mask is not None:
        to_mask = (to_values * found).sum(axis=1).reshape(mask.shape).astype(mask.dtype, copy=False)
        to_values = to_values * _strength(mask, found.shape)
    to_data, to_y, to_x = edge.gradients(to_values.astype(data.dtype, copy=False), images, xp)
    to_offset = xp.stack([to_y, to_x], axis=2).reshape(offset.shape).astype(offset.dtype, copy=False)
    return to_data.reshape(data.shape), to_offset, to_mask, to_weight.astype(weight.dtype, copy=False)
