"""Operators as functions on Symbols: ``mx.sym.contrib``."""
from ..core.frontend import namespace
from .methods import build

# where the functions are that are no operators, imported when one of them is first used
_ELSEWHERE = {
    **dict.fromkeys(("cond", "foreach", "while_loop"), ".control_flow"),
    "AttrScope": "..attribute",
    "Symbol": ".symbol",
    "uniform": ".random",
}

_operator, _names = namespace(globals(), build, ("_contrib_",))


def rand_zipfian(true_classes, num_sampled: int, range_max: int):
    """Draw classes by Zipf's law; see mxlearn.ops.zipfian."""
    from ..ops import zipfian
    from . import random

    return zipfian.rand_zipfian(random.uniform, true_classes, num_sampled, range_max)


def __getattr__(name: str):
    if name in _ELSEWHERE:
        import importlib

        return getattr(importlib.import_module(_ELSEWHERE[name], __package__), name)
    return _operator(name)


def __dir__() -> list[str]:
    return sorted({*_names(), "rand_zipfian", *_ELSEWHERE})
