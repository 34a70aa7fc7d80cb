"""The events of a profile: kept in memory, counted for tables, written in Chrome's trace format."""
import json
import threading
import time
from typing import Any, NamedTuple

__all__ = ["LOG", "Log", "Span"]

# A trace shows times of day in microseconds; durations come from the precise clock.
_OFFSET = time.time_ns() - time.perf_counter_ns()

_HEADINGS = ("Name", "Total Count", "Time (ms)", "Min Time (ms)", "Max Time (ms)", "Avg Time (ms)")
_BEGIN_END = {"operator": ("B", "E"), "event": ("B", "E"), "frame": ("(", ")")}


class Span(NamedTuple):
    """Something that took time.

    Attributes
    ----------
    name, category : shown in the table and the trace
    start, end : nanoseconds of the precise clock
    thread : number of the thread that did it
    phases : how Chrome's format calls its beginning and its end
    """

    name: str
    category: str
    start: int
    end: int
    thread: int
    phases: tuple[str, str]


class Log:
    """All events since the program began.

    Attributes
    ----------
    is_running : between set_state("run") and set_state("stop")
    is_on : the same, and not paused
    """

    def __init__(self):
        self.is_running = self.is_on = False
        self.spans: list[Span] = []
        self.points: list[dict[str, Any]] = []  # counters and markers, as the trace has them
        self._counted = [0, 0]  # spans and points before the tables were reset

    def span(self, name: str, category: str, start: int, end: int, kind: str = "operator") -> None:
        """Note something that took time, in nanoseconds of time.perf_counter_ns."""
        self.spans.append(
            Span(name, category, start, end, threading.get_ident(), _BEGIN_END.get(kind, ("b", "e")))
        )

    def counter(self, name: str, category: str, value: int) -> None:
        """Note the value of a counter."""
        self._point(name, category, "C", args={name: value})

    def marker(self, name: str, category: str, scope: str) -> None:
        """Note an instant; scope is Chrome's letter for whom it concerns."""
        self._point(name, f"{category},instant_marker", "i", s=scope)

    def _point(self, name: str, category: str, phase: str, **more) -> None:
        event = {"name": name, "cat": category, "ph": phase, "ts": _micro(time.perf_counter_ns())}
        self.points.append({**event, **more, "pid": 0, "tid": threading.get_ident()})

    # -- trace -------------------------------------------------------------------------------------------------------
    def trace(self) -> list[dict[str, Any]]:
        """Return all events as Chrome's format has them, times in microseconds."""
        found: list[dict[str, Any]] = [{"ph": "M", "args": {"name": "cpu/0"}, "pid": 0, "name": "process_name"}]
        ordered = []
        for number, span in enumerate(self.spans):
            common: dict[str, Any] = {"name": span.name, "cat": span.category, "pid": 0, "tid": span.thread}
            if span.phases == ("b", "e"):
                common["id"] = number
            begin, end = span.phases
            # of events that begin at one time the longer one, of those that end the shorter one comes first
            length = span.end - span.start
            ordered.append((span.start, 1, -length, {**common, "ph": begin, "ts": _micro(span.start)}))
            ordered.append((span.end, 0 if length else 2, length, {**common, "ph": end, "ts": _micro(span.end)}))
        ordered.sort(key=lambda item: item[:3])
        return found + [item[3] for item in ordered] + self.points

    # -- tables ------------------------------------------------------------------------------------------------------
    def statistics(self, sort_by: str, ascending: bool) -> dict[str, dict[str, list[float]]]:
        """Return [count, total, min, max, mean] by category and name; times in milliseconds, counters as they are."""
        found: dict[str, dict[str, list[float]]] = {}
        for span in self.spans[self._counted[0] :]:
            _count(found.setdefault(span.category, {}), span.name, (span.end - span.start) / 1e6)
        for point in self.points[self._counted[1] :]:
            rows = found.setdefault(point["cat"], {})
            if point["ph"] == "C":
                _count(rows, point["name"], point["args"][point["name"]])
        column = ("count", "total", "min", "max", "avg").index(sort_by)
        for category, rows in found.items():
            for row in rows.values():
                row.append(row[1] / row[0])
            found[category] = dict(sorted(rows.items(), key=lambda item: item[1][column], reverse=not ascending))
        return dict(sorted(found.items()))

    def reset_statistics(self) -> None:
        """Let tables begin with what comes next."""
        self._counted = [len(self.spans), len(self.points)]

    @staticmethod
    def as_table(statistics: dict[str, dict[str, list[float]]]) -> str:
        """Return statistics as text, in MXNet's form."""
        lines = ["", "Profile Statistics:", "\tNote the difference in units for different entries."]
        for category, rows in statistics.items():
            lines += [category, "================="]
            for names in (_HEADINGS, ["-" * len(name) for name in _HEADINGS]):
                lines.append(f"{names[0]:<25}{names[1]:>16}" + "".join(f" {name:>16}" for name in names[2:]))
            for name, (count, *times) in rows.items():
                lines.append(f"{name:<25}{count:>16.0f}" + "".join(f" {t:>16.4f}" for t in times))
            lines.append("")
        return "\n".join(lines) + "\n"

    @staticmethod
    def as_json(statistics: dict[str, dict[str, list[float]]]) -> str:
        """Return statistics as JSON, in MXNet's form."""
        keys = ("Count", "Total", "Min", "Max", "Avg")
        tables = {
            category: {name: dict(zip(keys, row, strict=True)) for name, row in rows.items()}
            for category, rows in statistics.items()
        }
        return json.dumps({"Time": tables, "Memory": {}, "Unit": {"Time": "ms", "Memory": "kB"}}, indent=4)


def _count(rows: dict[str, list[float]], name: str, value: float) -> None:
    row = rows.setdefault(name, [0, 0.0, value, value])
    row[0] += 1
    row[1] += value
    row[2] = min(row[2], value)
    row[3] = max(row[3], value)


def _micro(nanoseconds: int) -> int:
    return (nanoseconds + _OFFSET) // 1000


LOG = Log()
