"""A result that shows itself in the notebook while its cell still runs, and not again at the end of the cell."""

from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display


def in_notebook() -> bool:
    """Tell whether a front end shows what a cell displays."""
    return getattr(get_ipython(), "kernel", None) is not None


def _running_cell() -> str:
    """Return the name of the message that asked for the running cell, "" outside of a kernel.

    Two runs of one cell differ in it, too. The execution count would not do: nbval runs all cells with the same one.
    """
    ask = getattr(get_ipython(), "get_parent", None)  # ipykernel's shell has it
    return str(ask().get("header", {}).get("msg_id", "")) if ask is not None else ""


class Shown:
    """What ``Place`` puts into the notebook: a cell that ends with it shows it already."""

    _cell = ""  # name of the cell that shows it

    def _ipython_display_(self) -> None:
        if not self._cell or self._cell != _running_cell():
            raise NotImplementedError  # IPython then shows it in the ordinary way


class Place:
    """A place in the output of the running cell, which shows ``thing`` at once; nowhere outside of a notebook."""

    def __init__(self, thing: Shown):
        self._handle: Any = display(thing, display_id=True) if in_notebook() else None

    def finish(self, thing: Shown) -> None:
        """Show ``thing`` here, as it is now: what is stored with the notebook is this last state."""
        if self._handle is not None:
            self._handle.update(thing)
            thing._cell = _running_cell()
