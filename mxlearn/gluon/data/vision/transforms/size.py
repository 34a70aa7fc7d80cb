"""Transforms that change the size of an image: scaling and cropping."""
import math
import random

import numpy as np

from mxlearn import ndarray as nd
from mxlearn.gluon.block import Block, HybridBlock
from mxlearn.io.host import from_host, host_view


class Resize(HybridBlock):
    """Resize an image.

    Parameters
    ----------
    size : int or (width, height), pixels
    keep_ratio : bool, with an int: make that the shorter edge, in the place of both
    interpolation : 0 nearest, 1 bilinear, 2 bicubic, 3 area, 4 Lanczos
    """

    def __init__(self, size, keep_ratio: bool = False, interpolation: int = 1):
        super().__init__()
        self._size = size
        self._keep = keep_ratio
        self._interpolation = interpolation

    def hybrid_forward(self, F, x):
        return F.image.resize(x, size=self._size, keep_ratio=self._keep, interp=self._interpolation)

    def __repr__(self) -> str:
        return f"Resize({self._size}, keep_ratio={self._keep}, interpolation={self._interpolation})"


class CropResize(HybridBlock):
    """Cut out a rectangle, and resize it where ``size`` is given.

    Parameters
    ----------
    x, y : int, the upper left corner, pixels
    width, height : int, pixels
    size : int or (width, height), or None
    interpolation : as in Resize; None means bilinear
    """

    def __init__(self, x: int, y: int, width: int, height: int, size=None, interpolation: int | None = None):
        super().__init__()
        self._box = (x, y, width, height)
        self._size = size
        self._interpolation = 1 if interpolation is None else interpolation

    def hybrid_forward(self, F, x):
        left, top, width, height = self._box
        cut = F.image.crop(x, x=left, y=top, width=width, height=height)
        return F.image.resize(cut, size=self._size, interp=self._interpolation) if self._size else cut

    def __repr__(self) -> str:
        return f"CropResize{(*self._box, self._size)}"


def _pair(size) -> tuple[int, int]:
    """Return a size as (width, height)."""
    return (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))


def _cut(image, left: int, top: int, width: int, height: int, size: tuple[int, int], interpolation: int):
    """Cut out a rectangle and bring it to ``size`` (width, height)."""
    image = nd.image.crop(image, x=left, y=top, width=width, height=height)
    return image if (width, height) == size else nd.image.resize(image, size=size, interp=interpolation)


class CenterCrop(Block):
    """Cut out the middle; an image that is too small is cut in the same proportions and enlarged.

    Parameters
    ----------
    size : int or (width, height), pixels
    interpolation : as in Resize, for images that are too small
    """

    def __init__(self, size, interpolation: int = 1):
        super().__init__()
        self._size = _pair(size)
        self._interpolation = interpolation

    def forward(self, x):
        height, width = x.shape[-3:-1]
        new_width, new_height = _fitting(self._size, width, height)
        left, top = (width - new_width) // 2, (height - new_height) // 2
        return _cut(x, left, top, new_width, new_height, self._size, self._interpolation)

    def __repr__(self) -> str:
        return f"CenterCrop({self._size})"


def _fitting(size: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    """Return the largest (width, height) of the proportions of ``size`` that fits into an image, at most ``size``."""
    new_width, new_height = size
    if height < new_height:
        new_width, new_height = new_width * height / new_height, height
    if width < new_width:
        new_width, new_height = width, new_height * width / new_width
    return max(int(new_width), 1), max(int(new_height), 1)


class RandomCrop(Block):
    """Cut out a rectangle at a random place.

    Parameters
    ----------
    size : int or (width, height), pixels
    pad : int or (vertical, horizontal), pixels to add on each side first, or None
    pad_value : number, what the added pixels hold
    interpolation : as in Resize, for images that are too small
    """

    def __init__(self, size, pad=None, pad_value=0, interpolation: int = 1):
        super().__init__()
        self._size = _pair(size)
        self._pad = None if pad is None else _pair(pad)
        self._pad_value = pad_value
        self._interpolation = interpolation

    def forward(self, x):
        if self._pad is not None:
            vertical, horizontal = self._pad
            edges = [(0, 0)] * (x.ndim - 3) + [(vertical, vertical), (horizontal, horizontal), (0, 0)]
            x = from_host(np.pad(host_view(x), edges, constant_values=self._pad_value), x.context)
        height, width = x.shape[-3:-1]
        new_width, new_height = _fitting(self._size, width, height)
        left, top = random.randint(0, width - new_width), random.randint(0, height - new_height)
        return _cut(x, left, top, new_width, new_height, self._size, self._interpolation)

    def __repr__(self) -> str:
        return f"RandomCrop({self._size}, pad={self._pad})"


class RandomResizedCrop(Block):
    """Cut out a rectangle of random area and proportions, and resize it, as networks for ImageNet are trained.

    Parameters
    ----------
    size : int or (width, height), pixels
    scale : (least, most) area, as a part of the image's; or the least alone
    ratio : (least, most) width / height
    interpolation : as in Resize

    References: Szegedy et al., "Going deeper with convolutions", 2014, section 6.
    """

    TRIES = 10

    def __init__(self, size, scale=(0.08, 1.0), ratio=(3 / 4, 4 / 3), interpolation: int = 1):
        super().__init__()
        self._size = _pair(size)
        self._scale = (scale, 1.0) if isinstance(scale, int | float) else tuple(scale)
        self._ratio = tuple(ratio)
        self._interpolation = interpolation

    def forward(self, x):
        height, width = x.shape[-3:-1]
        for _ in range(self.TRIES):
            area = random.uniform(*self._scale) * height * width
            ratio = math.exp(random.uniform(math.log(self._ratio[0]), math.log(self._ratio[1])))
            new_width, new_height = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            if 1 <= new_width <= width and 1 <= new_height <= height:
                left, top = random.randint(0, width - new_width), random.randint(0, height - new_height)
                return _cut(x, left, top, new_width, new_height, self._size, self._interpolation)
        new_width, new_height = _fitting(self._size, width, height)     # extreme proportions: take the middle
        left, top = (width - new_width) // 2, (height - new_height) // 2
        return _cut(x, left, top, new_width, new_height, self._size, self._interpolation)

    def __repr__(self) -> str:
        return f"RandomResizedCrop({self._size}, scale={self._scale}, ratio={self._ratio})"
