"""Times and results in words."""

import math
from collections.abc import Sequence

from mxlearn.timing import Machine

from .medians import Crossing, Interval, Pair
from .samples import Results

NO_GPU = (
    "No GPU here, and no recording has been made yet: "
    "run python -m mxlearn_widgets.record_timings on a machine with one."
)


def duration(seconds: float, micro: str = "us") -> str:
    """Return a time with three digits and its unit.

    Examples
    --------
    >>> [duration(s) for s in (4.2e-8, 4.56e-5, 0.00123, 0.999999, 12.0)]
    ['42 ns', '45.6 us', '1.23 ms', '1 s', '12 s']
    """
    if not math.isfinite(seconds):
        return "not measured"
    for factor, unit in ((1e9, "ns"), (1e6, micro), (1e3, "ms"), (1.0, "s")):
        value = seconds * factor
        digits = max(2 - math.floor(math.log10(value)), 0) if value > 0 else 0
        if round(value, digits) < 1000 or unit == "s":
            text = f"{value:.{digits}f}"
            return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {unit}"
    raise AssertionError


def interval(times: Interval, micro: str = "us") -> str:
    """Return a median with its interval: "1.2 ms (1.1 ms to 1.3 ms)"."""
    if not math.isfinite(times.value):
        return "not measured"
    text = duration(times.value, micro)
    if not math.isfinite(times.low):
        return text
    return f"{text} ({duration(times.low, micro)} to {duration(times.high, micro)})"


def rate(per_second: float, unit: str) -> str:
    """Return an amount a second with a prefix: "312 GFLOP/s"."""
    for factor, prefix in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if per_second >= factor:
            return f"{per_second / factor:.3g} {prefix}{unit}/s"
    return f"{per_second:.3g} {unit}/s"


def size_text(size: float) -> str:
    """Return a size between those measured, to three digits."""
    digits = 2 - math.floor(math.log10(size))
    return f"{size:.{digits}f}" if digits > 0 else str(round(size, digits)).removesuffix(".0")


def crossover(pair: Pair, results: Results) -> str:
    """Return in a sentence where one entrant becomes faster than the reference."""
    slow, fast = results.entrants[pair.reference].name, results.entrants[pair.other].name
    found: Crossing = pair.crossing
    if found.kind == "none":
        return ""
    if found.kind == "always":
        return f"No crossover in this range: the median of {fast} is below that of {slow} at every size."
    if found.kind == "never":
        where = " at the largest size" if any(ratio.verdict == "faster" for ratio in pair.ratios) else " at any size"
        return f"No crossover in this range: {fast} is not faster than {slow}{where}."
    if found.low <= 0 and math.isinf(found.high):
        return f"No clear crossover in this range: the times of {fast} and {slow} scatter too much."
    low = size_text(found.low) if found.low > 0 else "before the smallest size"
    high = size_text(found.high) if math.isfinite(found.high) else "beyond the largest size"
    return f"{fast} becomes faster than {slow} at about n = {size_text(found.size)} (95 % interval: {low} to {high})."


def verdict(pairs: Sequence[Pair], results: Results) -> str:
    """Return who is faster, in sentences without numbers. A difference counts where its 95 % interval leaves 1 out."""
    if not pairs:
        names = [entrant.name for entrant in results.entrants]
        return f"Only {names[0]} was timed: there is nothing to compare." if names else ""
    return " ".join(_verdict(pair, results) for pair in pairs)


def _verdict(pair: Pair, results: Results) -> str:
    a, b = results.entrants[pair.reference].name, results.entrants[pair.other].name
    said = {"faster": f"{b} is faster than {a}", "slower": f"{a} is faster than {b}",
            "equal": f"there is no clear difference between {a} and {b}"}  # fmt: skip
    runs: list[str] = []
    for ratio in pair.ratios:
        if not runs or runs[-1] != ratio.verdict:
            runs.append(ratio.verdict)
    if not runs:
        return f"{a} and {b} were not measured at the same sizes."
    if len(runs) == 3 and runs[1] == "equal" and runs[0] != runs[2]:
        runs = [runs[0], runs[2]]  # where they meet, nobody is ahead
    if len(runs) == 1:
        text = f"{said[runs[0]]} at every size."
    elif runs == ["slower", "faster"]:
        text = f"{a} is faster than {b} at small sizes, {b} at large ones."
    elif runs == ["faster", "slower"]:
        text = f"{b} is faster than {a} at small sizes, {a} at large ones."
    elif len(runs) == 2:
        text = f"{said[runs[0]]} at small sizes, and {said[runs[1]]} at large ones."
    else:
        text = f"which of {a} and {b} is faster changes with the size more than once."
    return text if text.startswith((a, b)) else text[0].upper() + text[1:]


def machine_text(machine: Machine) -> str:
    """Return what was measured on, in one line."""
    parts = [machine.cpu, f"{machine.threads} thread{'s' * (machine.threads != 1)}", machine.system,
             f"Python {machine.python}", f"NumPy {machine.numpy}"]  # fmt: skip
    return " · ".join(part for part in parts if part)


def device_text(machine: Machine, date: str) -> str:
    """Return which device was recorded, with its driver, and when."""
    parts = [machine.device]
    parts += [f"driver {machine.driver}"] if machine.driver else []
    parts += [f"CUDA {machine.cuda}"] if machine.cuda else []
    parts += [f"CuPy {machine.cupy}"] if machine.cupy else []
    return " · ".join([*parts, f"recorded {date}"])
