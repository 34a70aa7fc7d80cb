"""The registry of checks, and the walk through it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from .finding import Finding, warning

__all__ = ["CHECKS", "SUBJECTS", "Check", "check", "examine"]

SUBJECTS = ("Environment", "Processor", "GPU", "Jupyter", "Data")  # in the order of the report


class Check(NamedTuple):
    """One check: its place in the report, and the function that looks."""

    subject: str
    name: str
    look: Callable[[], Iterable[Finding]]


CHECKS: list[Check] = []


def check(subject: str, name: str):
    """Register the decorated function, which yields what it finds, under a subject and a name of its own."""

    def register(look: Callable[[], Iterable[Finding]]) -> Callable[[], Iterable[Finding]]:
        CHECKS.append(Check(subject, name, look))
        return look

    return register


def examine(checks: Iterable[Check] | None = None) -> list[Finding]:
    """Return what all checks find, in the order of the report. It does not raise.

    Examples
    --------
    >>> from mxlearn import doctor
    >>> {finding.state for finding in doctor.examine()} <= {"ok", "warning", "problem"}
    True
    """
    ordered = sorted(CHECKS if checks is None else checks, key=lambda each: SUBJECTS.index(each.subject))
    return [replace(finding, subject=each.subject, name=each.name) for each in ordered for finding in _look(each)]


def _look(each: Check) -> Iterator[Finding]:
    """Yield what a check finds; where it breaks, that is a finding, and what it found before stands."""
    try:
        yield from each.look()
    except Exception as error:  # a doctor does not faint: of whatever kind it is, it belongs into the report
        text = " ".join(str(error).split())
        yield warning(f"this could not be checked: {type(error).__name__}{': ' * bool(text)}{text}")
