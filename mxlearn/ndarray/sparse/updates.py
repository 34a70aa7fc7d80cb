"""Lazy updates: an optimizer's step on the rows that a row-sparse gradient has, and on no other.

The step is the operator's own kernel on these rows of the weight and of each state. Weight decay and momentum of the
other rows wait until a gradient reaches them: an embedding of a million words costs what the words of the batch cost.
"""
from collections.abc import Sequence
from typing import Any

from ...base import ShapeError
from ...core.operator import Operator
from ...kernels.sparse import Rows
from ..array import NDArray
from .array import BaseSparseNDArray

# operators that step lazily, and whether the weight must be row-sparse for it, as in MXNet
LAZY = {
    "sgd_update": False,
    "sgd_mom_update": False,
    "adam_update": False,
    "_sparse_adagrad_update": False,
    "_contrib_group_adagrad_update": False,
    "ftrl_update": True,
}


def lazy_update(op: Operator, inputs: Sequence, attrs: dict, out) -> Any:
    """Run one step on the rows of the gradient; return the weight, or None where the step is one on all rows."""
    weight, grad, *states = inputs
    sparse_weight = isinstance(weight, BaseSparseNDArray)
    if not isinstance(grad._raw, Rows) or attrs.get("lazy_update") is False or LAZY[op.name] and not sparse_weight:
        return None
    if grad.shape != weight.shape:
        raise ShapeError(f"{op.name}: the weight has shape {weight.shape}, its gradient {grad.shape}")
    target = weight.copy() if out is None else out
    numbers, xp = grad._raw.indices, grad._xp
    parts = [read_rows(x, numbers) for x in (weight, *states)]
    results = op.kernel(xp, parts[0], grad._raw.data, *parts[1:], **attrs)
    results = results if type(results) is tuple else (results,)
    for array, values in zip((target, *states), results, strict=True):
        write_rows(array, numbers, values)
    return target


def read_rows(x: NDArray, numbers) -> Any:
    """Return the raw rows of these numbers of an array of any storage."""
    return x._raw.read(numbers) if isinstance(x, BaseSparseNDArray) else x._data[numbers]


def write_rows(x: NDArray, numbers, values) -> None:
    """Replace the rows of these numbers of an array of any storage."""
    if isinstance(x, BaseSparseNDArray):
        x._raw = x._raw.written(numbers, values)
    else:
        x._data[numbers] = values
