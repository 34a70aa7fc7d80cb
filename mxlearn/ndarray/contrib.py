"""Operators outside of MXNet's stable interface: ``mx.nd.contrib``."""
from ..core.frontend import namespace
from .dispatch import build

_CONTROL_FLOW = ("cond", "foreach", "while_loop")  # imported when one of them is first used

_operator, _names = namespace(globals(), build, ("_contrib_",))


def __getattr__(name: str):
    if name in _CONTROL_FLOW:
        import importlib

        return getattr(importlib.import_module(".control_flow", __package__), name)
    return _operator(name)


def __dir__() -> list[str]:
    return sorted([*_names(), *_CONTROL_FLOW])
