"""How fast a loop is, and how long it will take: pauses do not count."""

from collections import deque
from time import perf_counter

WINDOW = 8.0  # seconds that the rate is taken over


class Clock:
    """Times of one run, in seconds.

    Attributes
    ----------
    spent : seconds that the monitor itself took
    """

    def __init__(self):
        self._start = perf_counter()
        self._paused = 0.0
        self._pause: float | None = None
        self._end: float | None = None
        self._recent: deque[tuple[float, int]] = deque([(0.0, 0)])
        self.spent = 0.0

    def pause(self) -> None:
        """Stand still, until ``go``."""
        if self._pause is None:
            self._pause = perf_counter()

    def go(self) -> None:
        """Go on after a pause."""
        if self._pause is not None:
            self._paused += perf_counter() - self._pause
            self._pause = None

    def stop(self) -> None:
        """Stand still for good."""
        self._end = self.elapsed

    @property
    def elapsed(self) -> float:
        """Seconds since the start, without pauses."""
        if self._end is not None:
            return self._end
        now = perf_counter() if self._pause is None else self._pause
        return now - self._start - self._paused

    def rate(self, steps: int) -> float:
        """Return steps a second, of the last seconds; 0 where nothing was done yet."""
        now = self.elapsed
        if self._recent[-1][1] != steps:
            self._recent.append((now, steps))
        while len(self._recent) > 2 and now - self._recent[1][0] > WINDOW:
            self._recent.popleft()
        (since, before), (until, after) = self._recent[0], self._recent[-1]
        return (after - before) / (until - since) if until > since else 0.0

    def overhead(self) -> float:
        """Return the share of the time that the monitor took, 0 to 1."""
        elapsed = self.elapsed
        return min(self.spent / elapsed, 1.0) if elapsed > 0 else 0.0


def clock_text(seconds: float) -> str:
    """Return a duration as "0:07", "12:30" or "1:02:03"."""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
