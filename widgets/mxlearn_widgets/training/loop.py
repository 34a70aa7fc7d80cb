"""The passes of a monitored loop: any iterable, over epochs, with the last batch of each known."""

from collections.abc import Iterator
from typing import Any

from mxlearn.base import ArgumentError, type_name

from ..shared.notice import Notice


def length(iterable) -> int:
    """Return how many batches a pass has, 0 where nobody knows."""
    try:
        return max(int(len(iterable)), 0)
    except (TypeError, NotImplementedError, AttributeError):
        return 0


def batches(iterable, expected: int) -> Iterator[tuple[Any, bool]]:
    """Yield (batch, whether it is the last) of one pass.

    An iterator of mx.io begins anew. Where the number of batches is not known, one batch is read ahead.
    """
    if hasattr(iterable, "reset") and hasattr(iterable, "provide_data"):
        iterable.reset()
    if expected:
        for number, batch in enumerate(iterable, 1):
            yield batch, number == expected
        return
    ahead = iter(iterable)
    nothing = object()
    batch = next(ahead, nothing)
    while batch is not nothing:
        following = next(ahead, nothing)
        yield batch, following is nothing
        batch = following


def check(iterable, epochs) -> None:
    """Raise an error where a loop over these cannot run.

    Raises
    ------
    ArgumentError
        If ``iterable`` cannot be iterated, or ``epochs`` is no whole number of at least 1.
    """
    if iterable is not None and not hasattr(iterable, "__iter__") and not hasattr(iterable, "__getitem__"):
        raise ArgumentError(
            f"monitor: expected batches, such as a DataLoader or a list of them. Received: {type_name(iterable)}.\n"
            "  Wrap arrays, as in gluon.data.DataLoader(gluon.data.ArrayDataset(X, y), batch_size=32)."
        )
    if isinstance(epochs, bool) or not isinstance(epochs, int) or epochs < 1:
        raise ArgumentError(f"monitor: epochs must be a whole number, 1 or more. Received: {epochs!r}")


class MonitorNotice(Notice):
    """Stands in for a monitor that could not be made: it shows why, and a loop over it has no step."""

    step, epoch, last = 0, 0, False
    runs: tuple = ()

    def __iter__(self) -> Iterator:
        from IPython.display import display

        display(self)
        return iter(())

    def __enter__(self) -> "MonitorNotice":
        return self

    def __exit__(self, *_) -> None:
        return None

    def log(self, **_) -> None:
        """Do nothing."""

    def log_epoch(self, **_) -> None:
        """Do nothing."""

    def evaluate(self, *_, **__) -> Notice:
        """Return the message."""
        return self
