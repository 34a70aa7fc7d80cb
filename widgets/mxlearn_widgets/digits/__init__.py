"""DigitPad: draw a digit, and see what each layer of a network makes of it."""

from .making import digit_pad
from .widget import DigitPad

__all__ = ["DigitPad", "digit_pad"]
