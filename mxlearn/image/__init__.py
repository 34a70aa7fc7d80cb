"""Images: reading, resizing, cropping; augmenters; iterators over pictures. ``mx.image``.

    image = mx.image.imread("cat.jpg")                      # (height, width, 3) uint8, red first
    image = mx.image.resize_short(image, 256)
    image, box = mx.image.center_crop(image, (224, 224))

Pictures are read by Pillow, which the first one imports. Sizes are (width, height), shapes (height, width, channel).

References: MXNet 1.9.1 package mxnet.image.
"""
from numbers import Number  # noqa: F401  (what MXNet's module has too)

from ..base import missing
from ..util import is_np_array  # noqa: F401
from . import augmenters as _augmenters
from . import colors as _colors
from . import detection as _detection
from . import pixels as _pixels
from .augmenters import *  # noqa: F403
from .colors import *  # noqa: F403
from .creating import CreateAugmenter
from .detection import *  # noqa: F403
from .detiterator import ImageDetIter
from .iterator import ImageIter
from .pixels import *  # noqa: F403

__all__ = ["CreateAugmenter", "ImageDetIter", "ImageIter"]
__all__ += _augmenters.__all__
__all__ += _colors.__all__
__all__ += _detection.__all__
__all__ += _pixels.__all__


def __getattr__(name: str):
    raise missing(__name__, name, lambda: __all__)
