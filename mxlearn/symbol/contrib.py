"""Operators as functions on Symbols: ``mx.sym.contrib``."""
from ..core.frontend import namespace
from .methods import build

# where the functions are that are no operators, imported when one of them is first used: module, name there
_ELSEWHERE = {
    **{name: (".control_flow", name) for name in ("cond", "foreach", "while_loop")},
    "AttrScope": ("..attribute", "AttrScope"),
    "Symbol": (".symbol", "Symbol"),
    "adamw_update": ("._internal", "_adamw_update"),
    "mp_adamw_update": ("._internal", "_mp_adamw_update"),
    "uniform": (".random", "uniform"),
}

__all__ = ["cond", "foreach", "while_loop"]  # noqa: F822  # pyright: ignore[reportUnsupportedDunderAll]

_operator, _names = namespace(globals(), build, ("_contrib_",))


def rand_zipfian(true_classes, num_sampled: int, range_max: int):
    """Draw classes by Zipf's law; see mxlearn.ops.zipfian."""
    from ..ops import zipfian
    from . import random

    return zipfian.rand_zipfian(random.uniform, true_classes, num_sampled, range_max)


def __getattr__(name: str):
    if name in _ELSEWHERE:
        import importlib

        module, attribute = _ELSEWHERE[name]
        return getattr(importlib.import_module(module, __package__), attribute)
    return _operator(name)


def __dir__() -> list[str]:
    return sorted({*_names(), "rand_zipfian", *_ELSEWHERE})
