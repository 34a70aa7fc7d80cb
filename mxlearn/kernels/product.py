"""Products of matrices: the one function behind FullyConnected, dot, batch_dot, the products of linalg and the RNN.

The readable form is `numpy.matmul`. Where oneDNN is in use, it computes large products of float32, since all kernels
that use several cores must share one pool of threads, see `mxlearn.threads`. Products that it does not know, float64
above all, are cut in blocks of rows or columns for our own threads.

Transposed matrices are views, ``weight.T``: none of the ways copies them.
"""

from math import prod

import numpy as np

from .. import threads
from ..core.parallel import run_parts
from . import cublas, onednn

# Multiplications above which several threads pay: 16 microseconds on one core, 120 where Python hands out the blocks
WORTH_THREADS = 1 << 19
WORTH_BLOCKS = 1 << 22
WORTH_COLUMN_SUMS = 1 << 14  # elements
_ROWS_AT_ONCE = 512


def product(xp, lhs, rhs, *, bias=None, out=None):
    """Multiply matrices or stacks of matrices, and add a bias to each row: ``lhs @ rhs + bias``.

    Parameters
    ----------
    lhs : (\\*stack, rows, inner)
    rhs : (\\*stack, inner, columns), same dtype; the stacks broadcast as those of `numpy.matmul`
    bias : (columns,), optional
    out : (\\*stack, rows, columns), optional, written and returned

    Returns
    -------
    (\\*stack, rows, columns), same dtype. float16 is summed in float32.
    """
    if lhs.dtype.char == "e" and xp is np:  # CuPy's products sum float16 in float32 themselves
        return _half(lhs, rhs, bias, out)
    if xp is not np or lhs.size * rhs.shape[-1] < WORTH_THREADS:
        result = _alone(xp, lhs, rhs, out)
    else:
        result = _together(lhs, rhs, out)
    if bias is not None:
        result += bias
    return result


def _half(lhs, rhs, bias, out):
    """Multiply matrices of float16 in float32."""
    wide = product(np, *(x.astype(np.float32) for x in (lhs, rhs)), bias=bias)
    if out is None:
        return wide.astype(lhs.dtype)
    out[...] = wide
    return out


def _alone(xp, lhs, rhs, out):
    """Multiply on the calling thread, or on the device."""
    if xp is not np:
        found = cublas.product(xp, lhs, rhs, out)
        return xp.matmul(lhs, rhs, out=out) if found is None else found
    if lhs.shape[-1] == 1 == rhs.shape[-2]:  # NumPy's product of a column and a row is 12 times as slow
        return np.multiply(lhs, rhs, out=out)
    if out is None and lhs.ndim == rhs.ndim == 2:
        return lhs.dot(rhs)  # the same; with small matrices matmul takes twice as long to find that out
    return np.matmul(lhs, rhs, out=out)


def _together(lhs, rhs, out):
    """Multiply on all threads."""
    if threads.num_threads() == 1:
        return _alone(np, lhs, rhs, out)
    if lhs.ndim > 2 and rhs.ndim == 2 and lhs.flags.c_contiguous and (out is None or out.flags.c_contiguous):
        flat = None if out is None else out.reshape(-1, out.shape[-1])
        return _together(lhs.reshape(-1, lhs.shape[-1]), rhs, flat).reshape(*lhs.shape[:-1], rhs.shape[-1])
    if lhs.ndim != 2 or rhs.ndim != 2:
        return _stacked(lhs, rhs, out)
    if out is None:
        out = np.empty((lhs.shape[0], rhs.shape[1]), np.result_type(lhs, rhs))
    if onednn.product(lhs, rhs, out):
        return out
    return _in_blocks(lhs, rhs, out)


def _stacked(lhs, rhs, out):
    """Multiply stacks of matrices: parts of the stack side by side where that pays, large matrices one by one."""
    stack, each = np.broadcast_shapes(lhs.shape[:-2], rhs.shape[:-2]), lhs.shape[-2] * lhs.shape[-1] * rhs.shape[-1]
    if prod(stack) * each < WORTH_BLOCKS:
        return np.matmul(lhs, rhs, out=out)
    if out is None:
        out = np.empty((*stack, lhs.shape[-2], rhs.shape[-1]), np.result_type(lhs, rhs))
    lhs, rhs = (np.broadcast_to(x, (*stack, *x.shape[-2:])) for x in (lhs, rhs))
    if each >= WORTH_THREADS:
        for index in np.ndindex(stack):
            _together(lhs[index], rhs[index], out[index])
    else:
        run_parts(lambda part: np.matmul(lhs[part], rhs[part], out=out[part]), stack[0])
    return out


def _in_blocks(lhs, rhs, out):
    """Multiply by NumPy, blocks of rows or of columns side by side where that pays."""
    rows, columns = out.shape
    if lhs.size * columns < WORTH_BLOCKS:
        return _alone(np, lhs, rhs, out)
    if rows >= columns:
        run_parts(lambda part: np.matmul(lhs[part], rhs, out=out[part]), rows)
    else:
        run_parts(lambda part: np.matmul(lhs, rhs[:, part], out=out[:, part]), columns)
    return out


# -- sums as products --------------------------------------------------------------------------------------------------
def column_sums(array, axes):
    """Sum a large array over ``axes``, all but the one that is innermost in memory; return None for other sums.

    It is a product with ones, a block of rows at a time: of (57600, 20) 12 times as fast as `numpy.sum`, which adds row
    by row, and 20 times as exact. The gradient of a bias is such a sum.

    Parameters
    ----------
    array : (\\*shape), numpy.ndarray
    axes : tuple of int, sorted

    Returns
    -------
    (columns,), same dtype, or None
    """
    if array.size < WORTH_COLUMN_SUMS or len(axes) != array.ndim - 1 or array.dtype.char not in "fd":
        return None
    [kept] = set(range(array.ndim)).difference(axes)
    rows = array.transpose(*axes, kept)
    if not rows.flags.c_contiguous:
        return None
    rows = rows.reshape(-1, rows.shape[-1])
    whole = len(rows) - len(rows) % _ROWS_AT_ONCE
    ones = np.ones(_ROWS_AT_ONCE, rows.dtype)
    total = np.add.reduce(ones @ rows[:whole].reshape(-1, _ROWS_AT_ONCE, rows.shape[1]), axis=0)
    if whole < len(rows):
        total += ones[: len(rows) - whole] @ rows[whole:]
    return total
