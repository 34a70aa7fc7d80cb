"""Automatic names of symbols: fullyconnected0, fullyconnected1, ...

References: MXNet 1.9.1 module mxnet.name.
"""
import threading

from .base import class_property

__all__ = ["NameManager", "Prefix"]


class _Stack(threading.local):
    def __init__(self):
        self.managers: tuple[NameManager, ...] = (NameManager(),)  # replaced as a whole, so that Ctrl-C finds it whole


class NameManager:
    """Gives a name to each symbol that the user did not name; a ``with`` block uses a manager of its own.

    Examples
    --------
    >>> with mx.name.NameManager():
    ...     mx.sym.relu(mx.sym.Variable("x")).name
    'relu0'
    """

    def __init__(self):
        self._counter: dict[str, int] = {}

    def get(self, name: str | None, hint: str) -> str:
        """Return ``name``, or where it is None the hint with the next number behind it."""
        if name:
            return name
        number = self._counter.get(hint, 0)
        self._counter[hint] = number + 1
        return f"{hint}{number}"

    def __enter__(self):
        _stack.managers = (*_stack.managers, self)
        return self

    def __exit__(self, *_) -> None:
        _stack.managers = _stack.managers[:-1]

    @class_property
    def current(cls) -> "NameManager":
        """The manager of the innermost ``with`` block of this thread."""
        return _stack.managers[-1]


class Prefix(NameManager):
    """A name manager that puts a prefix before every name, given ones included.

    Examples
    --------
    >>> with mx.name.Prefix("mynet_"):
    ...     mx.sym.relu(mx.sym.Variable("x")).name
    'mynet_relu0'
    """

    def __init__(self, prefix: str):
        super().__init__()
        self._prefix = prefix

    def get(self, name: str | None, hint: str) -> str:
        """Return the prefix and the name."""
        return self._prefix + super().get(name, hint)


_stack = _Stack()  # gluon's name scopes push and pop it as well, without a call that Ctrl-C could cut short


def current() -> NameManager:
    """Return the name manager in use."""
    return _stack.managers[-1]
