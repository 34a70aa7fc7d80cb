"""What lessons share: the instant check of an exercise, and a plot style.

    from mxlearn_widgets.lesson import check
    check("Exercise 1", price, 316, hint="The age has a minus sign.")

    plt.style.use("mxlearn_widgets.lesson")     large labels and the colors of Okabe and Ito (lesson.mplstyle)
"""

import traceback
from collections.abc import Callable, Sequence
from html import escape

import numpy as np

from mxlearn.base import ArgumentError

__all__ = ["Feedback", "check"]

# state: sign, words, color of Okabe and Ito
STATES = {
    "right": ("✓", "right", "#009E73"),
    "not yet": ("…", "not yet", "#E69F00"),
    "wrong": ("✗", "not right", "#D55E00"),
}


class Feedback:
    """What a student reads about an answer. It is true where the answer is right.

    Attributes
    ----------
    name : of the exercise
    state : "right", "not yet" (nothing was filled in) or "wrong"
    text : what was found and what to try, plain text of one or more lines, or ""
    """

    def __init__(self, name: str, state: str, text: str = ""):
        self.name, self.state, self.text = name, state, text

    def __bool__(self) -> bool:
        return self.state == "right"

    def __repr__(self) -> str:
        sign, words, _ = STATES[self.state]
        lines = self.text.splitlines()
        return "\n".join([f"{sign} {self.name}: {words}.", *(f"  {line}" for line in lines)])

    def _repr_mimebundle_(self, include=None, exclude=None):
        sign, words, color = STATES[self.state]
        lines = "".join(f"<br>{escape(line)}" for line in self.text.splitlines())
        html = (
            f'<div role="status" style="border-left:4px solid {color};padding:8px 12px;margin:4px 0">'
            f"<strong>{sign} {escape(self.name)}: {words}.</strong>{lines}</div>"
        )
        return {"text/plain": repr(self), "text/html": html}


def check(name: str, answer, expected, *, hint: str = "", tolerance: float = 1e-3) -> Feedback:
    """Compare the answer of a student with the right one, and say in words what is wrong. It does not raise.

    Parameters
    ----------
    name : what the feedback calls the exercise
    answer : a number, text, array (NDArray, NumPy, list), or a function; ``...`` is an answer not given yet
    expected : the right value; for a function a list of cases, each a pair (arguments as a tuple, right result)
    hint : shown below a wrong answer
    tolerance : largest error of a number, relative to the largest expected number

    Returns
    -------
    Feedback, which a notebook shows and ``if`` understands

    Raises
    ------
    ArgumentError
        If the lesson itself is wrong: cases that are no pairs.

    Examples
    --------
    >>> check("Exercise 1", 4, 4)
    ✓ Exercise 1: right.
    >>> check("Exercise 1", ..., 4)
    … Exercise 1: not yet.
      Put your answer in the place of the three dots, and run the cell again.
    """
    if callable(answer):
        state, text = _run(answer, _cases(name, expected), tolerance)
    elif _is_open(answer):
        state, text = "not yet", "Put your answer in the place of the three dots, and run the cell again."
    elif _are_cases(expected):
        state, text = "wrong", f"Your answer is of type {type(answer).__name__}, expected a function."
    else:
        problem = _compare(answer, expected, tolerance)
        state, text = ("wrong", f"Your answer {problem}.") if problem else ("right", "")
    if state == "wrong" and hint:
        text += f"\nHint: {hint}"
    return Feedback(name, state, text)


def _are_cases(expected) -> bool:
    return (
        isinstance(expected, list)
        and len(expected) > 0
        and all(isinstance(c, tuple) and len(c) == 2 and isinstance(c[0], tuple) for c in expected)
    )


def _cases(name: str, expected) -> Sequence[tuple[tuple, object]]:
    if not _are_cases(expected):
        raise ArgumentError(
            f"check {name!r}: the answer is a function, and expected is no list of cases.\n"
            "  Pass pairs of arguments and result, such as [((2, 3), 5)]."
        )
    return expected


def _run(function: Callable, cases: Sequence[tuple[tuple, object]], tolerance: float) -> tuple[str, str]:
    """Call the function with the arguments of each case, up to the first that is wrong."""
    for arguments, expected in cases:
        call = f"{getattr(function, '__name__', 'your function')}({', '.join(map(_show, arguments))})"
        try:
            result = function(*arguments)
        except Exception as error:
            return "wrong", f"{call} stopped with {type(error).__name__}: {error}{_place(function, error)}"
        if result is None:
            return "wrong", f"{call} returned nothing.\nDoes your function end with return?"
        if _is_open(result):
            return "not yet", "Put your code in the place of the three dots, and run the cell again."
        try:
            problem = _compare(result, expected, tolerance)
        except Exception as error:  # the value of an array may be computed only now
            return "wrong", f"{call} stopped with {type(error).__name__}: {error}"
        if problem:
            return "wrong", f"{call}\ngave: {_show(result)}\nexpected: {_show(expected)}\nThe result {problem}."
    return "right", ""


def _place(function: Callable, error: Exception) -> str:
    """Name the line of the student's function that raised, or return ""."""
    code = getattr(function, "__code__", None)
    lines = [f for f in traceback.extract_tb(error.__traceback__) if code and f.filename == code.co_filename]
    return f"\nin the line: {lines[-1].line}" if lines and lines[-1].line else ""


def _is_open(answer) -> bool:
    if isinstance(answer, (tuple, list)):
        return any(_is_open(part) for part in answer)
    return answer is ... or answer is None


def _compare(answer, expected, tolerance: float) -> str:
    """Return what is wrong with an answer, as the end of a sentence, or "" where nothing is."""
    if isinstance(expected, str):
        if not isinstance(answer, str):
            return f"is of type {type(answer).__name__}, expected a text in quotes"
        return "" if answer.strip().casefold() == expected.strip().casefold() else f"{answer!r} is another one"
    right = np.asarray(_plain(expected), dtype=float)
    try:
        given = np.asarray(_plain(answer), dtype=float)
    except (TypeError, ValueError):
        what = "a number" if right.size == 1 else f"an array of shape {right.shape}"
        return f"is of type {type(answer).__name__}, expected {what}"
    if given.size == right.size == 1:  # mx.nd has no scalars: shape (1,) is as good as a number
        given, right = given.reshape(()), right.reshape(())
    if given.shape != right.shape:
        return f"has the shape {given.shape or '(1,)'}, expected {right.shape or 'one number'}"
    if not np.isfinite(given).all() and np.isfinite(right).all():
        return "contains nan or inf"
    largest = np.abs(right).max(initial=0.0)
    close = np.isclose(given, right, rtol=0, atol=tolerance * (largest or 1.0), equal_nan=True)
    if close.all():
        return ""
    if given.ndim == 0:
        return f"{_show(answer)} is too {'small' if given < right else 'large'}"
    wrong = int((~close).sum())
    return f"is wrong in {wrong} of {right.size} numbers"


def _plain(value):
    """Return an NDArray, or what contains some, as NumPy arrays."""
    if hasattr(value, "asnumpy"):
        return value.asnumpy()
    return [_plain(part) for part in value] if isinstance(value, (tuple, list)) else value


def _show(value) -> str:
    """Return a value as a student would type it; a long array in part."""
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, tuple):
        return f"({', '.join(map(_show, value))})"
    try:
        array = np.asarray(_plain(value), dtype=float)
    except (TypeError, ValueError):
        return repr(value)
    if array.ndim == 0:
        return f"{array[()]:.4g}"
    text = np.array2string(array, separator=", ", threshold=12, edgeitems=3, formatter={"float_kind": "{:.4g}".format})
    return " ".join(text.split())
