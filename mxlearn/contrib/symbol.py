"""The operators of ``mx.sym.contrib`` under their former place, ``mx.contrib.sym``."""
from ..symbol import contrib as _contrib


def __getattr__(name: str):
    return getattr(_contrib, name)


def __dir__() -> list[str]:
    return dir(_contrib)
