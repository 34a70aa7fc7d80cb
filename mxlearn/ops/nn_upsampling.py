"""UpSampling: images enlarged by an integer factor."""
from typing import Any, Literal

from ..base import ArgumentError, ShapeError
from ..core.infer import show, unify
from ..core.operator import operator
from ..kernels import convolution, pooling


def _bilinear_window(scale):
    """Return (kernel, stride, pad) of the deconvolution that bilinear upsampling is."""
    kernel, pad = 2 * scale - scale % 2, (scale + 1) // 2 - scale % 2
    return (kernel, kernel), (scale, scale), (pad, pad)


def _upsampling_shape(*data, scale, num_filter, sample_type, multi_input_mode, **_):
    if scale < 1:
        raise ArgumentError(f"scale must be at least 1. Received: {scale}")
    shapes = list(data)
    if not shapes or shapes[0] is None:
        return shapes, [None]
    first = shapes[0]
    if len(first) != 4:
        raise ShapeError(f"data must be (batch, channel, height, width). Received: {show(first)}")
    size = tuple(-1 if n < 0 else n * scale for n in first[2:])
    if sample_type == "bilinear":
        if len(shapes) != 2:
            raise ArgumentError(f"sample_type='bilinear' takes data and weight. Received: {len(shapes)} arrays")
        weight = (first[1], 1, *_bilinear_window(scale)[0])
        shapes[1] = unify(shapes[1], weight, "the expected and the received shape of weight")
        return shapes, [(*first[:2], *size)]
    channels = 0
    for shape in shapes:
        if shape is None or min(shape) < 0 or min(size) < 0:
            return shapes, [(first[0], -1 if len(shapes) > 1 else first[1], *size)]
        if len(shape) != 4 or any(n == 0 or big % n for n, big in zip(shape[2:], size, strict=True) if big):
            raise ShapeError(f"the result is {size[0]} x {size[1]}, not a multiple of an input {show(shape)}")
        channels += shape[1]
    if multi_input_mode == "sum":
        channels = first[1]
        for shape in shapes:
            unify(first[:2], shape[:2], "batch and channels of summed inputs")
    return shapes, [(first[0], channels, *size)]


@operator(shape=_upsampling_shape)
def UpSampling(
    xp,
    *data,
    scale: int,
    num_filter: int = 0,
    sample_type: Literal["bilinear", "nearest"],
    multi_input_mode: Literal["concat", "sum"] = "concat",
    workspace: int = 512,
):
    """Enlarge images by an integer factor.

    Parameters
    ----------
    data : one or more (batch, channel, height, width), floating. With "nearest", all are enlarged to ``scale`` times
        the size of the first; with "bilinear", one image and its weight (channel, 1, k, k), k = 2 scale - scale % 2
    scale : int
    sample_type : "nearest": repeat each pixel; "bilinear": a deconvolution of each channel with the weight, which
        initializer.Bilinear fills
    multi_input_mode : "concat" along channels, or "sum"; for "nearest"
    num_filter, workspace : accepted and ignored

    Returns
    -------
    (batch, channels, scale * height, scale * width)

    >>> mx.nd.UpSampling(mx.nd.array([[[[1, 2]]]]), scale=2, sample_type="nearest")
    [[[[1. 1. 2. 2.]
       [1. 1. 2. 2.]]]]
    <NDArray 1x1x2x4 @cpu(0)>
    """
    shapes = [x.shape for x in data]
    _upsampling_shape(
        *shapes, scale=scale, num_filter=num_filter, sample_type=sample_type, multi_input_mode=multi_input_mode
    )
    if sample_type == "bilinear":
        return _bilinear(xp, data[0], data[1], scale)
    size = tuple(n * scale for n in shapes[0][2:])
    enlarged = [_repeat(x, [big // n if n else 1 for n, big in zip(x.shape[2:], size, strict=True)]) for x in data]
    if len(enlarged) == 1:
        return enlarged[0]
    return xp.concatenate(enlarged, axis=1) if multi_input_mode == "concat" else sum(enlarged[1:], enlarged[0])


def _repeat(image, factors):
    return image.repeat(factors[0], axis=2).repeat(factors[1], axis=3)


def _bilinear(xp, image, weight, scale):
    kernel, stride, pad = _bilinear_window(scale)
    size = tuple(n * scale for n in image.shape[2:])
    return convolution.convolution_data_gradient(
        xp, image, weight, size=size, stride=stride, dilate=(1, 1), pad=pad, groups=image.shape[1]
    )


@UpSampling.gradient
def _(F, g, data, *, scale, sample_type, multi_input_mode):
    if sample_type == "bilinear":
        return tuple(F._backward_UpSampling_bilinear(g, *data, scale=scale))
    if len(data) == 1:
        window = (scale, scale)
        return (F.Pooling(g, kernel=window, stride=window, pool_type="sum"),)
    return tuple(F._backward_UpSampling(g, *data, count=len(data), scale=scale, multi_input_mode=multi_input_mode))


@operator(
    outputs=lambda attrs: attrs["count"],
    shape=lambda *arrays, **_: (list(arrays), list(arrays[1:])),
    dtype=lambda *arrays, **_: (list(arrays), list(arrays[1:])),
)
def _backward_UpSampling(xp, *arrays, count: int, scale: int, multi_input_mode: Literal["concat", "sum"] = "concat"):
    """Return the gradients of UpSampling "nearest" of several images: each gradient summed over the repeated pixels.

    Parameters
    ----------
    arrays : the output gradient, then the images, of which only the shapes are read
    count : int, number of images

    >>> grad, image = mx.nd.ones((1, 2, 2, 2)), mx.nd.zeros((1, 1, 1, 1))
    >>> [float(g.asscalar()) for g in mx.nd._internal._backward_UpSampling(grad, image, image, count=2, scale=2)]
    [4.0, 4.0]
    """
    grad, *images = arrays
    grads, first = [], 0
    for image in images:
        channels = image.shape[1]
        part = grad[:, first : first + channels] if multi_input_mode == "concat" else grad
        first += channels
        window = tuple(big // n if n else 1 for n, big in zip(image.shape[2:], grad.shape[2:], strict=True))
        grads.append(pooling.pooling(xp, part, kernel=window, stride=window, pad=(0, 0), pool_type="sum"))
    return tuple(grads)


@_backward_UpSampling.gradient
def _(F, h, *, count, scale, multi_input_mode):
    return (F.UpSampling(*h, scale=scale, sample_type="nearest", multi_input_mode=multi_input_mode), *[None] * count)


@operator(
    outputs=("data_grad", "weight_grad"),
    shape=lambda out_grad, data, weight, **_: ([out_grad, data, weight], [data, weight]),
)
def _backward_UpSampling_bilinear(xp, out_grad, data, weight, *, scale: int):
    """Return the gradients of UpSampling "bilinear" with respect to the image and the weight.

    >>> one = mx.nd.ones((1, 1, 1, 1))
    >>> grads = mx.nd._internal._backward_UpSampling_bilinear(one, one, one, scale=1)
    >>> [float(g.asscalar()) for g in grads]
    [1.0, 1.0]
    """
    kernel, stride, pad = _bilinear_window(scale)
    options: dict[str, Any] = dict(stride=stride, dilate=(1, 1), pad=pad, groups=data.shape[1])
    return (
        convolution.convolution(xp, out_grad, weight, **options),
        convolution.convolution_weight_gradient(xp, data, out_grad, kernel=kernel, **options),
    )
