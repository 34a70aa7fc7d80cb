"""The printed form of an NDArray, as MXNet prints it, and its form in a notebook."""
import numpy as np

from .. import backend
from ..base import MXNetError


def text(array) -> str:
    """Return the elements as NumPy prints them, and a last line with shape and context."""
    shape = "x".join(map(str, array.shape))
    return f"\n{_elements(array._data)}\n<{type(array).__name__} {shape} @{array._ctx}>"


def _elements(raw) -> str:
    """Return the elements as NumPy prints them; of a large array of a GPU only those that are printed are copied."""
    options = np.get_printoptions()
    edge = options["edgeitems"]
    if isinstance(raw, np.ndarray) or raw.size <= options["threshold"]:
        return str(backend.to_numpy(raw))
    xp = backend.module_of(raw)
    for axis, extent in enumerate(raw.shape):
        if extent > 2 * edge + 1:  # one more than is printed, so that NumPy knows of a gap
            ahead, behind = (slice(None),) * axis + (slice(edge + 1),), (slice(None),) * axis + (slice(-edge, None),)
            raw = xp.concatenate([raw[ahead], raw[behind]], axis=axis)
    with np.printoptions(threshold=0):
        return str(backend.to_numpy(raw))


def html(array) -> str | None:
    """Return the form of an array in a notebook, or None where its text is enough."""
    from .. import display

    try:
        return display.array_html(array._data, text(array), str(array._ctx))
    except (MXNetError, RuntimeError, MemoryError) as error:  # of a device that failed: a notebook shows the reason
        return display.message_html(f"<{type(array).__name__} @{array._ctx}>", f"The array cannot be read: {error}")
