"""Transforms that mirror or rotate an image."""
import random

import numpy as np

from mxlearn.base import ArgumentError, DTypeError
from mxlearn.gluon.block import Block, HybridBlock
from mxlearn.io.host import from_host, host_view
from mxlearn.kernels import image as kernel


class RandomFlipLeftRight(HybridBlock):
    """Mirror the image, one time in two."""

    def hybrid_forward(self, F, x):
        return F.image.random_flip_left_right(x)

    def __repr__(self) -> str:
        return "RandomFlipLeftRight()"


class RandomFlipTopBottom(HybridBlock):
    """Turn the image upside down, one time in two."""

    def hybrid_forward(self, F, x):
        return F.image.random_flip_top_bottom(x)

    def __repr__(self) -> str:
        return "RandomFlipTopBottom()"


class Rotate(Block):
    """Rotate a tensor (channel, height, width), float32, about its center; what comes from outside is 0.

    Parameters
    ----------
    rotation_degrees : float, counterclockwise
    zoom_in : bool, enlarge until no corner is empty
    zoom_out : bool, shrink until the whole image is seen
    """

    def __init__(self, rotation_degrees: float, zoom_in: bool = False, zoom_out: bool = False):
        super().__init__()
        self._degrees = rotation_degrees
        self._zoom = _zoom(zoom_in, zoom_out)

    def forward(self, x):
        return _rotated(x, self._degrees, self._zoom)

    def __repr__(self) -> str:
        return f"Rotate({self._degrees})"


class RandomRotation(Block):
    """Rotate a tensor (channel, height, width), float32, by a random angle.

    Parameters
    ----------
    angle_limits : (least, most) angle, degrees
    zoom_in, zoom_out : as in Rotate
    rotate_with_proba : float, probability to rotate at all
    """

    def __init__(self, angle_limits, zoom_in: bool = False, zoom_out: bool = False, rotate_with_proba: float = 1.0):
        super().__init__()
        low, high = angle_limits
        if low >= high:
            raise ArgumentError(f"RandomRotation: angle_limits must be (lower, upper). Received: {angle_limits}")
        if not 0 <= rotate_with_proba <= 1:
            raise ArgumentError(f"RandomRotation: rotate_with_proba must be 0 to 1. Received: {rotate_with_proba}")
        self._limits = (low, high)
        self._zoom = _zoom(zoom_in, zoom_out)
        self._probability = rotate_with_proba

    def forward(self, x):
        if random.random() >= self._probability:
            return x
        return _rotated(x, random.uniform(*self._limits), self._zoom)

    def __repr__(self) -> str:
        return f"RandomRotation({self._limits})"


def _zoom(zoom_in: bool, zoom_out: bool) -> str:
    if zoom_in and zoom_out:
        raise ArgumentError("Rotate: zoom_in and zoom_out exclude each other.")
    return "in" if zoom_in else "out" if zoom_out else ""


def _rotated(x, degrees: float, zoom: str):
    if x.dtype != np.float32:
        raise DTypeError(f"Rotate: expected float32, not {np.dtype(x.dtype).name}.\n  Apply ToTensor first.")
    return from_host(kernel.rotate(np, host_view(x), degrees, zoom=zoom), x.context)
