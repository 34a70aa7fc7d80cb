"""Operators that bring images to a given size: contrib.AdaptiveAvgPooling2D and contrib.BilinearResize2D."""
from typing import Literal

from ..base import ArgumentError, ShapeError
from ..core.attributes import Shape
from ..core.infer import show
from ..core.operator import Like, operator
from ..kernels import resize


def _check_image(data):
    if len(data) != 4:
        raise ShapeError(f"data must be (batch, channel, height, width). Received: {show(data)}")


# -- AdaptiveAvgPooling2D ----------------------------------------------------------------------------------------------
def _adaptive_size(output_size):
    size = tuple(output_size) or (1,)
    if len(size) > 2 or min(size) < 1:
        raise ArgumentError(f"output_size must be one or two positive integers. Received: {size}")
    return size * 2 if len(size) == 1 else size


def _adaptive_matrices(shape, output_size):
    return [resize.adaptive_mean_matrix(n, m) for n, m in zip(shape[2:], _adaptive_size(output_size), strict=True)]


def _adaptive_shape(data, *, output_size):
    size = _adaptive_size(output_size)
    if data is None:
        return [data], [data]
    _check_image(data)
    return [data], [(*data[:2], *size)]


@operator(shape=_adaptive_shape)
def _contrib_AdaptiveAvgPooling2D(xp, data, *, output_size: Shape = Shape()):
    """Take means over windows that are chosen to give a result of a wanted size.

    Parameters
    ----------
    data : (batch, channel, height, width), floating
    output_size : (height, width) of the result; one number serves both, none is 1

    Returns
    -------
    (batch, channel, \\*output_size)

    >>> mx.nd.contrib.AdaptiveAvgPooling2D(mx.nd.array([[[[1, 2, 3], [5, 6, 7]]]]), output_size=(1, 2))
    [[[[3.5 4.5]]]]
    <NDArray 1x1x1x2 @cpu(0)>
    """
    _adaptive_shape(data.shape, output_size=output_size)
    return resize.apply(xp, data, *_adaptive_matrices(data.shape, output_size))


@_contrib_AdaptiveAvgPooling2D.gradient
def _(F, g, data: Like, *, output_size):
    return (F._backward_contrib_AdaptiveAvgPooling2D(g, data, output_size=output_size),)


@operator(shape=lambda out_grad, data, **_: ([out_grad, data], [data]))
def _backward_contrib_AdaptiveAvgPooling2D(xp, out_grad, data: Like, *, output_size: Shape = Shape()):
    """Return the gradient of AdaptiveAvgPooling2D; of the data only the shape is read.

    >>> mx.nd._internal._backward_contrib_AdaptiveAvgPooling2D(mx.nd.ones((1, 1, 1, 1)), mx.nd.zeros((1, 1, 1, 2)))
    [[[[0.5 0.5]]]]
    <NDArray 1x1x1x2 @cpu(0)>
    """
    rows, columns = _adaptive_matrices(data.shape, output_size)
    return resize.apply(xp, out_grad, rows.T, columns.T)


@_backward_contrib_AdaptiveAvgPooling2D.gradient
def _(F, h, *, output_size):
    return F._contrib_AdaptiveAvgPooling2D(h, output_size=output_size), None


# -- BilinearResize2D --------------------------------------------------------------------------------------------------
Mode = Literal["like", "odd_scale", "size", "to_even_down", "to_even_up", "to_odd_down", "to_odd_up"]


def _resized(extent, wanted, scale, mode):
    """Return the new extent of one axis."""
    odd = extent % 2
    if mode == "size":
        return wanted if scale is None else int(extent * scale)
    if mode == "odd_scale":
        if scale is None:
            raise ArgumentError("mode='odd_scale' needs scale_height and scale_width")
        return int((extent - 1) * scale) + 1 if odd else int(extent * scale)
    return extent + {"to_even_down": -odd, "to_even_up": odd, "to_odd_down": odd - 1, "to_odd_up": 1 - odd}[mode]


def _bilinear_size(data, like, height, width, scale_height, scale_width, mode):
    _check_image(data)
    if mode == "like":
        _check_image(like)
        size = tuple(like[2:])
    else:
        size = _resized(data[2], height, scale_height, mode), _resized(data[3], width, scale_width, mode)
    if min(size) < 1 or 0 in data[2:]:
        raise ShapeError(f"data {show(data)} cannot be resized to height and width {size}")
    return size


def _bilinear_shape(data, like=None, *, height, width, scale_height, scale_width, mode, **_):
    inputs = [data, like] if mode == "like" else [data]
    if data is None or min(data) < 0 or (mode == "like" and (like is None or min(like) < 0)):
        return inputs, [None]
    return inputs, [(*data[:2], *_bilinear_size(data, like, height, width, scale_height, scale_width, mode))]


def _bilinear_matrices(data, like, height, width, scale_height, scale_width, mode, align_corners):
    shape = None if like is None else like.shape
    size = _bilinear_size(data.shape, shape, height, width, scale_height, scale_width, mode)
    return [resize.bilinear_matrix(n, m, align_corners) for n, m in zip(data.shape[2:], size, strict=True)]


@operator(shape=_bilinear_shape, active_inputs=lambda attrs: 2 if attrs["mode"] == "like" else 1)
def _contrib_BilinearResize2D(
    xp,
    data,
    like: Like = None,  # pyright: ignore[reportArgumentType]
    *,
    height: int = 1,
    width: int = 1,
    scale_height: float | None = None,
    scale_width: float | None = None,
    mode: Mode = "size",
    align_corners: bool = True,
):
    """Resize images by bilinear interpolation.

    Parameters
    ----------
    data : (batch, channel, height, width), floating
    like : an image whose height and width the result gets, with ``mode="like"``
    height, width : int, size of the result, with ``mode="size"``
    scale_height, scale_width : float or None, factors in place of height and width
    mode : "size"; "odd_scale": odd extents n become (n - 1) * scale + 1; "like"; "to_even_down", "to_even_up",
        "to_odd_down", "to_odd_up": the next extent of that kind
    align_corners : bool, whether the centers of the corner pixels stay in place, rather than the edges of the image

    >>> mx.nd.contrib.BilinearResize2D(mx.nd.array([[[[1, 2]]]]), height=1, width=3)
    [[[[1.  1.5 2. ]]]]
    <NDArray 1x1x1x3 @cpu(0)>
    """
    matrices = _bilinear_matrices(data, like, height, width, scale_height, scale_width, mode, align_corners)
    return resize.apply(xp, data, *matrices)


@_contrib_BilinearResize2D.gradient
def _(F, g, data: Like, like: Like, *, height, width, scale_height, scale_width, mode, align_corners):
    images = (data, like) if mode == "like" else (data,)
    grad = F._backward_contrib_BilinearResize2D(
        g,
        *images,
        height=height,
        width=width,
        scale_height=scale_height,
        scale_width=scale_width,
        mode=mode,
        align_corners=align_corners,
    )
    return grad, None


@operator(
    shape=lambda out_grad, data, like=None, *, mode, **_: (
        [out_grad, data, like] if mode == "like" else [out_grad, data],
        [data],
    ),
    active_inputs=lambda attrs: 3 if attrs["mode"] == "like" else 2,
)
def _backward_contrib_BilinearResize2D(
    xp,
    out_grad,
    data: Like,
    like: Like = None,  # pyright: ignore[reportArgumentType]
    *,
    height: int = 1,
    width: int = 1,
    scale_height: float | None = None,
    scale_width: float | None = None,
    mode: Mode = "size",
    align_corners: bool = True,
):
    """Return the gradient of BilinearResize2D; of the images only the shapes are read.

    >>> grad, image = mx.nd.ones((1, 1, 1, 3)), mx.nd.zeros((1, 1, 1, 2))
    >>> mx.nd._internal._backward_contrib_BilinearResize2D(grad, image, width=3)
    [[[[1.5 1.5]]]]
    <NDArray 1x1x1x2 @cpu(0)>
    """
    rows, columns = _bilinear_matrices(
        data, like, height, width, scale_height, scale_width, mode, align_corners
    )
    return resize.apply(xp, out_grad, rows.T, columns.T)


@_backward_contrib_BilinearResize2D.gradient
def _(F, h, like: Like, *, height, width, scale_height, scale_width, mode, align_corners):
    images = (h, like) if mode == "like" else (h,)
    again = F._contrib_BilinearResize2D(
        *images,
        height=height,
        width=width,
        scale_height=scale_height,
        scale_width=scale_width,
        mode=mode,
        align_corners=align_corners,
    )
    return again, None, None
