"""The numbers that describe an array, computed on its device a stretch at a time and copied as numbers.

The rule for outliers is Tukey's (1977, Exploratory Data Analysis, chapter 2): "far out" is what lies more than three
times the distance of the quartiles outside them. Of a million normally distributed numbers it names about two. The
rule says nothing, and no number is called an outlier, where the quartiles do not differ because half of the numbers are
equal, and where more than MANY of the numbers would be outliers: then they are what such an array is made of.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import backend
from ..drawing.scale import nice_step

FAR = 3.0  # quartile distances outside the quartiles
MANY = 0.01  # share of the finite elements
BINS = 40  # of the histogram, about
SAMPLE = 1 << 18  # values that quartiles and histogram are taken from, where the array has more than ALL
ALL = 1 << 20
STRETCH = {True: 1 << 17, False: 1 << 24}  # elements at a time: in the cache of a CPU, and in one launch on a GPU


@dataclass(frozen=True)
class Summary:
    """What is in an array.

    Attributes
    ----------
    shape, dtype : of the array
    nan, above_all, below_all : how many elements are NaN, +Inf, -Inf
    zeros : how many elements are 0
    minimum, maximum, mean, std : of the finite elements; NaN without any. ``std`` divides by their number
    quartiles : the values below which a quarter, a half, three quarters of the finite elements lie
    percentiles : the same for one and for 99 hundredths
    fences : outside them lie the outliers; None where the rule says nothing
    low, high : how many finite elements lie below and above the fences
    edges, counts : histogram of the finite elements between the fences: len(counts) + 1 round edges
    sampled : how many evenly spread elements quartiles, percentiles and histogram were taken from; 0 for all
    """

    shape: tuple[int, ...]
    dtype: str
    nan: int
    above_all: int
    below_all: int
    zeros: int
    minimum: float
    maximum: float
    mean: float
    std: float
    quartiles: tuple[float, float, float]
    percentiles: tuple[float, float]
    fences: tuple[float, float] | None
    low: int
    high: int
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    sampled: int

    @property
    def count(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def finite(self) -> int:
        """Number of finite elements."""
        return self.count - self.nan - self.above_all - self.below_all

    def limits(self, mode: str = "robust") -> tuple[float, float]:
        """Return the numbers at the two ends of a color map.

        They lie on both sides of zero at the same distance where the array has both signs. Numbers that are all
        equal get the first color of a map.

        Parameters
        ----------
        mode : "robust" (all that is no outlier), "percentile" (from the first to the 99th hundredth) or "all"
        """
        low, high = self.minimum, self.maximum
        if not self.finite:
            return 0.0, 1.0
        if mode == "percentile":
            low, high = self.percentiles
        elif mode == "robust" and self.fences:
            low, high = max(low, self.fences[0]), min(high, self.fences[1])
        if self.both_signs:
            high = max(-low, high)
            low = -high
        return (float(low), float(high)) if high > low else (float(low), float(low) + 1.0)

    @property
    def both_signs(self) -> bool:
        """Whether the finite elements have both signs."""
        return self.finite > 0 and self.minimum < 0 < self.maximum


def summarize(raw: Any) -> Summary:
    """Return what is in a raw array of NumPy or CuPy, of any shape and real dtype.

    Counts, extremes, mean and standard deviation are those of all elements. Quartiles and histogram are those of all
    elements up to ALL, and of SAMPLE evenly spread ones above, which ``sampled`` then says.
    """
    xp = backend.module_of(raw)
    flat = raw.reshape(-1)
    whole = raw.dtype.kind in "iub"
    if raw.dtype.kind == "b":
        flat = flat.view("uint8")
    nan = above = below = zeros = 0
    least, most = math.inf, -math.inf
    for part in _stretches(flat):
        zeros += part.size - int(xp.count_nonzero(part))
        low, high = _host(xp, part.min(), part.max())
        if not (math.isfinite(low) and math.isfinite(high)):
            found = _host(xp, xp.isnan(part).sum(), (part == math.inf).sum(), (part == -math.inf).sum())
            nan, above, below = nan + int(found[0]), above + int(found[1]), below + int(found[2])
            part = part[xp.isfinite(part)]
            if not part.size:
                continue
            low, high = _host(xp, part.min(), part.max())
        least, most = min(least, low), max(most, high)
    finite = raw.size - nan - above - below
    if not finite:
        none = math.nan
        return Summary(raw.shape, raw.dtype.name, nan, above, below, zeros, none, none, none, none,
                       (none, none, none), (none, none), None, 0, 0, (), (), 0)  # fmt: skip
    if not whole:
        least, most = float(least), float(most)
    clean = finite == raw.size
    mean, std = _moments(xp, flat, clean, float(least), float(most), finite)
    sample = flat if raw.size <= ALL else flat[_spread(xp, raw.size)]
    sampled = 0 if raw.size <= ALL else int(sample.size)
    found = _quantiles(xp, sample, clean, (0.01, 0.25, 0.5, 0.75, 0.99), float(least))
    distance = found[3] - found[1]
    fences = (found[1] - FAR * distance, found[3] + FAR * distance)
    if not (0 < distance < math.inf) or not all(map(math.isfinite, fences)):
        fences = None
    low = high = 0
    start, end = float(least), float(most)
    if fences is not None and (start < fences[0] or end > fences[1]):
        for part in _stretches(flat):
            part = part if clean else part[xp.isfinite(part)]
            below_fence, above_fence = _host(xp, (part < fences[0]).sum(), (part > fences[1]).sum())
            low, high = low + int(below_fence), high + int(above_fence)
        if low + high > MANY * finite:
            fences, low, high = None, 0, 0
        else:
            start, end = max(start, fences[0]), min(end, fences[1])
    edges = _edges(start, end, whole)
    counts = _histogram(xp, sample, clean, edges, start, end)
    return Summary(raw.shape, raw.dtype.name, nan, above, below, zeros, least, most, mean, std,
                   (found[1], found[2], found[3]), (found[0], found[4]), fences, low, high, edges, counts,
                   sampled)  # fmt: skip


def find(raw: Any, kind: str, summary: Summary, limit: int = 20) -> list[tuple[int, ...]]:
    """Return the indices of the first elements of a kind, in the array's order, at most ``limit``.

    Parameters
    ----------
    kind : "nan", "inf" (of both signs), "outliers" or "zeros"
    """
    xp = backend.module_of(raw)
    flat = raw.reshape(-1)
    found: list[int] = []
    start = 0
    for part in _stretches(flat):
        if kind == "nan":
            chosen = part != part
        elif kind == "inf":
            chosen = abs(part) == math.inf
        elif kind == "zeros":
            chosen = part == 0
        elif summary.fences is None:
            return []
        else:
            chosen = ((part < summary.fences[0]) | (part > summary.fences[1])) & (abs(part) < math.inf)
        places = backend.to_numpy(xp.flatnonzero(chosen)[: limit - len(found)])
        found += [start + int(place) for place in places]
        start += part.size
        if len(found) >= limit:
            break
    return [tuple(int(i) for i in np.unravel_index(place, raw.shape)) for place in found]


# -- how it is computed ------------------------------------------------------------------------------------------------
def _host(xp: Any, *numbers: Any) -> list:
    """Return numbers of the device as Python's, copied at once."""
    if xp is np:
        return [number.item() for number in numbers]
    kinds = {number.dtype.name for number in numbers}
    if len(kinds) == 1:
        return backend.to_numpy(xp.stack(numbers)).tolist()
    return [number.item() for number in numbers]


def _stretches(flat: Any) -> Iterator[Any]:
    """Return an array's elements a stretch after the other, half precision as float32."""
    step = STRETCH[isinstance(flat, np.ndarray)]
    for start in range(0, flat.size, step):
        part = flat[start : start + step]
        yield part.astype("float32") if part.dtype.name == "float16" else part


def _doubles(xp: Any, flat: Any, clean: bool) -> Iterator[Any]:
    for part in _stretches(flat):
        yield (part if clean else part[xp.isfinite(part)]).astype("float64")


def _moments(xp: Any, flat: Any, clean: bool, least: float, most: float, count: int) -> tuple[float, float]:
    """Return mean and standard deviation, of numbers mapped to [-1, 1] so that no square is too large or too small."""
    center, half = least / 2 + most / 2, most / 2 - least / 2
    if half == 0:
        return center, 0.0
    first = second = 0.0
    for part in _doubles(xp, flat, clean):
        part -= center
        part /= half
        a, b = _host(xp, part.sum(), (part * part).sum())
        first, second = first + a, second + b
    first, second = first / count, second / count
    mean = center + half * first
    if abs(mean) < 1e-13 * max(abs(least), abs(most)):
        mean = 0.0  # what rounding leaves of numbers that cancel
    return mean, half * math.sqrt(max(second - first * first, 0.0))


def _spread(xp: Any, size: int) -> Any:
    """Return SAMPLE places, one somewhere in each of as many equal parts: no period of the array is hit alone."""
    part = size / SAMPLE
    number = xp.arange(SAMPLE, dtype="float64")
    within = (number * 0.6180339887498949) % 1.0  # of the golden ratio: spread evenly, the same on every machine
    return xp.minimum(((number + within) * part).astype("int64"), size - 1)


def _quantiles(xp: Any, sample: Any, clean: bool, shares: tuple[float, ...], least: float) -> list[float]:
    """Return quantiles, with straight lines between neighbors, as numpy.quantile does by default."""
    values = sample if clean else sample[xp.isfinite(sample)]
    if values.dtype.name == "float16":
        values = values.astype("float32")
    if not values.size:  # the sample met none of the few finite elements
        return [least] * len(shares)
    last = values.size - 1
    places = sorted({k for share in shares for k in (math.floor(share * last), math.ceil(share * last))})
    ordered = xp.sort(values) if xp is not np else np.partition(values, places)
    at = dict(zip(places, map(float, backend.to_numpy(ordered[xp.asarray(places)])), strict=True))
    found = []
    for share in shares:
        lower, upper = at[math.floor(share * last)], at[math.ceil(share * last)]
        rest = share * last - math.floor(share * last)
        found.append(lower if rest == 0 or upper == lower else lower * (1 - rest) + upper * rest)
    return found


def _edges(start: float, end: float, whole: bool) -> tuple[float, ...]:
    """Return round edges around [start, end]; those of whole numbers lie halfway between them."""
    span = end - start
    if span <= 1e-12 * max(abs(start), abs(end)):
        width = 1.0 if whole else max(abs(start), 1e-300) * 0.1 if start else 1.0
        return (start - width / 2, start + width / 2)
    if not math.isfinite(span):
        return tuple(float(edge) for edge in np.linspace(start / 2, end / 2, BINS + 1) * 2)
    step = nice_step(span / BINS)
    if whole:
        step = max(1.0, math.ceil(step))
        first = math.floor(start / step) if step > 1 else start
        count = math.floor((end - first * step) / step) + 1 if step > 1 else int(span) + 1
        return tuple((first + k) * step - 0.5 for k in range(count + 1))
    first, last = math.floor(start / step + 1e-9), math.ceil(end / step - 1e-9)
    digits = max(0, 3 - math.floor(math.log10(step)))
    edges = [round(k * step, digits) if digits < 300 else k * step for k in range(first, last + 1)]
    return (min(edges[0], start), *edges[1:-1], max(edges[-1], end))


def _histogram(xp: Any, sample: Any, clean: bool, edges: tuple[float, ...], start: float, end: float):
    """Return how many of the numbers within [start, end] lie between each two edges, the last one included."""
    bins = len(edges) - 1
    places = xp.asarray(edges)
    total = xp.zeros(bins, dtype="int64")
    middle = edges[1] if bins > 1 else edges[0]
    step = edges[2] - edges[1] if bins > 2 else (edges[-1] - edges[0]) / bins
    for part in _doubles(xp, sample, clean):
        part = part[(part >= start) & (part <= end)]
        if not part.size:
            continue
        # a guess by division, then put right by the edges themselves: rounding may be off by one
        at = xp.floor((part - middle) / step).astype("int64") + (bins > 1)
        at = xp.clip(at, 0, bins - 1)
        at -= part < places[at]
        at = xp.clip(at, 0, bins - 1)
        at += part >= places[at + 1]
        at = xp.clip(at, 0, bins - 1)
        total += xp.bincount(at, minlength=bins)
    return tuple(int(number) for number in backend.to_numpy(total))
