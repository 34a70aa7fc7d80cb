"""Correlation of two feature maps over a neighborhood of displacements, as FlowNet has it."""
from ..base import ArgumentError, ShapeError
from ..core.infer import show, unify
from ..core.operator import operator


def _geometry(shape, kernel_size, max_displacement, stride1, stride2, pad_size):
    """Return (displacements, out_height, out_width)."""
    if kernel_size % 2 == 0 or kernel_size < 1:
        raise ArgumentError(f"kernel_size must be odd. Received: {kernel_size}")
    if min(stride1, stride2) < 1 or min(max_displacement, pad_size) < 0:
        raise ArgumentError(
            "strides must be positive, max_displacement and pad_size not negative. "
            f"Received: {stride1}, {stride2}, {max_displacement} and {pad_size}"
        )
    steps = range(-(max_displacement // stride2) * stride2, max_displacement + 1, stride2)
    border = max_displacement + kernel_size // 2
    sizes = [-(-(n + 2 * pad_size - 2 * border) // stride1) if n >= 0 else -1 for n in shape[2:]]
    if any(n >= 0 and size < 1 for n, size in zip(shape[2:], sizes, strict=True)):
        raise ShapeError(
            f"data {show(shape)} are too small for max_displacement {max_displacement} and kernel_size {kernel_size}."
            "\n  Use a larger pad_size."
        )
    return [(down, across) for down in steps for across in steps], *sizes


def _correlation_shape(data1, data2, *, is_multiply, **geometry):
    shape = unify(data1, data2, "the shapes of data1 and data2")
    if shape is None:
        return [None, None], [None]
    if len(shape) != 4:
        raise ShapeError(f"data must be (batch, channel, height, width). Received: {show(shape)}")
    displacements, height, width = _geometry(shape, **geometry)
    return [shape, shape], [(shape[0], len(displacements), height, width)]


class _Windows:
    """The windows that Correlation compares: for each result its window in data1, moved by each displacement in data2.

    The maps are padded; ``first`` gives the part of a map that the pixel (i, j) of all windows reads, ``second`` the
    same moved.
    """

    def __init__(self, xp, shape, *, kernel_size, max_displacement, stride1, stride2, pad_size):
        geometry = kernel_size, max_displacement, stride1, stride2, pad_size
        self.displacements, self.height, self.width = _geometry(shape, *geometry)
        self.xp = xp
        self.shape = shape
        self.pad = pad_size
        self.stride = stride1
        self.start = max_displacement
        self.pixels = [(i, j) for i in range(kernel_size) for j in range(kernel_size)]
        self.count = kernel_size**2 * max(shape[1], 1)

    def padded(self, data):
        pad = (self.pad, self.pad)
        return self.xp.pad(data, ((0, 0), (0, 0), pad, pad))

    def inside(self, padded):
        rows, columns = (slice(self.pad, self.pad + n) for n in self.shape[2:])
        return padded[:, :, rows, columns].copy()

    def part(self, pixel, displacement=(0, 0)):
        """Return the index of what one pixel of all windows reads, moved by a displacement."""
        slices = []
        for offset, move, size in zip(pixel, displacement, (self.height, self.width), strict=True):
            first = self.start + offset + move
            slices.append(slice(first, first + (size - 1) * self.stride + 1, self.stride))
        return (slice(None), slice(None), *slices)


@operator(shape=_correlation_shape)
def Correlation(
    xp,
    data1,
    data2,
    *,
    kernel_size: int = 1,
    max_displacement: int = 1,
    stride1: int = 1,
    stride2: int = 1,
    pad_size: int = 0,
    is_multiply: bool = True,
):
    """Compare the windows of one feature map with those of another, moved by each displacement.

    Parameters
    ----------
    data1, data2 : (batch, channel, height, width), floating
    kernel_size : int, edge of a window in pixels, odd
    max_displacement : int, how far windows of ``data2`` are moved, up, down, left and right
    stride1 : int, distance of the windows
    stride2 : int, distance of the displacements
    pad_size : int, pixels of zeros around both maps
    is_multiply : bool, whether windows are compared by the mean of their products; otherwise by the mean of their
        absolute differences

    Returns
    -------
    (batch, displacements, out_height, out_width), displacements in row-major order

    >>> x = mx.nd.array([[[[1, 2, 3]]]])
    >>> mx.nd.Correlation(x, x, max_displacement=0)
    [[[[1. 4. 9.]]]]
    <NDArray 1x1x1x3 @cpu(0)>

    References: MXNet 1.9.1 operator Correlation; Dosovitskiy et al. 2015, "FlowNet", section 3.
    """
    _correlation_shape(
        data1.shape,
        data2.shape,
        kernel_size=kernel_size,
        max_displacement=max_displacement,
        stride1=stride1,
        stride2=stride2,
        pad_size=pad_size,
        is_multiply=is_multiply,
    )
    windows = _Windows(
        xp,
        data1.shape,
        kernel_size=kernel_size,
        max_displacement=max_displacement,
        stride1=stride1,
        stride2=stride2,
        pad_size=pad_size,
    )
    first, second = windows.padded(data1), windows.padded(data2)
    maps = []
    for displacement in windows.displacements:
        total = 0
        for pixel in windows.pixels:
            a, b = first[windows.part(pixel)], second[windows.part(pixel, displacement)]
            total = total + (a * b if is_multiply else abs(a - b)).sum(axis=1)
        maps.append(total / windows.count)
    return xp.stack(maps, axis=1).astype(data1.dtype, copy=False)


@Correlation.gradient
def _(F, g, data1, data2, **attrs):
    return tuple(F._backward_Correlation(g, data1, data2, **attrs))


@operator(
    outputs=("data1_grad", "data2_grad"),
    shape=lambda out_grad, data1, data2, **_: ([out_grad, data1, data2], [data1, data2]),
)
def _backward_Correlation(
    xp,
    out_grad,
    data1,
    data2,
    *,
    kernel_size: int = 1,
    max_displacement: int = 1,
    stride1: int = 1,
    stride2: int = 1,
    pad_size: int = 0,
    is_multiply: bool = True,
):
    """Return the gradients of Correlation with respect to both maps.

    >>> x, grad = mx.nd.array([[[[1, 2]]]]), mx.nd.ones((1, 1, 1, 2))
    >>> [g.asnumpy().tolist() for g in mx.nd._internal._backward_Correlation(grad, x, x + 2, max_displacement=0)]
    [[[[[3.0, 4.0]]]], [[[[1.0, 2.0]]]]]
    """
    windows = _Windows(
        xp,
        data1.shape,
        kernel_size=kernel_size,
        max_displacement=max_displacement,
        stride1=stride1,
        stride2=stride2,
        pad_size=pad_size,
    )
    first, second = windows.padded(data1), windows.padded(data2)
    to_first, to_second = xp.zeros(first.shape, first.dtype), xp.zeros(second.shape, second.dtype)
    for index, displacement in enumerate(windows.displacements):
        grad = out_grad[:, index, None] / windows.count
        for pixel in windows.pixels:
            here, there = windows.part(pixel), windows.part(pixel, displacement)
            a, b = first[here], second[there]
            if is_multiply:
                to_first[here] += grad * b
                to_second[there] += grad * a
            else:
                sign = xp.where(a >= b, grad, -grad)
                to_first[here] += sign
                to_second[there] -= sign
    return windows.inside(to_first), windows.inside(to_second)
