"""IPython around a monitor: whether there is a kernel, the output that is brought up to date, how the cell ended."""

import dis
import weakref
from types import FrameType
from typing import Any, Protocol

# What Python does when a reader leaves a loop on purpose: it drops the iterator by one of these instructions.
_LEAVING = ("POP_", "END_FOR", "RETURN_", "STORE_", "DELETE_", "SWAP", "NOP", "RESUME", "YIELD_")


class Listener(Protocol):
    """Who wants to know how a cell ended."""

    def cell_ended(self, error: BaseException | None) -> None:
        """Hear that the running cell ended, and by which error, if any."""


_listeners: "weakref.WeakSet[Any]" = weakref.WeakSet()
_state: dict[str, Any] = {"shell": None}


def shell() -> Any:
    """Return IPython's shell, or None."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def has_kernel() -> bool:
    """Return whether a notebook's kernel runs this, so that outputs are shown."""
    return hasattr(shell(), "kernel")


def is_reachable() -> bool:
    """Return whether clicks reach a running cell: the kernel answers on subshells, or nobody clicks."""
    kernel = getattr(shell(), "kernel", None)
    return kernel is None or bool(getattr(kernel, "_supports_kernel_subshells", False))


def listen(listener: Listener) -> None:
    """Call ``listener.cell_ended`` after each cell, as long as the listener lives."""
    found = shell()
    if found is None:
        return
    _listeners.add(listener)
    if _state["shell"] is not found:
        _state["shell"] = found
        found.events.register("post_run_cell", _ended)


def _ended(result) -> None:
    error = result.error_in_exec or result.error_before_exec
    for listener in list(_listeners):
        listener.cell_ended(error)


def publish(bundle: dict, old: Any = None) -> Any:
    """Show an output, or bring an old one up to date; return the handle of it, None outside of a notebook."""
    if not has_kernel():
        return None
    from IPython.display import display

    if old is not None:
        old.update(bundle, raw=True)
        return old
    return display(bundle, raw=True, display_id=True)


def left_by_error(frame: FrameType | None) -> bool:
    """Return whether the frame that drops an iterator does so because an error is under way, not by ``break``.

    Python tells an iterator that it is dropped, and not why. But ``break`` and ``return`` drop it by an instruction of
    their own, while an error drops it at the instruction that failed.
    """
    if frame is None or frame.f_lasti < 0:
        return False
    name = dis.opname[frame.f_code.co_code[frame.f_lasti]]
    return not name.startswith(_LEAVING)


