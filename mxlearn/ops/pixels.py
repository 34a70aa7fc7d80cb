"""Operators that trade channels for pixels: depth_to_space and space_to_depth."""
from ..base import ShapeError
from ..core.infer import show
from ..core.operator import operator


@operator()
def depth_to_space(xp, data, *, block_size: int):
    """Rearrange channels into blocks of pixels.

    Parameters
    ----------
    data : (batch, channel, height, width)
    block_size : int b, side of a block in pixels; b * b divides channel

    Returns
    -------
    (batch, channel / (b * b), height * b, width * b)

    >>> mx.nd.depth_to_space(mx.nd.array([[[[1]], [[2]], [[3]], [[4]]]]), block_size=2)
    [[[[1. 2.]
       [3. 4.]]]]
    <NDArray 1x1x2x2 @cpu(0)>

    References: MXNet 1.9.1 operator depth_to_space.
    """
    _check_image(data.shape, block_size)
    n, c, h, w = data.shape
    b = block_size
    if c % (b * b):
        raise _bad_blocks(data.shape, b)
    blocks = data.reshape(n, b, b, c // (b * b), h, w)
    return blocks.transpose(0, 3, 4, 1, 5, 2).copy().reshape(n, c // (b * b), h * b, w * b)


def _check_image(shape, block_size):
    if len(shape) != 4 or block_size < 1:
        raise ShapeError(
            "data must have 4 dimensions (batch, channel, height, width) and block_size must be at least 1."
            f" Received: {show(shape)} and block_size={block_size}"
        )


def _bad_blocks(shape, b):
    return ShapeError(f"data of shape {show(shape)} cannot be cut into blocks of {b} x {b}")


@depth_to_space.infer_shape
def _(data, *, block_size):
    if data is None:
        return (None,), (None,)
    _check_image(data, block_size)
    n, c, h, w = data
    if c > 0 and c % (block_size * block_size):
        raise _bad_blocks(data, block_size)
    larger = (extent * block_size if extent >= 0 else -1 for extent in (h, w))
    return (data,), ((n, c // (block_size * block_size) if c >= 0 else -1, *larger),)


@depth_to_space.gradient
def _(F, g, *, block_size):
    return F.space_to_depth(g, block_size=block_size)


@operator()
def space_to_depth(xp, data, *, block_size: int):
    """Rearrange blocks of pixels into channels: the inverse of depth_to_space.

    Parameters
    ----------
    data : (batch, channel, height, width)
    block_size : int b, side of a block in pixels; it divides height and width

    Returns
    -------
    (batch, channel * b * b, height / b, width / b)

    >>> mx.nd.space_to_depth(mx.nd.array([[[[1, 2], [3, 4]]]]), block_size=2).shape
    (1, 4, 1, 1)

    References: MXNet 1.9.1 operator space_to_depth.
    """
    _check_image(data.shape, block_size)
    n, c, h, w = data.shape
    b = block_size
    if h % b or w % b:
        raise _bad_blocks(data.shape, b)
    blocks = data.reshape(n, c, h // b, b, w // b, b)
    return blocks.transpose(0, 3, 5, 1, 2, 4).copy().reshape(n, c * b * b, h // b, w // b)


@space_to_depth.infer_shape
def _(data, *, block_size):
    if data is None:
        return (None,), (None,)
    _check_image(data, block_size)
    n, c, h, w = data
    if any(extent > 0 and extent % block_size for extent in (h, w)):
        raise _bad_blocks(data, block_size)
    smaller = (extent // block_size if extent >= 0 else -1 for extent in (h, w))
    return (data,), ((n, c * block_size * block_size if c >= 0 else -1, *smaller),)


@space_to_depth.gradient
def _(F, g, *, block_size):
    return F.depth_to_space(g, block_size=block_size)
