# Written by tests/make_stubs.py from the operator registry; do not edit.
"""Image operators on NDArrays: ``mx.nd.image``."""
from collections.abc import Sequence

from mxlearn.ndarray.array import NDArray

def adjust_lighting(
    data: NDArray,
    alpha: float | Sequence[float],
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Add ``alpha``, three numbers, times the principal components of ImageNet's colors."""

def crop(
    data: NDArray,
    x: int,
    y: int,
    width: int,
    height: int,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Cut out a rectangle whose upper left corner is pixel (x, y)."""

def flip_left_right(
    data: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Mirror images left to right."""

def flip_top_bottom(
    data: NDArray,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Turn images upside down."""

def normalize(
    data: NDArray,
    mean: float | Sequence[float] = (0.0,),
    std: float | Sequence[float] = (1.0,),
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Subtract a mean from each channel and divide by a standard deviation."""

def random_brightness(
    data: NDArray,
    min_factor: float,
    max_factor: float,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Multiply all colors by a factor drawn between ``min_factor`` and ``max_factor``."""

def random_color_jitter(
    data: NDArray,
    brightness: float,
    contrast: float,
    saturation: float,
    hue: float,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Change brightness, contrast, saturation and hue, each by a random factor, in random order."""

def random_contrast(
    data: NDArray,
    min_factor: float,
    max_factor: float,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Move all colors from the mean luma of the image, by a factor drawn between ``min_factor`` and ``max_factor``."""

def random_flip_left_right(
    data: NDArray,
    p: float = 0.5,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Mirror images left to right with probability ``p``; a batch as a whole."""

def random_flip_top_bottom(
    data: NDArray,
    p: float = 0.5,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Turn images upside down with probability ``p``; a batch as a whole."""

def random_hue(
    data: NDArray,
    min_factor: float,
    max_factor: float,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Turn all hues by a part of the circle drawn between ``min_factor`` and ``max_factor``; 1 is all round."""

def random_lighting(
    data: NDArray,
    alpha_std: float = 0.05,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Add the principal components of ImageNet's colors, each times a number drawn from Normal(0, ``alpha_std``)."""

def random_saturation(
    data: NDArray,
    min_factor: float,
    max_factor: float,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Move all colors from the luma of their pixel, by a factor drawn between ``min_factor`` and ``max_factor``."""

def resize(
    data: NDArray,
    size: int | Sequence[int] = (0,),
    keep_ratio: bool = False,
    interp: int = 1,
    *,
    out: NDArray | Sequence[NDArray] | None = None,
    name: str | None = None,
) -> NDArray:
    """Resize images."""

def to_tensor(data: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None) -> NDArray:
    """Turn images of values 0 to 255 into tensors of values 0 to 1, channels first."""
