"""From numbers to pixels, and which numbers to print beside an axis."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Maps the interval [low, high] onto pixels from ``start`` to ``end``.

    Attributes
    ----------
    low, high : the interval, low < high; positive where ``log``
    start, end : pixels; end may be the smaller one, as on a vertical axis
    log : whether equal factors, not equal differences, are equally far apart
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    @staticmethod
    def around(
        values: Iterable[float], start: float, end: float, *, log: bool = False, margin: float = 0.05
    ) -> "Scale":
        """Return a scale that shows all finite values (and, where ``log``, positive ones), with a margin.

        Without any it is [0, 1], or [0.1, 10] where ``log``; around one value it is one wide, or a factor 10 each way.
        """
        found = [v for v in map(float, values) if math.isfinite(v) and (v > 0 or not log)]
        if not found:
            return Scale(0.1, 10.0, start, end, log) if log else Scale(0.0, 1.0, start, end)
        low, high = min(found), max(found)
        if log:
            if high / low < 1.0001:
                return Scale(low / 10, high * 10, start, end, True)
            factor = (high / low) ** margin
            return Scale(low / factor, high * factor, start, end, True)
        if high - low <= 1e-12 * max(abs(low), abs(high), 1e-300):
            return Scale(low - 0.5, high + 0.5, start, end)
        pad = (high - low) * margin
        return Scale(low - pad, high + pad, start, end)

    def __call__(self, value: float) -> float:
        """Return the pixel of a value. NaN stays NaN; a value <= 0 on a logarithmic scale lies at ``start``."""
        if self.log:
            if value <= 0:
                return self.start
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def inverse(self, pixel: float) -> float:
        """Return the value at a pixel."""
        share = (pixel - self.start) / (self.end - self.start)
        return self.low * (self.high / self.low) ** share if self.log else self.low + share * (self.high - self.low)

    def ticks(self, count: int = 5) -> list[float]:
        """Return about ``count`` round numbers inside the interval, ascending."""
        if self.log:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            if last - first >= 1:
                step = max(1, math.ceil((last - first + 1) / max(count, 1)))
                return [10.0**k for k in range(first, last + 1, step)]
            return [v for v in Scale(self.low, self.high, 0, 1).ticks(count) if v > 0]
        step = nice_step((self.high - self.low) / max(count, 1))
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(k * step, 12 - math.floor(math.log10(step))) + 0.0 for k in range(first, last + 1)]


def nice_step(step: float) -> float:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten that is not below ``step``."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= step * (1 - 1e-9))


def number_text(value: float, digits: int = 4) -> str:
    """Return a number for a reader, with so many significant digits: "0.25", "1200", "3.1e-7", "NaN", "∞".

    Examples
    --------
    >>> [number_text(v) for v in (0.25, 1200.0, 3.14159, 1.2e-7, float("nan"), float("-inf"))]
    ['0.25', '1200', '3.142', '1.2e-7', 'NaN', '-∞']
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 10.0 ** max(digits, 5):
        text = f"{value:.{max(digits - 1 - math.floor(math.log10(abs(value))), 0)}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(exponent)}"
