"""The operators of ``mx.nd.contrib`` under their former place, ``mx.contrib.nd``."""
from ..ndarray import contrib as _contrib


def __getattr__(name: str):
    return getattr(_contrib, name)


def __dir__() -> list[str]:
    return dir(_contrib)
