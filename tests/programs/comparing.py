"""Printed outputs compared: words and whole numbers exactly, other numbers within a tolerance, blanks not at all."""
import math
import re

RELATIVE, ABSOLUTE = 2e-4, 2e-5  # float32, after some steps of training
_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:e[-+]?\d+)?(?![\w])|(?<!\w)-?(?:nan|inf)(?!\w)")

_SCALAR = re.compile(r"\bnp\.(?:u?int|float)\d+\(([^()]*)\)")  # what NumPy 2 prints where NumPy 1 printed the number


def difference(received: str, expected: str) -> str | None:
    """Return the first difference of two texts in words; None where there is none."""
    ours, theirs = (_SCALAR.sub(r"\1", text).splitlines() for text in (received, expected))
    for number, (a, b) in enumerate(zip(ours, theirs, strict=False), 1):
        if not _same(a, b):
            return f"line {number}:\n  expected {b.rstrip()!r}\n  received {a.rstrip()!r}"
    if len(ours) != len(theirs):
        longer = ours if len(ours) > len(theirs) else theirs
        who = "received" if longer is ours else "expected"
        return f"line {min(len(ours), len(theirs)) + 1} is only {who}: {longer[min(len(ours), len(theirs))]!r}"
    return None


def _same(a: str, b: str) -> bool:
    numbers_a, numbers_b = _NUMBER.findall(a), _NUMBER.findall(b)
    if len(numbers_a) != len(numbers_b) or _words(a) != _words(b):
        return False
    return all(_close(x, y) for x, y in zip(numbers_a, numbers_b, strict=True))


def _words(line: str) -> str:
    return "".join(_NUMBER.sub(" 0 ", line).split())


def _close(x: str, y: str) -> bool:
    if x == y:
        return True
    if re.fullmatch(r"[-+]?\d+", x) or re.fullmatch(r"[-+]?\d+", y):  # a whole number
        return False
    a, b = float(x), float(y)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or abs(a - b) <= RELATIVE * abs(b) + ABSOLUTE
