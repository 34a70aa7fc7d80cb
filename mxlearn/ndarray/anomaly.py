"""The switch ``autograd.detect_anomaly``; core/anomaly.py holds the check itself."""
import threading

from ..core.anomaly import check_node
from ..core.graph import Node
from ..core.state import STATE
from . import dispatch

__all__ = ["detect_anomaly"]


class detect_anomaly:
    """Stop at the first NaN or infinity, inside a ``with`` block, with an error that names the node that made it.

    Recorded operations, hybridized Blocks, Executors (and so ``Module.fit``) and their backward passes are checked
    node by node. An error leaves gradients, parameters and moving averages as they were before that pass. Infinity
    counts too: mask with a large number instead of ``-inf``.

    This costs time, because compiled programs run through the loop interpreter; when it is off it costs nothing. The
    switch is one of each thread. The environment variable ``MXLEARN_DETECT_ANOMALY=1`` switches it on for all of them
    from the start.

    Parameters
    ----------
    enabled : False switches the checks off inside the block

    Raises
    ------
    NonFiniteError
        From the forward or backward pass; an MXNetError and a FloatingPointError.

    Examples
    --------
    >>> x = mx.nd.array([1.0, 0.0])
    >>> x.attach_grad()
    >>> with mx.autograd.detect_anomaly(), mx.autograd.record():
    ...     y = x.log()
    Traceback (most recent call last):
        ...
    mxlearn.core.anomaly.NonFiniteError: log: its output holds infinity (1 of 2 elements), but its inputs do not.
      Received: 'data' (2,) from 0 to 1.
      Try a smaller learning rate, or keep the inputs where the operator is defined, as in log(x + 1e-8).
    """

    _lock = threading.Lock()
    _active = 0  # blocks of all threads that are on now: while there is one, eager operators call _check_eager

    def __init__(self, enabled: bool = True):
        self._enabled = bool(enabled)
        self._previous: list[bool] = []

    def __enter__(self) -> None:
        self._count(self._enabled)
        self._previous.append(STATE.anomaly)
        STATE.anomaly = self._enabled

    def __exit__(self, *_) -> None:
        STATE.anomaly = self._previous.pop()
        self._count(-self._enabled)

    @classmethod
    def _count(cls, step: int) -> None:
        with cls._lock:
            cls._active += step
            dispatch.observe = _check_eager if cls._active else None


def _check_eager(node: Node, values, results) -> None:
    if STATE.anomaly:  # another thread may have switched it on, for itself alone
        check_node(node, values, results)


if STATE.anomaly:  # the environment variable: never switched off
    detect_anomaly._count(1)
