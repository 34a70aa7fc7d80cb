"""Work that a front end asked for, done when no cell runs: a handler may be called beside a busy cell, on a thread.

Arrays, autograd and the parameters of a network belong to the running cell. A handler that needs them hands the work
to the desk: it is done at once where the kernel is free, and after the cell where it is not. Of several orders with one
key the latest wins. A cell that starts meanwhile waits for the work that has begun.
"""

import threading
from collections.abc import Callable, Hashable

Work = Callable[[], None]

_lock = threading.RLock()  # held while work is done, and while a cell starts
_waiting: dict[Hashable, Work] = {}
_state = {"busy": False, "watching": None}


def submit(key: Hashable, work: Work, *, later: bool = False) -> bool:
    """Do ``work`` now, or after the cell that runs; return whether it was done now.

    ``work`` must not raise: nobody is there to hear it. What the cell itself asks for is done at once, unless
    ``later``: then it is done when the cell ends.
    """
    with _lock:
        if _state["busy"] and (later or threading.current_thread() is not threading.main_thread()):
            _waiting[key] = work
            return False
        work()
        return True


def watch() -> None:
    """Hear from IPython when a cell starts and ends; without IPython no cell is ever in the way.

    Every widget calls it when it is made, which a cell does: the kernel is busy until that cell ends.
    """
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is None or _state["watching"] is shell:
        return
    _state["watching"] = shell
    _state["busy"] = threading.current_thread() is threading.main_thread()
    shell.events.register("pre_execute", _begin)
    shell.events.register("post_execute", _end)


def _begin() -> None:
    if threading.current_thread() is threading.main_thread():
        with _lock:
            _state["busy"] = True


def _end() -> None:
    """Do what waited; IPython calls this also after a cell that raised or was interrupted."""
    if threading.current_thread() is not threading.main_thread():
        return
    with _lock:
        _state["busy"] = False
        while _waiting:
            _waiting.pop(next(iter(_waiting)))()
