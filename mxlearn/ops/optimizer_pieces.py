"""Pieces that the kernels of the update operators share: rescaling, clipping, averages, precision."""
import numpy as np

from ..base import ArgumentError

_DOUBLE = np.dtype("float64")


def clip(xp, array, bound):
    """Clip ``array`` in place to [-bound, bound]; a negative bound leaves it as it is."""
    if bound >= 0:
        xp.minimum(array, bound, out=array)
        xp.maximum(array, -bound, out=array)
    return array


def rescale(xp, grad, rescale_grad, clip_gradient, decay=0.0, weight=None):
    """Return clip(rescale_grad * grad + decay * weight) in a fresh array."""
    out = xp.multiply(grad, rescale_grad)
    if decay:
        out += xp.multiply(weight, decay)
    return clip(xp, out, clip_gradient)


def descent(xp, weight, grad, scale, rescale_grad, clip_gradient, wd):
    """Return scale * (clip(rescale_grad * grad) + wd * weight) in a fresh array, in as few passes as it takes."""
    if clip_gradient < 0:
        out = xp.multiply(grad, scale * rescale_grad)
    else:
        out = rescale(xp, grad, rescale_grad, clip_gradient)
        out *= scale
    if wd:
        out += xp.multiply(weight, scale * wd)
    return out


def complement(decay, dtype):
    """Return 1 - decay, with ``decay`` first rounded to the precision that MXNet holds it in.

    MXNet stores hyperparameters as float32: 1 - float32(0.999) differs from 0.001 by 1.3e-5 of its value, which a
    comparison of training runs would notice. Only float64 weights get the double precision value.
    """
    return 1.0 - decay if dtype == _DOUBLE else float(np.float32(1) - np.float32(decay))


def debias(decay, t, dtype):
    """Return 1 - decay**t in the precision of ``complement``."""
    return 1.0 - decay**t if dtype == _DOUBLE else float(np.float32(1) - np.float32(decay) ** np.float32(t))


def blend(average, value, decay):
    """Set ``average`` to decay * average + (1 - decay) * value and return it. ``value`` is a temporary, overwritten."""
    average *= decay
    value *= complement(decay, average.dtype)
    average += value
    return average


def low_precision_dtypes(low: int):
    """Return the dtype rule of a multi-precision operator: ``low`` inputs share one dtype, the rest are float32."""

    def rule(*dtypes, **by_name):
        given = list(dtypes or [value for key, value in by_name.items() if key in _TENSORS])
        weight = next((dtype for dtype in given[:low] if dtype is not None), None)
        return [weight] * low + [np.dtype("float32")] * (len(given) - low), [weight]

    return rule


_TENSORS = frozenset({"weight", "grad", "mom", "weight32"})


def check_count(name, values, count, what):
    """Raise ArgumentError where ``values`` are not ``count`` many."""
    if len(values) != count:
        raise ArgumentError(f"{name}: expected {what} = {count} values. Received: {len(values)}")
