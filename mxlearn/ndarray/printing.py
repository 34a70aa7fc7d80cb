"""The printed form of an NDArray, as MXNet prints it."""
from .. import backend


def text(array) -> str:
    """Return the elements as NumPy prints them, and a last line with shape and context."""
    shape = "x".join(map(str, array.shape))
    return f"\n{backend.to_numpy(array._data)!s}\n<{type(array).__name__} {shape} @{array._ctx}>"
