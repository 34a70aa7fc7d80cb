"""Augmenters of colors, for floating images of values 0 to 255.

References: MXNet 1.9.1 module mxnet.image.
"""
import math
import random

import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError
from ..kernels.image import LUMA
from ..ndarray import NDArray
from .augmenters import Augmenter, CastAug, RandomOrderAug
from .pixels import color_normalize

__all__ = [
    "BrightnessJitterAug",
    "ColorJitterAug",
    "ColorNormalizeAug",
    "ContrastJitterAug",
    "HueJitterAug",
    "LightingAug",
    "RandomGrayAug",
    "SaturationJitterAug",
]

IMAGENET_MEAN = np.array([123.68, 116.28, 103.53])
IMAGENET_STD = np.array([58.395, 57.12, 57.375])
IMAGENET_EIGVAL = np.array([55.46, 4.794, 1.148])
IMAGENET_EIGVEC = np.array(
    [[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]]
)
TO_YIQ = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.321], [0.211, -0.523, 0.311]])
FROM_YIQ = np.array([[1.0, 0.956, 0.621], [1.0, -0.272, -0.647], [1.0, -1.107, 1.705]])
GRAYS = (0.21, 0.72, 0.07)  # shares of red, green and blue in RandomGrayAug


class BrightnessJitterAug(Augmenter):
    """Multiply all values by 1 + x, x drawn between -``brightness`` and ``brightness``.

    References: MXNet 1.9.1 class mxnet.image.BrightnessJitterAug.
    """

    def __init__(self, brightness: float):
        super().__init__(brightness=brightness)
        self.brightness = brightness

    def __call__(self, src):
        return src * (1.0 + random.uniform(-self.brightness, self.brightness))


class _LumaAug(Augmenter):
    """What contrast and saturation have in common: the luma of each pixel."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.coef = nd.array([[LUMA]])                                         # (1, 1, channel)

    def _luma(self, src):
        coef = self.coef if src.context == self.coef.context else self.coef.as_in_context(src.context)
        if src.dtype != np.float32:
            coef = coef.astype(src.dtype)
        return nd.sum(nd.broadcast_mul(_plain(src), coef), axis=2, keepdims=True)  # (height, width, 1)


def _plain(src):
    """Return an image as the operators of mx.nd take it."""
    return src.as_nd_ndarray()


def _as(result, src):
    """Return the result in the class of the source."""
    return result if type(result) is type(src) else result.as_np_ndarray()


class ContrastJitterAug(_LumaAug):
    """Move all values away from the mean luma by the factor 1 + x, x drawn between -``contrast`` and ``contrast``.

    References: MXNet 1.9.1 class mxnet.image.ContrastJitterAug.
    """

    def __init__(self, contrast: float):
        super().__init__(contrast=contrast)
        self.contrast = contrast

    def __call__(self, src):
        alpha = 1.0 + random.uniform(-self.contrast, self.contrast)
        level = nd.mean(self._luma(src)).reshape((1, 1, 1)) * (1.0 - alpha)
        return _as(nd.broadcast_add(_plain(src) * alpha, level), src)


class SaturationJitterAug(_LumaAug):
    """Move each value away from its pixel's luma by 1 + x, x drawn between -``saturation`` and ``saturation``.

    References: MXNet 1.9.1 class mxnet.image.SaturationJitterAug.
    """

    def __init__(self, saturation: float):
        super().__init__(saturation=saturation)
        self.saturation = saturation

    def __call__(self, src):
        alpha = 1.0 + random.uniform(-self.saturation, self.saturation)
        return _as(nd.broadcast_add(_plain(src) * alpha, self._luma(src) * (1.0 - alpha)), src)


def _recolored(src, matrix: np.ndarray):
    """Return an image whose colors are multiplied by a matrix (channel in, channel out)."""
    return _as(nd.dot(_plain(src), nd.array(matrix, ctx=src.context, dtype=src.dtype)), src)


class HueJitterAug(Augmenter):
    """Turn the hue by x half circles in the YIQ color space, x drawn between -``hue`` and ``hue``.

    References: MXNet 1.9.1 class mxnet.image.HueJitterAug.
    """

    def __init__(self, hue: float):
        super().__init__(hue=hue)
        self.hue = hue
        self.tyiq = TO_YIQ
        self.ityiq = FROM_YIQ

    def __call__(self, src):
        angle = random.uniform(-self.hue, self.hue) * math.pi
        cos, sin = math.cos(angle), math.sin(angle)
        turn = np.array([[1.0, 0.0, 0.0], [0.0, cos, -sin], [0.0, sin, cos]])
        return _recolored(src, (self.ityiq @ turn @ self.tyiq).T)


class ColorJitterAug(RandomOrderAug):
    """Change brightness, contrast and saturation in random order; 0 leaves one alone.

    References: MXNet 1.9.1 class mxnet.image.ColorJitterAug.
    """

    def __init__(self, brightness: float, contrast: float, saturation: float):
        ts: list[Augmenter] = []
        if brightness > 0:
            ts.append(BrightnessJitterAug(brightness))
        if contrast > 0:
            ts.append(ContrastJitterAug(contrast))
        if saturation > 0:
            ts.append(SaturationJitterAug(saturation))
        super().__init__(ts)


class LightingAug(Augmenter):
    """Add the principal components of the colors, each times its root eigenvalue and a normal random number.

    Parameters
    ----------
    alphastd : standard deviation of the random numbers
    eigval : (3,) roots of the eigenvalues
    eigvec : (3, 3) components, in columns

    References: Krizhevsky et al. 2012, section 4.1; MXNet 1.9.1 class mxnet.image.LightingAug.
    """

    def __init__(self, alphastd: float, eigval, eigvec):
        super().__init__(alphastd=alphastd, eigval=eigval, eigvec=eigvec)
        self.alphastd = alphastd
        self.eigval = eigval
        self.eigvec = eigvec

    def __call__(self, src):
        alpha = np.random.normal(0, self.alphastd, size=(3,))
        shift = np.dot(np.asarray(self.eigvec) * alpha, self.eigval)
        shift = nd.array(shift.reshape(1, 1, 3), ctx=src.context, dtype=src.dtype)
        return _as(nd.broadcast_add(_plain(src), shift), src)


class ColorNormalizeAug(Augmenter):
    """Subtract a mean color and divide by a standard deviation; None leaves that out.

    References: MXNet 1.9.1 class mxnet.image.ColorNormalizeAug.
    """

    def __init__(self, mean, std):
        super().__init__(mean=mean, std=std)
        self.mean = mean if mean is None or isinstance(mean, NDArray) else nd.array(mean)
        self.std = std if std is None or isinstance(std, NDArray) else nd.array(std)

    def __call__(self, src):
        return _as(color_normalize(_plain(src), self.mean, self.std), src)


class RandomGrayAug(Augmenter):
    """Turn colors to grays with probability ``p``.

    References: MXNet 1.9.1 class mxnet.image.RandomGrayAug.
    """

    def __init__(self, p: float):
        super().__init__(p=p)
        self.p = p
        self.mat = nd.array([[share] * 3 for share in GRAYS])

    def __call__(self, src):
        return _recolored(src, self.mat.asnumpy()) if random.random() < self.p else src


def color_augmenters(
    mean, std, brightness: float, contrast: float, saturation: float, hue: float, pca_noise: float, rand_gray: float
) -> list[Augmenter]:
    """Return the augmenters of colors, in MXNet's order, which begin with CastAug."""
    made: list[Augmenter] = [CastAug()]
    if brightness or contrast or saturation:
        made.append(ColorJitterAug(brightness, contrast, saturation))
    if hue:
        made.append(HueJitterAug(hue))
    if pca_noise > 0:
        made.append(LightingAug(pca_noise, IMAGENET_EIGVAL, IMAGENET_EIGVEC))
    if rand_gray > 0:
        made.append(RandomGrayAug(rand_gray))
    if mean is not None or std is not None:
        made.append(ColorNormalizeAug(mean, std))
    return made


def statistic(value, imagenet, name: str):
    """Return the mean or the standard deviation that a parameter asks for: an array, or None."""
    if value is None or value is False:
        return None
    if value is True:
        return imagenet
    if np.shape(value) not in ((1,), (3,)):
        raise ArgumentError(f"{name} must be True (that of ImageNet), None, or one or three numbers. Received: {value}")
    return value if isinstance(value, NDArray) else np.asarray(value)
