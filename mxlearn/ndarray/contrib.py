"""Operators outside of MXNet's stable interface: ``mx.nd.contrib``."""
from ..core.frontend import namespace
from .calling import build

# where the functions are that are no operators, imported when one of them is first used
_ELSEWHERE = {
    **dict.fromkeys(("cond", "foreach", "while_loop"), ".control_flow"),
    **dict.fromkeys(("adamw_update", "mp_adamw_update", "multi_adamw_update", "multi_mp_adamw_update",
                     "multi_lamb_update", "multi_mp_lamb_update", "getnnz", "rand_zipfian"), ".contrib_functions"),
    "current_context": "..context",
    "uniform": ".random",
}  # fmt: skip

__all__ = ["cond", "foreach", "while_loop"]  # noqa: F822  # pyright: ignore[reportUnsupportedDunderAll]

_operator, _names = namespace(globals(), build, ("_contrib_",))


def __getattr__(name: str):
    if name in _ELSEWHERE:
        import importlib

        return getattr(importlib.import_module(_ELSEWHERE[name], __package__), name)
    return _operator(name)


def __dir__() -> list[str]:
    return sorted({*_names(), *_ELSEWHERE})
