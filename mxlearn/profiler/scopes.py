"""What a program marks in its own profile: Task, Frame, Event, Counter, Marker, in Domains."""
import time

from ..base import ArgumentError
from .events import LOG

__all__ = ["Counter", "Domain", "Event", "Frame", "Marker", "Task"]


class Domain:
    """A group of things that belong together, shown under its name.

    Parameters
    ----------
    name : str
    """

    def __init__(self, name: str):
        self.name = name

    def __str__(self) -> str:
        return self.name

    def new_task(self, name: str) -> "Task":
        """Return a Task of this domain."""
        return Task(self, name)

    def new_frame(self, name: str) -> "Frame":
        """Return a Frame of this domain."""
        return Frame(self, name)

    def new_counter(self, name: str, value: int | None = None) -> "Counter":
        """Return a Counter of this domain."""
        return Counter(self, name, value)

    def new_marker(self, name: str) -> "Marker":
        """Return a Marker of this domain."""
        return Marker(self, name)


def _checked(domain: Domain, what: str) -> Domain:
    if not isinstance(domain, Domain):
        raise ArgumentError(f"profiler.{what}: domain must be a profiler.Domain. Received: {domain!r}")
    return domain


class _Spanning:
    """Something with a beginning and an end. Ending what has not begun does nothing, as in MXNet."""

    kind = "task"

    def __init__(self, category: str, name: str):
        self.name = name
        self._category = category
        self._start: int | None = None

    def start(self) -> None:
        """Begin."""
        self._start = time.perf_counter_ns() if LOG.is_on else None

    def stop(self) -> None:
        """End."""
        start, self._start = self._start, None
        if start is not None and LOG.is_on:
            LOG.span(self.name, self._category, start, time.perf_counter_ns(), self.kind)

    def __str__(self) -> str:
        return self.name


class Task(_Spanning):
    """A piece of work; tasks may overlap.

    Parameters
    ----------
    domain : Domain
    name : str
    """

    def __init__(self, domain: Domain, name: str):
        self.domain = _checked(domain, "Task")
        super().__init__(domain.name, name)


class Frame(_Spanning):
    """One round of something that repeats, such as a step of training.

    Parameters
    ----------
    domain : Domain
    name : str
    """

    kind = "frame"

    def __init__(self, domain: Domain, name: str):
        self.domain = _checked(domain, "Frame")
        super().__init__(f"{domain.name},frame", name)


class Event(_Spanning):
    """A piece of work of one thread; events of a thread lie inside of each other.

    Parameters
    ----------
    name : str
    """

    kind = "event"

    def __init__(self, name: str):
        super().__init__("event", name)


class Counter:
    """A number that changes.

    Parameters
    ----------
    domain : Domain
    name : str
    value : int, noted at once if given
    """

    def __init__(self, domain: Domain, name: str, value: int | None = None):
        self.domain = _checked(domain, "Counter")
        self.name = name
        self._value = 0
        if value is not None:
            self.set_value(value)

    def set_value(self, value: int) -> None:
        """Set the counter."""
        self._value = int(value)
        if LOG.is_on:
            LOG.counter(self.name, self.domain.name, self._value)

    def increment(self, delta: int = 1) -> None:
        """Add to the counter."""
        self.set_value(self._value + int(delta))

    def decrement(self, delta: int = 1) -> None:
        """Subtract from the counter."""
        self.set_value(self._value - int(delta))

    def __iadd__(self, delta: int) -> "Counter":
        self.increment(delta)
        return self

    def __isub__(self, delta: int) -> "Counter":
        self.decrement(delta)
        return self

    def __str__(self) -> str:
        return self.name


class Marker:
    """An instant.

    Parameters
    ----------
    domain : Domain
    name : str
    """

    SCOPES = {"global": "g", "process": "p", "thread": "t", "task": "t", "marker": "t"}

    def __init__(self, domain: Domain, name: str):
        self.domain = _checked(domain, "Marker")
        self.name = name

    def mark(self, scope: str = "process") -> None:
        """Note this instant, for "global", "process", "thread", "task" or "marker"."""
        if scope not in self.SCOPES:
            raise ArgumentError(f"Marker.mark: scope must be one of {', '.join(self.SCOPES)}. Received: {scope!r}")
        if LOG.is_on:
            LOG.marker(self.name, self.domain.name, self.SCOPES[scope])

    def __str__(self) -> str:
        return self.name
