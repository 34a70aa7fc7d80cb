# Written by tests/make_stubs.py from the operator registry; do not edit.
"""Operators as functions on Symbols: ``mx.sym.image``."""
from collections.abc import Sequence

from mxlearn.symbol.symbol import Symbol

def adjust_lighting(
    data: Symbol | None = None,
    alpha: float | Sequence[float] = ...,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Add ``alpha``, three numbers, times the principal components of ImageNet's colors."""

def crop(
    data: Symbol | None = None,
    x: int = ...,
    y: int = ...,
    width: int = ...,
    height: int = ...,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Cut out a rectangle whose upper left corner is pixel (x, y)."""

def flip_left_right(
    data: Symbol | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Mirror images left to right."""

def flip_top_bottom(
    data: Symbol | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Turn images upside down."""

def normalize(
    data: Symbol | None = None,
    mean: float | Sequence[float] = (0.0,),
    std: float | Sequence[float] = (1.0,),
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Subtract a mean from each channel and divide by a standard deviation."""

def random_brightness(
    data: Symbol | None = None,
    min_factor: float = ...,
    max_factor: float = ...,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Multiply all colors by a factor drawn between ``min_factor`` and ``max_factor``."""

def random_color_jitter(
    data: Symbol | None = None,
    brightness: float = ...,
    contrast: float = ...,
    saturation: float = ...,
    hue: float = ...,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Change brightness, contrast, saturation and hue, each by a random factor, in random order."""

def random_contrast(
    data: Symbol | None = None,
    min_factor: float = ...,
    max_factor: float = ...,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Move all colors from the mean luma of the image, by a factor drawn between ``min_factor`` and ``max_factor``."""

def random_flip_left_right(
    data: Symbol | None = None,
    p: float = 0.5,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Mirror images left to right with probability ``p``; a batch as a whole."""

def random_flip_top_bottom(
    data: Symbol | None = None,
    p: float = 0.5,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Turn images upside down with probability ``p``; a batch as a whole."""

def random_hue(
    data: Symbol | None = None,
    min_factor: float = ...,
    max_factor: float = ...,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Turn all hues by a part of the circle drawn between ``min_factor`` and ``max_factor``; 1 is all round."""

def random_lighting(
    data: Symbol | None = None,
    alpha_std: float = 0.05,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Add the principal components of ImageNet's colors, each times a number drawn from Normal(0, ``alpha_std``)."""

def random_saturation(
    data: Symbol | None = None,
    min_factor: float = ...,
    max_factor: float = ...,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Move all colors from the luma of their pixel, by a factor drawn between ``min_factor`` and ``max_factor``."""

def resize(
    data: Symbol | None = None,
    size: int | Sequence[int] = (0,),
    keep_ratio: bool = False,
    interp: int = 1,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Resize images."""

def to_tensor(
    data: Symbol | None = None,
    *,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Symbol | Sequence[Symbol] | None = None,
) -> Symbol:
    """Turn images of values 0 to 255 into tensors of values 0 to 1, channels first."""
