"""Reading images at places between pixels: bilinear interpolation, and its gradients.

A place (y, x) is in pixels. Its value is the weighted sum of the four pixels around it; the weight of a pixel is the
product of 1 - its distances in y and in x. Pixels outside of the image count as 0.
"""
from .precision import work_dtype


def _corners(xp, places, size):
    """Yield, for both pixels around each place along one axis: the pixel, its weight, the weight's slope."""
    low = xp.floor(places)
    share = places - low
    low = xp.clip(low, -2, size)  # what is far outside stays outside, and infinite places become integers
    for pixel, weight, slope in ((low, 1 - share, -1), (low + 1, share, 1)):
        inside = (pixel >= 0) & (pixel < size)
        yield xp.where(inside, pixel, 0).astype("int64"), xp.where(inside, weight, 0), xp.where(inside, slope, 0)


def _flat(xp, data):
    """Return (batch, channel, height, width) as (batch * height * width, channel): channels are read at once."""
    return data.transpose(0, 2, 3, 1).reshape(-1, data.shape[1])


def _image(xp, batch, places):
    return xp.arange(batch).reshape(batch, *(1,) * (places.ndim - 1))


def read(xp, data, y, x, image=None):
    """Return the values of images at places.

    Parameters
    ----------
    data : (batch, channel, height, width), floating
    y, x : (n, \\*places), in pixels
    image : the image that each place is in, integers that broadcast to the places; None: image i for the i-th of n

    Returns
    -------
    (n, channel, \\*places), dtype of ``data``
    """
    batch, channels, height, width = data.shape
    work = work_dtype(xp, data.dtype)
    if not data.size:
        return xp.zeros((y.shape[0], channels, *y.shape[1:]), data.dtype)
    flat, image = _flat(xp, data.astype(work, copy=False)), _image(xp, batch, y) if image is None else image
    out = xp.zeros((*y.shape, channels), work)
    columns = list(_corners(xp, x, width))
    for row, down, _ in _corners(xp, y, height):
        for column, across, _ in columns:
            out += flat[(image * height + row) * width + column] * (down * across)[..., None].astype(work, copy=False)
    return xp.moveaxis(out, -1, 1).astype(data.dtype, copy=False)


def gradients(xp, grad, data, y, x, image=None):
    """Return the gradients of ``read`` with respect to data, y and x."""
    batch, channels, height, width = data.shape
    work = work_dtype(xp, data.dtype)
    if not data.size:
        return xp.zeros(data.shape, data.dtype), xp.zeros(y.shape, y.dtype), xp.zeros(x.shape, x.dtype)
    flat, image = _flat(xp, data.astype(work, copy=False)), _image(xp, batch, y) if image is None else image
    last = xp.moveaxis(grad.astype(work, copy=False), 1, -1)                       # (batch, *places, channel)
    to_data = xp.zeros(flat.size, work)
    to_y, to_x = xp.zeros(y.shape, work), xp.zeros(x.shape, work)
    columns = list(_corners(xp, x, width))
    for row, down, down_slope in _corners(xp, y, height):
        for column, across, across_slope in columns:
            place = (image * height + row) * width + column
            share = last * (down * across)[..., None].astype(work, copy=False)
            xp.add.at(to_data, (place[..., None] * channels + xp.arange(channels)).reshape(-1), share.reshape(-1))
            slope = (last * flat[place]).sum(axis=-1)
            to_y += slope * down_slope * across
            to_x += slope * down * across_slope
    to_data = to_data.reshape(batch, height, width, channels).transpose(0, 3, 1, 2)
    return to_data.astype(data.dtype), to_y.astype(y.dtype, copy=False), to_x.astype(x.dtype, copy=False)
