"""TensorLens: what is in an array: tiles, histogram, NaN, infinities and outliers."""

from .widget import TensorLens, lens

__all__ = ["TensorLens", "lens"]
