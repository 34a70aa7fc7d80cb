"""im2col and col2im: the windows of an image as columns of a matrix, and back."""
from ..base import ShapeError
from ..core.attributes import Shape
from ..core.infer import known, show, size_of, unify
from ..core.operator import Like, operator


class _Geometry:
    """The windows of an image: one number per spatial axis in each field, in pixels."""

    __slots__ = ("dilate", "kernel", "out", "pad", "size", "stride")

    def __init__(self, size, kernel, stride, dilate, pad):
        rank = len(size)
        self.size = tuple(size)
        self.kernel = tuple(kernel)
        self.stride = tuple(stride) or (1,) * rank
        self.dilate = tuple(dilate) or (1,) * rank
        self.pad = tuple(pad) or (0,) * rank
        if not rank == len(self.kernel) == len(self.stride) == len(self.dilate) == len(self.pad) or rank > 3:
            raise ShapeError(
                f"kernel, stride, dilate and pad need one number for each of the {rank} spatial axes (1 to 3)."
                f" Received: {self.kernel}, {self.stride}, {self.dilate} and {self.pad}"
            )
        if min(*self.kernel, *self.stride, *self.dilate, 1) < 1 or min(*self.pad, 0) < 0:
            raise ShapeError("kernel, stride and dilate must be at least 1, and pad at least 0")
        self.out = tuple(
            -1 if n < 0 else (n + 2 * p - d * (k - 1) - 1) // s + 1
            for n, k, s, d, p in zip(self.size, self.kernel, self.stride, self.dilate, self.pad, strict=True)
        )
        if any(extent < 1 and n >= 0 for extent, n in zip(self.out, self.size, strict=True)):
            raise ShapeError(f"a window of {self.kernel} is larger than the padded image of {show(self.size)}")

    def windows(self):
        """Yield, for each element of the kernel in row-major order, the slices of the padded image that it meets."""
        positions = [()]
        for extent in self.kernel:
            positions = [(*head, i) for head in positions for i in range(extent)]
        for position in positions:
            yield (slice(None), slice(None)) + tuple(
                slice(i * d, i * d + s * (n - 1) + 1, s)
                for i, d, s, n in zip(position, self.dilate, self.stride, self.out, strict=True)
            )


def _to_columns(xp, data, geometry):
    batch, channels = data.shape[:2]
    padded = xp.pad(data, [(0, 0), (0, 0), *((p, p) for p in geometry.pad)])
    columns = xp.stack([padded[window] for window in geometry.windows()], axis=2)  # (batch, channel, kernel, *out)
    return columns.reshape(batch, channels * size_of(geometry.kernel), size_of(geometry.out))


def _to_image(xp, columns, geometry):
    batch = columns.shape[0]
    channels = columns.shape[1] // size_of(geometry.kernel)
    parts = columns.reshape(batch, channels, size_of(geometry.kernel), *geometry.out)
    padded = [n + 2 * p for n, p in zip(geometry.size, geometry.pad, strict=True)]
    image = xp.zeros((batch, channels, *padded), columns.dtype)
    for i, window in enumerate(geometry.windows()):
        image[window] += parts[:, :, i]
    inner = tuple(slice(p, p + n) for n, p in zip(geometry.size, geometry.pad, strict=True))
    return image[(slice(None), slice(None), *inner)].copy()


@operator()
def im2col(xp, data, *, kernel: Shape, stride: Shape = Shape(), dilate: Shape = Shape(), pad: Shape = Shape()):
    """Write each window of an image as a column.

    Parameters
    ----------
    data : (batch, channel, *spatial) with 1 to 3 spatial axes
    kernel, stride, dilate, pad : tuple of int, one per spatial axis, in pixels

    Returns
    -------
    (batch, channel * prod(kernel), number of windows)

    >>> mx.nd.im2col(mx.nd.array([[[1, 2, 3]]]), kernel=(2,))
    [[[1. 2.]
      [2. 3.]]]
    <NDArray 1x2x2 @cpu(0)>

    References: MXNet 1.9.1 operator im2col.
    """
    return _to_columns(xp, data, _Geometry(data.shape[2:], kernel, stride, dilate, pad))


@im2col.infer_shape
def _(data, *, kernel, stride, dilate, pad):
    return (data,), (None if data is None else _columns_shape(data, kernel, stride, dilate, pad),)


def _columns_shape(data, kernel, stride, dilate, pad):
    if len(data) < 3:
        raise ShapeError(f"data must have shape (batch, channel, *spatial). Received: {show(data)}")
    geometry = _Geometry(data[2:], kernel, stride, dilate, pad)
    return (data[0], data[1] * size_of(kernel) if data[1] >= 0 else -1, size_of(geometry.out))


@im2col.gradient
def _(F, g, data: Like, *, kernel, stride, dilate, pad):
    return F._im2col_backward(g, data, kernel=kernel, stride=stride, dilate=dilate, pad=pad)


@operator()
def _im2col_backward(
    xp, g, like: Like, *, kernel: Shape, stride: Shape = Shape(), dilate: Shape = Shape(), pad: Shape = Shape()
):
    """Add each column to the window of zeros, shaped as ``like``, that it came from.

    >>> mx.nd._internal._im2col_backward(mx.nd.ones((1, 2, 2)), mx.nd.zeros((1, 1, 3)), kernel=(2,))
    [[[1. 2. 1.]]]
    <NDArray 1x1x3 @cpu(0)>
    """
    return _to_image(xp, g, _Geometry(like.shape[2:], kernel, stride, dilate, pad))


@_im2col_backward.infer_shape
def _(g, like, *, kernel, stride, dilate, pad):
    return (g, like), (like,)


@_im2col_backward.gradient
def _(F, g, *, kernel, stride, dilate, pad):
    return F.im2col(g, kernel=kernel, stride=stride, dilate=dilate, pad=pad), None


@operator()
def col2im(
    xp,
    data,
    *,
    output_size: Shape,
    kernel: Shape,
    stride: Shape = Shape(),
    dilate: Shape = Shape(),
    pad: Shape = Shape(),
):
    """Add columns to the windows of an image: the transpose of im2col.

    Parameters
    ----------
    data : (batch, channel * prod(kernel), number of windows)
    output_size : tuple of int, the image's spatial shape in pixels
    kernel, stride, dilate, pad : tuple of int, one per spatial axis, in pixels

    Returns
    -------
    (batch, channel, *output_size)

    >>> mx.nd.col2im(mx.nd.ones((1, 2, 2)), output_size=(3,), kernel=(2,))
    [[[1. 2. 1.]]]
    <NDArray 1x1x3 @cpu(0)>

    References: MXNet 1.9.1 operator col2im.
    """
    geometry = _Geometry(output_size, kernel, stride, dilate, pad)
    _check_columns(data.shape, geometry)
    return _to_image(xp, data, geometry)


def _check_columns(shape, geometry):
    elements = size_of(geometry.kernel)
    if len(shape) != 3 or (shape[1] > 0 and shape[1] % elements):
        raise ShapeError(f"data must have shape (batch, channel * {elements}, windows). Received: {show(shape)}")
    unify(shape[2:], (size_of(geometry.out),), "the number of columns and of windows")


@col2im.infer_shape
def _(data, *, output_size, kernel, stride, dilate, pad):
    if not known(data):
        return (data,), (None,)
    geometry = _Geometry(output_size, kernel, stride, dilate, pad)
    _check_columns(data, geometry)
    return (data,), ((data[0], data[1] // size_of(geometry.kernel), *output_size),)


@col2im.gradient
def _(F, g, *, kernel, stride, dilate, pad):
    return F.im2col(g, kernel=kernel, stride=stride, dilate=dilate, pad=pad)
