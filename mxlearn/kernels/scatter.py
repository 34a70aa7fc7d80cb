"""Adding values into places that may be named more than once: the transpose of reading by index."""
from math import prod

from . import cuda


def wrapped(xp, index, extent):
    """Return an integer index array with negative indices counted from the end."""
    index = index.astype("int64", copy=False)
    return xp.where(index < 0, index + extent, index)


def flat_index(xp, indices, shape):
    """Return row-major positions in an array of ``shape`` from one integer array per axis, broadcast together."""
    flat = None
    stride = 1
    for index, extent in zip(reversed(indices), reversed(shape), strict=True):
        part = wrapped(xp, index, extent)
        if stride != 1:
            part = part * stride
        flat = part if flat is None else flat + part
        stride *= extent
    return flat


def add_at(xp, shape, dtype, index, values):
    """Return zeros of ``shape`` with the rows ``values`` added at the rows ``index``; repeated rows accumulate.

    Parameters
    ----------
    shape : tuple of int, shape of the result: (rows, *row)
    index : integer array of any shape, from 0 to rows - 1
    values : index.shape + row

    Notes
    -----
    ``add.at`` is fast for one index array on a one-dimensional array alone, so rows are spelled out element by element:
    for 20,000 rows of 64 numbers this takes a fifth of the time.
    """
    fast = cuda.add_at(xp, shape, dtype, index, values)
    if fast is not None:
        return fast
    width = prod(shape[1:])
    out = xp.zeros(prod(shape), dtype)
    index = index.reshape(-1).astype("int64", copy=False)
    if width != 1:
        index = (index[:, None] * width + xp.arange(width)).reshape(-1)
    xp.add.at(out, index, values.reshape(-1))
    return out.reshape(shape)
