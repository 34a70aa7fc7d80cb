"""Functions of ``mx.nd.contrib`` and ``mx.nd`` that are more than one operator: updates of several weights, drawing.

API: MXNet 1.9.1.
"""
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..base import ArgumentError, nearest
from ..core.operator import find
from ..ops import zipfian
from . import random
from .array import NDArray
from .creation import array
from .dispatch import invoke

LAMB = ("beta1", "beta2", "epsilon", "bias_correction", "rescale_grad", "clip_gradient")
BOUNDS = ("lower_bound", "upper_bound")


def _call(name: str, inputs: Sequence[NDArray], out: NDArray | None = None, **attrs) -> Any:
    op = find(name)
    return invoke(op, list(inputs), op.parse(attrs), out)


def _scale(rescale_grad, weight: NDArray) -> NDArray:
    """Return the factor on gradients as an array on the weight's device."""
    if isinstance(rescale_grad, NDArray):
        return rescale_grad.as_in_context(weight.context)
    return array([rescale_grad], ctx=weight.context, dtype="float32")


# -- AdamW -------------------------------------------------------------------------------------------------------------
def adamw_update(
    weight, grad, mean, var, rescale_grad, lr, eta, beta1=0.9, beta2=0.999, epsilon=1e-8, wd=0, clip_gradient=-1,
    out=None, name=None,
):  # fmt: skip
    """One step of AdamW. ``rescale_grad`` is a number or an array of one number; where it is 0, infinite or NaN, the
    weight and its states stay as they are.

    ``weight - eta * (lr * mean / (sqrt(var) + epsilon) + wd * weight)``; ``mean`` and ``var`` receive their new values.

    References: MXNet 1.9.1 function contrib.adamw_update.
    """
    rates = dict(lr=lr, eta=eta, beta1=beta1, beta2=beta2, epsilon=epsilon, wd=wd, clip_gradient=clip_gradient)
    return _call("_adamw_update", (weight, grad, mean, var, _scale(rescale_grad, weight)), out, **rates)


def mp_adamw_update(
    weight, grad, mean, var, weight32, rescale_grad, lr, eta, beta1=0.9, beta2=0.999, epsilon=1e-8, wd=0,
    clip_gradient=-1, out=None, name=None,
):  # fmt: skip
    """adamw_update in float32 on the master copy ``weight32``; the result is rounded to the dtype of ``weight``."""
    rates = dict(lr=lr, eta=eta, beta1=beta1, beta2=beta2, epsilon=epsilon, wd=wd, clip_gradient=clip_gradient)
    inputs = weight, grad, mean, var, weight32, _scale(rescale_grad, weight)
    return _call("_mp_adamw_update", inputs, out, **rates)


def _groups(name: str, *columns: Sequence) -> list[tuple]:
    """Return one tuple for each weight, after checking that all lists have one length."""
    counts = [len(column) for column in columns]
    if len(set(counts)) != 1:
        raise ArgumentError(f"{name}: there must be as many of each as there are weights. Received: {counts}")
    return list(zip(*columns, strict=True))


def _outputs(out: Any, count: int) -> Sequence[NDArray | None]:
    if out is None:
        return [None] * count
    return [out] if isinstance(out, NDArray) else out


def multi_adamw_update(
    weights, grads, mean, var, rescale_grad, lrs, wds, etas, out=None, name=None, size=0, **options
) -> list[NDArray]:
    """adamw_update of several weights: lists of arrays, and of one rate, decay and eta for each."""
    columns = weights, grads, mean, var, lrs, wds, etas, _outputs(out, len(weights))
    return [
        adamw_update(w, g, m, v, rescale_grad, lr=lr, wd=wd, eta=eta, out=o, **options)
        for w, g, m, v, lr, wd, eta, o in _groups("multi_adamw_update", *columns)
    ]


def multi_mp_adamw_update(
    weights, grads, mean, var, weights32, rescale_grad, lrs, wds, etas, out=None, name=None, size=0, **options
) -> list[NDArray]:
    """mp_adamw_update of several weights: lists of arrays, and of one rate, decay and eta for each."""
    columns = weights, grads, mean, var, weights32, lrs, wds, etas, _outputs(out, len(weights))
    return [
        mp_adamw_update(w, g, m, v, w32, rescale_grad, lr=lr, wd=wd, eta=eta, out=o, **options)
        for w, g, m, v, w32, lr, wd, eta, o in _groups("multi_mp_adamw_update", *columns)
    ]


# -- LAMB --------------------------------------------------------------------------------------------------------------
def _lamb(prefix: str, weight, grad, states: tuple, master: tuple, t: int, lr: float, wd: float, out, options: dict):
    for key in options:
        if key not in (*LAMB, *BOUNDS):
            raise ArgumentError(f"multi_lamb_update: unknown argument {key!r}.{nearest(key, (*LAMB, *BOUNDS))}")
    first = {key: options[key] for key in LAMB if key in options}
    second = {key: options[key] for key in BOUNDS if key in options}
    direction = _call(f"{prefix}lamb_update_phase1", (weight, grad, *states, *master), t=t, wd=wd, **first)
    norms = (master or (weight,))[0].norm(), direction.norm()
    return _call(f"{prefix}lamb_update_phase2", (weight, direction, *norms, *master), out, lr=lr, **second)


def multi_lamb_update(
    weights, grads, mean, var, step_count, lrs, wds, out=None, num_tensors=0, **options
) -> list[NDArray]:
    """One step of LAMB for several weights: both phases for each. ``options`` are the attributes of the two phases."""
    columns = weights, grads, mean, var, step_count, lrs, wds, _outputs(out, len(weights))
    return [
        _lamb("", w, g, (m, v), (), t, lr, wd, o, options)
        for w, g, m, v, t, lr, wd, o in _groups("multi_lamb_update", *columns)
    ]


def multi_mp_lamb_update(
    weights, grads, mean, var, weights32, step_count, lrs, wds, out=None, num_tensors=0, **options
) -> list[NDArray]:
    """multi_lamb_update in float32 on the master copies ``weights32``."""
    columns = weights, grads, mean, var, weights32, step_count, lrs, wds, _outputs(out, len(weights))
    return [
        _lamb("mp_", w, g, (m, v), (w32,), t, lr, wd, o, options)
        for w, g, m, v, w32, t, lr, wd, o in _groups("multi_mp_lamb_update", *columns)
    ]


# -- drawing, zeroing, shapes ------------------------------------------------------------------------------------------
def rand_zipfian(true_classes, num_sampled, range_max, ctx=None) -> tuple[NDArray, NDArray, NDArray]:
    """Draw classes by Zipf's law; see mxlearn.ops.zipfian."""

    def uniform(*bounds, **options):
        return random.uniform(*bounds, ctx=ctx or true_classes.context, **options)

    return zipfian.rand_zipfian(uniform, true_classes, num_sampled, range_max)


rand_zipfian.__doc__ = zipfian.rand_zipfian.__doc__


def getnnz(data, axis: int | None = None, out=None, name=None) -> NDArray:
    """Return how many values a csr matrix stores, explicit zeros included: in all, per column (0) or per row (1).

    >>> mx.nd.contrib.getnnz(mx.nd.array([[0, 1], [2, 3]]).tostype("csr"), axis=1)
    [1 2]
    <NDArray 2 @cpu(0)>
    """
    if getattr(data, "stype", None) != "csr":
        kind = getattr(data, "stype", type(data).__name__)
        raise ArgumentError(f"getnnz: data must be a csr matrix. Received: {kind}.\n  Convert with x.tostype('csr').")
    if axis not in (None, 0, 1):
        raise ArgumentError(f"getnnz: axis must be None, 0 or 1. Received: {axis}")
    indptr, indices = data.indptr.asnumpy(), data.indices.asnumpy()
    if axis is None:
        counts = indptr[-1:]
    else:
        counts = np.diff(indptr) if axis == 1 else np.bincount(indices, minlength=data.shape[1])
    result = array(counts, ctx=data.context, dtype="int64")
    return result if out is None else result.copyto(out)


def reset_arrays(*data, num_arrays: int, out=None, name=None) -> list[NDArray]:
    """Set arrays to zero, in place.

    >>> x, y = mx.nd.ones(2), mx.nd.ones(3)
    >>> mx.nd.reset_arrays(x, y, num_arrays=2)
    []
    >>> x.asnumpy().tolist()
    [0.0, 0.0]
    """
    arrays = data[0] if len(data) == 1 and isinstance(data[0], (list, tuple)) else data
    if len(arrays) != num_arrays:
        raise ArgumentError(f"reset_arrays: expected num_arrays = {num_arrays} arrays. Received: {len(arrays)}")
    for each in arrays:
        each[:] = 0
    return []


def get_oshape_of_gather_nd_op(dshape, ishape) -> tuple[int, ...]:
    """Return the shape that gather_nd gives for data and indices of these shapes.

    >>> mx.nd.get_oshape_of_gather_nd_op((2, 3, 4), (1, 5))
    (5, 3, 4)
    """
    dshape, ishape = tuple(dshape), tuple(ishape)
    (out,) = find("gather_nd").shape_rule(dshape, ishape)[1]  # type: ignore[misc]
    return tuple(out or ())
