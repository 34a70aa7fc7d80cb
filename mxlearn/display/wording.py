"""What a summary says, in words and numbers for a reader."""

import math

from ..drawing import number_text
from .summary import FAR, MANY, Summary


def count_text(number: int) -> str:
    """Return a whole number with thin gaps between thousands."""
    return f"{number:,}".replace(",", "\u202f")


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as MXNet prints it: "64x28x28", or "a number" without axes."""
    return "x".join(map(str, shape)) if shape else "one number"


def headline(summary: Summary, context: str = "") -> str:
    """Return one line that names shape, dtype, context and the number of elements."""
    place = f" @{context}" if context else ""
    return f"{shape_text(summary.shape)} {summary.dtype}{place}: {_many(summary.count, 'element')}"


def rows(summary: Summary) -> list[tuple[str, str]]:
    """Return what a summary says as (label, text), in the order in which it is shown."""
    if not summary.count:
        return [("elements", "none")]
    found = []
    if summary.finite:
        number = _whole if summary.dtype.startswith(("int", "uint")) else number_text
        found = [
            ("min", number(summary.minimum)),
            ("mean", number_text(_settled(summary.mean, summary))),
            ("max", number(summary.maximum)),
            ("std", number_text(summary.std)),
            ("median", number_text(_settled(summary.quartiles[1], summary))),
        ]
    found.append(("zeros", _share(summary.zeros, summary.count)))
    return found + troubles(summary)


def troubles(summary: Summary) -> list[tuple[str, str]]:
    """Return the counts of NaN, infinities and outliers, those that there are."""
    found = []
    if summary.nan:
        found.append(("NaN", _share(summary.nan, summary.count)))
    if summary.above_all:
        found.append(("+Inf", _share(summary.above_all, summary.count)))
    if summary.below_all:
        found.append(("-Inf", _share(summary.below_all, summary.count)))
    if summary.low or summary.high:
        both = f"{count_text(summary.low + summary.high)} ({_sides(summary)})"
        found.append(("outliers", both if summary.low and summary.high else _sides(summary)))
    return found


def rule(summary: Summary) -> str:
    """Return the rule for outliers in words, with its numbers; or why it says nothing."""
    if summary.fences is None and summary.quartiles[0] < summary.quartiles[2]:
        return f"No outliers are named: more than {100 * MANY:g} % of the numbers are far from the middle half of them."
    if summary.fences is None:
        return "No outliers are named: the quartiles of these numbers are equal, so that nothing tells far from near."
    low, high = map(number_text, summary.fences)
    return f"Outliers lie more than {FAR:g} quartile distances outside the quartiles: below {low} or above {high}."


def sampling(summary: Summary) -> str:
    """Return how much of the array the histogram shows, "" for all of it."""
    if not summary.sampled:
        return ""
    return f"quartiles and histogram from {count_text(summary.sampled)} evenly spread elements"


def block_text(summary: Summary) -> str:
    """Return what a block of elements holds."""
    parts = []
    if summary.finite:
        low, mean, high = (number_text(v) for v in (summary.minimum, summary.mean, summary.maximum))
        parts.append(f"{_many(summary.count, 'element')}: min {low}, mean {mean}, max {high}")
    parts += [f"{count} {name}" for name, count in
              (("NaN", summary.nan), ("+Inf", summary.above_all), ("-Inf", summary.below_all)) if count]  # fmt: skip
    return ", ".join(parts)


def _sides(summary: Summary) -> str:
    sides = [f"{count_text(summary.low)} low"] if summary.low else []
    return ", ".join(sides + ([f"{count_text(summary.high)} high"] if summary.high else []))


def _settled(value: float, summary: Summary) -> float:
    """Return a number without the digits below a thousandth of the spread, which differ between machines."""
    if not (0 < summary.std < math.inf) or not math.isfinite(value):
        return value
    digits = 4 - math.floor(math.log10(summary.std))
    return round(value, digits) + 0.0 if digits < 300 else value


def _whole(number: float) -> str:
    return count_text(int(number))


def _share(count: int, total: int) -> str:
    if not count:
        return "0"
    percent = 100 * count / total
    text = "100" if count == total else "< 0.1" if percent < 0.1 else "> 99.9" if percent > 99.9 else f"{percent:.1f}"
    return f"{count_text(count)} ({text} %)"


def _many(number: int, noun: str) -> str:
    return f"{count_text(number)} {noun}{'' if number == 1 else 's'}"
