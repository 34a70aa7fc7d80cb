"""A result that shows itself in the notebook while its cell still runs, and not again at the end of the cell."""

from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display


def in_notebook() -> bool:
    """Tell whether a front end shows what a cell displays."""
    return getattr(get_ipython(), "kernel", None) is not None


class Shown:
    """What ``Place`` puts into the notebook: a cell that ends with it shows it already."""

    _cell: Any = None  # number of the cell that shows it

    def _ipython_display_(self) -> None:
        if self._cell is None or self._cell != getattr(get_ipython(), "execution_count", None):
            raise NotImplementedError  # IPython then shows it in the ordinary way


class Place:
    """A place in the output of the running cell, which shows ``thing`` at once; nowhere outside of a notebook."""

    def __init__(self, thing: Shown):
        self._handle = display(thing, display_id=True) if in_notebook() else None

    def finish(self, thing: Shown) -> None:
        """Show ``thing`` here, as it is now: what is stored with the notebook is this last state."""
        if self._handle is not None:
            self._handle.update(thing)
            thing._cell = getattr(get_ipython(), "execution_count", None)
