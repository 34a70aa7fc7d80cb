"""A finding: what one check saw, how bad it is, and what to do about it."""

from dataclasses import dataclass, field
from typing import Any

__all__ = ["STATES", "Finding", "ok", "problem", "warning"]

STATES = ("ok", "warning", "problem")  # from best to worst


@dataclass(frozen=True)
class Finding:
    """What one check saw.

    Attributes
    ----------
    state : "ok"; "warning", where something is odd or slower than it could be; "problem", where something cannot work
    seen : one sentence or two
    remedy : a command for a terminal, or "" where there is nothing to do
    facts : the same for programs: texts, numbers, lists and dicts of them
    subject, name : of the check; ``examine`` fills them in
    """

    state: str
    seen: str
    remedy: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    subject: str = ""
    name: str = ""


def ok(seen: str, **facts: Any) -> Finding:
    """Return a finding that needs nothing."""
    return Finding("ok", seen, "", facts)


def warning(seen: str, remedy: str = "", **facts: Any) -> Finding:
    """Return a finding about something that works, and could work better."""
    return Finding("warning", seen, remedy, facts)


def problem(seen: str, remedy: str, **facts: Any) -> Finding:
    """Return a finding about something that does not work; the remedy is a command."""
    return Finding("problem", seen, remedy, facts)
