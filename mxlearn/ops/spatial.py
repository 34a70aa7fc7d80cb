"""Spatial transformers: reading images along a grid of places that may be learned.

A grid holds, for each pixel of the result, the place to read, as (x, y) from -1 (the center of the first pixel) to 1
(that of the last one).

References: Jaderberg et al. 2015, "Spatial transformer networks".
"""
from typing import Literal

from ..base import ArgumentError, ShapeError
from ..core.attributes import Shape
from ..core.infer import show, unify
from ..core.operator import Like, operator
from ..kernels import bilinear

Transform = Literal["affine", "warp"]


def _check_image(shape, name="data"):
    if shape is not None and len(shape) != 4:
        raise ShapeError(f"{name} must be (batch, channel, height, width). Received: {show(shape)}")


def _check_target(target_shape):
    if len(target_shape) != 2 or min(target_shape) < 1:
        raise ArgumentError(f"target_shape must be (height, width), both positive. Received: {tuple(target_shape)}")


# -- GridGenerator -----------------------------------------------------------------------------------------------------
def _grid_shape(data, *, transform_type, target_shape):
    if transform_type == "affine":
        _check_target(target_shape)
        data = unify(data, (-1, 6), "the shape of the affine matrices, and (batch, 6),")
        return [data], [None if data is None else (data[0], 2, *target_shape)]
    if data is not None and (len(data) != 4 or data[1] not in (2, -1)):
        raise ShapeError(f"for transform_type='warp' data must be (batch, 2, height, width). Received: {show(data)}")
    return [data], [data]


def _axis(xp, count, dtype):
    """Return ``count`` places spread evenly from -1 to 1; the middle where there is one."""
    if count == 1:
        return xp.zeros(1, dtype)
    return xp.arange(count, dtype=dtype) * (2 / (count - 1)) - 1


def _homogeneous(xp, target_shape, dtype):
    """Return (3, height * width): x, y and 1 of each pixel."""
    height, width = target_shape
    y, x = xp.meshgrid(_axis(xp, height, dtype), _axis(xp, width, dtype), indexing="ij")
    return xp.stack([x.reshape(-1), y.reshape(-1), xp.ones(height * width, dtype)])


def _halves(xp, shape, dtype):
    """Return (2, 1, 1): how many pixels make 1 in x and in y."""
    height, width = shape[2:]
    return xp.asarray([max(width - 1, 1) / 2, max(height - 1, 1) / 2], dtype=dtype).reshape(2, 1, 1)


@operator(shape=_grid_shape)
def GridGenerator(xp, data, *, transform_type: Transform, target_shape: Shape = Shape((0, 0))):
    """Make a grid of places for BilinearSampler.

    Parameters
    ----------
    data : for "affine" (batch, 6), the rows of the matrix that takes (x, y, 1) of the result to (x, y) of the source;
        for "warp" (batch, 2, height, width), how far each place is moved in x and y, in pixels
    transform_type : "affine" or "warp"
    target_shape : (height, width) of the result, for "affine"

    Returns
    -------
    (batch, 2, height, width), x and y

    Where an axis of ``target_shape`` has one pixel, it reads the middle, 0; in MXNet it reads NaN.

    >>> mx.nd.GridGenerator(mx.nd.array([[1, 0, 0.5, 0, 1, 0]]), transform_type="affine", target_shape=(1, 3))
    [[[[-0.5  0.5  1.5]]
      [[ 0.   0.   0. ]]]]
    <NDArray 1x2x1x3 @cpu(0)>

    References: MXNet 1.9.1 operator GridGenerator.
    """
    _grid_shape(data.shape, transform_type=transform_type, target_shape=target_shape)
    if transform_type == "affine":
        places = xp.matmul(data.reshape(len(data), 2, 3), _homogeneous(xp, target_shape, data.dtype))
        return places.reshape(len(data), 2, *target_shape)
    height, width = data.shape[2:]
    pixels = xp.stack(xp.meshgrid(xp.arange(width), xp.arange(height))).astype(data.dtype)
    return (data + pixels) / _halves(xp, data.shape, data.dtype) - 1


@GridGenerator.gradient
def _(F, g, data: Like, *, transform_type, target_shape):
    return (F._backward_GridGenerator(g, data, transform_type=transform_type, target_shape=target_shape),)


@operator(
    shape=lambda out_grad, data, **_: ([out_grad, data], [data]),
)
def _backward_GridGenerator(
    xp, out_grad, data: Like, *, transform_type: Transform, target_shape: Shape = Shape((0, 0))
):
    """Return the gradient of GridGenerator, which is linear; of the data only the shape is read.

    >>> attrs = dict(transform_type="affine", target_shape=(1, 2))
    >>> mx.nd._internal._backward_GridGenerator(mx.nd.array([[[[1, 2]], [[0, 0]]]]), mx.nd.zeros((1, 6)), **attrs)
    [[1. 0. 3. 0. 0. 0.]]
    <NDArray 1x6 @cpu(0)>
    """
    if transform_type == "warp":
        return out_grad / _halves(xp, data.shape, out_grad.dtype)
    flat = out_grad.reshape(data.shape[0], 2, target_shape[0] * target_shape[1])
    return xp.matmul(flat, _homogeneous(xp, target_shape, out_grad.dtype).T).reshape(data.shape)


@_backward_GridGenerator.gradient
def _(F, h, data: Like, *, transform_type, target_shape):
    if transform_type == "affine":
        return F.GridGenerator(h, transform_type="affine", target_shape=target_shape), None
    return F._backward_GridGenerator(h, data, transform_type="warp"), None


# -- BilinearSampler ---------------------------------------------------------------------------------------------------
def _sampler_shape(data, grid, **_):
    _check_image(data)
    if grid is not None and (len(grid) != 4 or grid[1] not in (2, -1)):
        raise ShapeError(f"grid must be (batch, 2, height, width). Received: {show(grid)}")
    if data is not None and grid is not None and -1 < data[0] != grid[0] > -1:
        raise ShapeError(f"data and grid must have one batch size. Received: {show(data)} and {show(grid)}")
    if data is None or grid is None:
        return [data, grid], [None]
    return [data, grid], [(*data[:2], *grid[2:])]


def _pixels(grid, shape):
    """Return the places (y, x) of a grid in pixels."""
    height, width = shape[2:]
    return (grid[:, 1] + 1) * ((height - 1) / 2), (grid[:, 0] + 1) * ((width - 1) / 2)


@operator(shape=_sampler_shape)
def BilinearSampler(xp, data, grid, *, cudnn_off: bool | None = None):
    """Read images along grids of places, with bilinear interpolation; outside of the image is 0.

    Parameters
    ----------
    data : (batch, channel, height, width), floating
    grid : (batch, 2, out_height, out_width), the places (x, y) from -1 to 1
    cudnn_off : accepted and ignored

    Returns
    -------
    (batch, channel, out_height, out_width)

    >>> data, grid = mx.nd.array([[[[1, 2, 3]]]]), mx.nd.array([[[[-1, 0.5]], [[0, 0]]]])
    >>> mx.nd.BilinearSampler(data, grid)
    [[[[1.  2.5]]]]
    <NDArray 1x1x1x2 @cpu(0)>

    References: MXNet 1.9.1 operator BilinearSampler; Jaderberg et al. 2015, equation 5.
    """
    _sampler_shape(data.shape, grid.shape)
    return bilinear.read(xp, data, *_pixels(grid, data.shape))


@BilinearSampler.gradient
def _(F, g, data, grid):
    return tuple(F._backward_BilinearSampler(g, data, grid))


@operator(
    outputs=("data_grad", "grid_grad"),
    shape=lambda out_grad, data, grid: ([out_grad, data, grid], [data, grid]),
)
def _backward_BilinearSampler(xp, out_grad, data, grid):
    """Return the gradients of BilinearSampler with respect to data and grid.

    >>> data, grid = mx.nd.array([[[[1, 2, 4]]]]), mx.nd.array([[[[0.5]], [[0]]]])
    >>> grads = mx.nd._internal._backward_BilinearSampler(mx.nd.ones((1, 1, 1, 1)), data, grid)
    >>> [grad.asnumpy().tolist() for grad in grads]
    [[[[[0.0, 0.5, 0.5]]]], [[[[2.0]], [[0.0]]]]]
    """
    height, width = data.shape[2:]
    to_data, to_y, to_x = bilinear.gradients(xp, out_grad, data, *_pixels(grid, data.shape))
    return to_data, xp.stack([to_x * ((width - 1) / 2), to_y * ((height - 1) / 2)], axis=1).astype(grid.dtype)


# -- SpatialTransformer ------------------------------------------------------------------------------------------------
def _transformer_shape(data, loc, *, target_shape, **_):
    _check_target(target_shape)
    _check_image(data)
    loc = unify(loc, (-1 if data is None else data[0], 6), "the shape of loc, and (batch, 6),")
    return [data, loc], [None if data is None else (*data[:2], *target_shape)]


@operator(shape=_transformer_shape)
def SpatialTransformer(
    xp,
    data,
    loc,
    *,
    target_shape: Shape = Shape((0, 0)),
    transform_type: Literal["affine"],
    sampler_type: Literal["bilinear"],
    cudnn_off: bool | None = None,
):
    """Read images along grids that affine maps give: GridGenerator and BilinearSampler in one.

    Parameters
    ----------
    data : (batch, channel, height, width), floating
    loc : (batch, 6), the rows of the matrix that takes (x, y, 1) of the result to (x, y) of the source
    target_shape : (height, width) of the result
    transform_type : "affine"
    sampler_type : "bilinear"
    cudnn_off : accepted and ignored

    Returns
    -------
    (batch, channel, \\*target_shape)

    >>> data, half = mx.nd.array([[[[1, 2, 3]]]]), mx.nd.array([[0.5, 0, 0, 0, 1, 0]])
    >>> attrs = dict(transform_type="affine", sampler_type="bilinear")
    >>> mx.nd.SpatialTransformer(data, half, target_shape=(1, 2), **attrs)
    [[[[1.5 2.5]]]]
    <NDArray 1x1x1x2 @cpu(0)>

    References: MXNet 1.9.1 operator SpatialTransformer; Jaderberg et al. 2015.
    """
    _transformer_shape(data.shape, loc.shape, target_shape=target_shape)
    grid = GridGenerator.kernel(xp, loc, transform_type="affine", target_shape=target_shape)
    return BilinearSampler.kernel(xp, data, grid)


@SpatialTransformer.gradient
def _(F, g, data, loc, *, target_shape):
    attrs = dict(transform_type="affine", target_shape=target_shape)
    data_grad, grid_grad = F._backward_BilinearSampler(g, data, F.GridGenerator(loc, **attrs))
    return data_grad, F._backward_GridGenerator(grid_grad, loc, **attrs)
