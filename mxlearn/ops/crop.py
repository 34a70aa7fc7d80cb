"""Crop: cut a window out of images, given as numbers or as large as another array."""
from ..base import ShapeError
from ..core.attributes import Shape
from ..core.infer import show
from ..core.operator import Like, operator


@operator()
def Crop(xp, *data, offset: Shape = Shape((0, 0)), h_w: Shape = Shape((0, 0)), center_crop: bool = False):
    """Cut a rectangle out of images.

    Parameters
    ----------
    data : images (batch, channel, height, width), and optionally an array whose height and width the result gets
    offset : (y, x) of the upper left corner, in pixels
    h_w : (height, width) of the result where no second array is given, in pixels
    center_crop : bool, take the middle instead of ``offset``

    Returns
    -------
    (batch, channel, out_height, out_width)

    >>> mx.nd.Crop(mx.nd.zeros((1, 2, 5, 5)), h_w=(2, 3), num_args=1).shape
    (1, 2, 2, 3)

    References: MXNet 1.9.1 operator Crop.
    """
    return data[0][_window([x.shape for x in data], offset, h_w, center_crop)].copy()


def _window(shapes, offset, h_w, center_crop):
    height, width = shapes[1][2:4] if len(shapes) == 2 else h_w
    rows, columns = shapes[0][2:4]
    y, x = ((rows - height) // 2, (columns - width) // 2) if center_crop else offset
    if len(shapes[0]) != 4 or y < 0 or x < 0 or y + height > rows or x + width > columns:
        raise ShapeError(f"a window of {height} x {width} at {(y, x)} does not fit into data of {show(shapes[0])}")
    return (slice(None), slice(None), slice(y, y + height), slice(x, x + width))


@Crop.infer_shape
def _(*data, offset, h_w, center_crop):
    if data[0] is None or data[-1] is None:
        return data, (None,)
    index = _window(data, offset, h_w, center_crop)
    return data, ((*data[0][:2], index[2].stop - index[2].start, index[3].stop - index[3].start),)


@Crop.gradient
def _(F, g, data: Like, *, offset, h_w, center_crop):
    likes: tuple = data  # type: ignore[assignment]  # of a variadic input a rule gets all, as a tuple
    return F._crop_backward(g, *likes, offset=offset, h_w=h_w, center_crop=center_crop), None


@operator()
def _crop_backward(
    xp,
    *inputs,
    offset: Shape = Shape((0, 0)),
    h_w: Shape = Shape((0, 0)),
    center_crop: bool = False,
):
    """Write the gradient, the first input, into the window of zeros that Crop reads; the others are Crop's inputs.

    >>> image = mx.nd.zeros((1, 1, 1, 2))
    >>> mx.nd._internal._crop_backward(mx.nd.ones((1, 1, 1, 1)), image, h_w=(1, 1))
    [[[[1. 0.]]]]
    <NDArray 1x1x1x2 @cpu(0)>
    """
    g, *data = inputs
    out = xp.zeros(data[0].shape, g.dtype)
    out[_window([x.shape for x in data], offset, h_w, center_crop)] = g
    return out


@_crop_backward.infer_shape
def _(*inputs, offset, h_w, center_crop):
    return inputs, (inputs[1],)


@_crop_backward.gradient
def _(F, g, inputs: Like, *, offset, h_w, center_crop):
    likes: tuple = inputs  # type: ignore[assignment]
    return (F.Crop(g, *likes[2:], offset=offset, h_w=h_w, center_crop=center_crop), *(None,) * (len(likes) - 1))
