"""CreateAugmenter: the usual augmenters of classification, in their order.

References: MXNet 1.9.1 module mxnet.image.
"""
from .. import ndarray as nd
from ..base import ArgumentError
from .augmenters import Augmenter, CenterCropAug, HorizontalFlipAug, RandomCropAug, RandomSizedCropAug, ResizeAug
from .colors import IMAGENET_MEAN, IMAGENET_STD, color_augmenters, statistic

__all__ = ["CreateAugmenter"]


def CreateAugmenter(
    data_shape,
    resize: int = 0,
    rand_crop: bool = False,
    rand_resize: bool = False,
    rand_mirror: bool = False,
    mean=None,
    std=None,
    brightness: float = 0,
    contrast: float = 0,
    saturation: float = 0,
    hue: float = 0,
    pca_noise: float = 0,
    rand_gray: float = 0,
    inter_method: int = 2,
) -> list[Augmenter]:
    """Return the augmenters that training for classification commonly takes, in their order.

    Parameters
    ----------
    data_shape : (channel, height, width) of the result
    resize : length of the shorter edge to resize to first, pixels; 0 leaves that out
    rand_crop : cut out at a random place, not in the middle
    rand_resize : cut out a random area of random proportions; needs ``rand_crop``
    rand_mirror : mirror one image in two
    mean, std : True (ImageNet's), or one or three numbers to subtract and to divide by
    brightness, contrast, saturation, hue : largest change, 0 to 1
    pca_noise : standard deviation of LightingAug
    rand_gray : probability of grays
    inter_method : as ``interp`` of imresize

    >>> [type(a).__name__ for a in mx.image.CreateAugmenter((3, 224, 224), rand_mirror=True)]
    ['CenterCropAug', 'HorizontalFlipAug', 'CastAug']

    References: MXNet 1.9.1 function mxnet.image.CreateAugmenter.
    """
    made: list[Augmenter] = []
    size = (data_shape[2], data_shape[1])
    if resize > 0:
        made.append(ResizeAug(resize, inter_method))
    if rand_resize:
        if not rand_crop:
            raise ArgumentError("CreateAugmenter: rand_resize cuts at random: pass rand_crop=True too.")
        made.append(RandomSizedCropAug(size, 0.08, (3 / 4, 4 / 3), inter_method))
    elif rand_crop:
        made.append(RandomCropAug(size, inter_method))
    else:
        made.append(CenterCropAug(size, inter_method))
    if rand_mirror:
        made.append(HorizontalFlipAug(0.5))
    mean = statistic(mean, nd.array(IMAGENET_MEAN), "mean")
    std = statistic(std, nd.array(IMAGENET_STD), "std")
    return made + color_augmenters(mean, std, brightness, contrast, saturation, hue, pca_noise, rand_gray)
