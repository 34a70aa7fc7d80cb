"""Augmenters: changes of an image, most of them at random, that make more of few examples.

    augmenters = mx.image.CreateAugmenter((3, 224, 224), resize=256, rand_crop=True, rand_mirror=True, mean=True)
    for augmenter in augmenters:
        image = augmenter(image)

They draw from ``random`` (and LightingAug from ``numpy.random``), as MXNet's do, so that the same seed gives the same
images in both. An image is changed in a copy. Those that change colors take floating images, values 0 to 255: CastAug
stands before them.

References: MXNet 1.9.1 module mxnet.image.
"""
import json
import random
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..ndarray import NDArray
from .pixels import (
    center_crop,
    imresize,
    only_known,
    random_crop,
    random_size_crop,
    resize_short,
)

__all__ = [
    "Augmenter",
    "CastAug",
    "CenterCropAug",
    "ForceResizeAug",
    "HorizontalFlipAug",
    "RandomCropAug",
    "RandomOrderAug",
    "RandomSizedCropAug",
    "ResizeAug",
    "SequentialAug",
]

def plain(kwargs: dict) -> dict:
    """Return parameters as JSON can hold them."""
    return {
        key: value.asnumpy().tolist() if isinstance(value, NDArray) else value.tolist()
        if isinstance(value, np.ndarray) else value
        for key, value in kwargs.items()
    }


class Augmenter:
    """A change of an image: ``augmenter(src)`` returns the changed one.

    Parameters
    ----------
    kwargs : the parameters, which ``dumps`` shows

    References: MXNet 1.9.1 class mxnet.image.Augmenter.
    """

    def __init__(self, **kwargs):
        self._kwargs = plain(kwargs)

    def dumps(self) -> Any:
        """Return name and parameters as JSON; of one that holds others a list: the name, and what each of them returns.

        >>> mx.image.ResizeAug(10).dumps()
        '["resizeaug", {"size": 10, "interp": 2}]'
        """
        return json.dumps([type(self).__name__.lower(), self._kwargs])

    def __call__(self, src):
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, src)")


class SequentialAug(Augmenter):
    """Apply augmenters one after the other.

    Parameters
    ----------
    ts : list of Augmenter

    References: MXNet 1.9.1 class mxnet.image.SequentialAug.
    """

    def __init__(self, ts):
        super().__init__()
        self.ts = ts

    def dumps(self) -> list:
        return [type(self).__name__.lower(), [aug.dumps() for aug in self.ts]]

    def __call__(self, src):
        for aug in self.ts:
            src = aug(src)
        return src


class RandomOrderAug(SequentialAug):
    """Apply augmenters in random order.

    Parameters
    ----------
    ts : list of Augmenter

    References: MXNet 1.9.1 class mxnet.image.RandomOrderAug.
    """

    def __call__(self, src):
        random.shuffle(self.ts)
        return super().__call__(src)


class ResizeAug(Augmenter):
    """Resize so that the shorter edge has ``size`` pixels.

    References: MXNet 1.9.1 class mxnet.image.ResizeAug.
    """

    def __init__(self, size: int, interp: int = 2):
        super().__init__(size=size, interp=interp)
        self.size = size
        self.interp = interp

    def __call__(self, src):
        return resize_short(src, self.size, self.interp)


class ForceResizeAug(Augmenter):
    """Resize to ``size`` (width, height), whatever the proportions.

    References: MXNet 1.9.1 class mxnet.image.ForceResizeAug.
    """

    def __init__(self, size: tuple[int, int], interp: int = 2):
        super().__init__(size=size, interp=interp)
        self.size = size
        self.interp = interp

    def __call__(self, src):
        return imresize(src, *self.size, interp=self.interp)


class RandomCropAug(Augmenter):
    """Cut out ``size`` (width, height) pixels at a random place.

    References: MXNet 1.9.1 class mxnet.image.RandomCropAug.
    """

    def __init__(self, size: tuple[int, int], interp: int = 2):
        super().__init__(size=size, interp=interp)
        self.size = size
        self.interp = interp

    def __call__(self, src):
        return random_crop(src, self.size, self.interp)[0]


class RandomSizedCropAug(Augmenter):
    """Cut out a rectangle of random area and proportions, and resize it.

    Parameters
    ----------
    size, area, ratio, interp, min_area : as in random_size_crop

    References: MXNet 1.9.1 class mxnet.image.RandomSizedCropAug.
    """

    def __init__(self, size: tuple[int, int], area, ratio, interp: int = 2, **kwargs):
        super().__init__(size=size, area=area, ratio=ratio, interp=interp)
        if "min_area" in kwargs:
            area = kwargs.pop("min_area")
        only_known("RandomSizedCropAug", kwargs, ("area", "ratio", "interp", "min_area"))
        self.size = size
        self.area = area
        self.ratio = ratio
        self.interp = interp

    def __call__(self, src):
        return random_size_crop(src, self.size, self.area, self.ratio, self.interp)[0]


class CenterCropAug(Augmenter):
    """Cut out the middle, ``size`` (width, height) pixels.

    References: MXNet 1.9.1 class mxnet.image.CenterCropAug.
    """

    def __init__(self, size: tuple[int, int], interp: int = 2):
        super().__init__(size=size, interp=interp)
        self.size = size
        self.interp = interp

    def __call__(self, src):
        return center_crop(src, self.size, self.interp)[0]


class HorizontalFlipAug(Augmenter):
    """Mirror left to right with probability ``p``.

    References: MXNet 1.9.1 class mxnet.image.HorizontalFlipAug.
    """

    def __init__(self, p: float):
        super().__init__(p=p)
        self.p = p

    def __call__(self, src):
        return nd.flip(src, axis=1) if random.random() < self.p else src


class CastAug(Augmenter):
    """Convert to another dtype.

    References: MXNet 1.9.1 class mxnet.image.CastAug.
    """

    def __init__(self, typ: str = "float32"):
        super().__init__(type=typ)
        self.typ = typ

    def __call__(self, src):
        return src.astype(self.typ)
