"""Whether arrays are finite: what a scaler of losses asks after each step of mixed precision training."""
import numpy as np

from ..base import ArgumentError
from ..core.operator import operator

_FLOAT32 = np.dtype("float32")


def finite(xp, arrays):
    """Return 1 where every element of all arrays is finite and 0 otherwise, as a float32 array of shape (1,)."""
    verdict = xp.ones(1, dtype=bool)
    for array in arrays:
        verdict = verdict & xp.isfinite(array).all()
    return verdict.astype(_FLOAT32)


def _float32(*dtypes, **_):
    return list(dtypes), [_FLOAT32]


@operator(
    differentiable=False,
    shape=lambda data, **_: ([data], [(1,)]),
    dtype=lambda data, **_: ([data], [_FLOAT32]),
)
def all_finite(xp, data, *, init_output: bool = True):
    """Return 1 if every element is finite, and 0 otherwise, with shape (1,), float32.

    Parameters
    ----------
    data : floating array
    init_output : taken for MXNet's sake; the output always starts from 1

    >>> mx.nd.all_finite(mx.nd.array([1, float('inf')]))
    [0.]
    <NDArray 1 @cpu(0)>
    """
    return finite(xp, [data])


@operator(differentiable=False, shape=lambda *shapes, **_: (list(shapes), [(1,)]), dtype=_float32)
def multi_all_finite(xp, *data, num_arrays: int = 1, init_output: bool = True):
    """Return 1 if every element of all arrays is finite, and 0 otherwise, with shape (1,), float32.

    Parameters
    ----------
    data : ``num_arrays`` floating arrays
    init_output : taken for MXNet's sake; the output always starts from 1

    >>> mx.nd.multi_all_finite(mx.nd.ones(2), mx.nd.array([float('nan')]), num_arrays=2)
    [0.]
    <NDArray 1 @cpu(0)>
    """
    if len(data) != num_arrays:
        raise ArgumentError(f"num_arrays={num_arrays} must be the number of inputs. Received: {len(data)} inputs")
    return finite(xp, data)
