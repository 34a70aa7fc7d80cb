"""SGD updates of several weights as one symbol: a group of the updates of each. API: MXNet 1.9.1.

The inputs are flat: weight0, grad0, state0, weight1, ... in the order of the operator for one weight.
"""
from collections.abc import Sequence
from typing import Any

from ..base import ArgumentError
from . import op
from .making import Group
from .symbol import Symbol

__all__ = ["multi_mp_sgd_mom_update", "multi_mp_sgd_update", "multi_sgd_mom_update"]


def _grouped(name: str, data: Sequence[Any], width: int, lrs, wds, num_weights: int, options: dict) -> Symbol:
    """Return the group of the updates, after checking that there are as many of everything as there are weights."""
    data = data[0] if len(data) == 1 and isinstance(data[0], (list, tuple)) else data
    counts = {"symbols": len(data), "lrs": len(lrs), "wds": len(wds)}
    expected = {"symbols": width * num_weights, "lrs": num_weights, "wds": num_weights}
    if counts != expected:
        raise ArgumentError(f"multi_{name}: {num_weights} weights need {expected}. Received: {counts}")
    update = getattr(op, name)
    each = [data[i * width : (i + 1) * width] for i in range(num_weights)]
    return Group([update(*x, lr=lr, wd=wd, **options) for x, lr, wd in zip(each, lrs, wds, strict=True)])


def multi_sgd_mom_update(
    *data, lrs, wds, momentum=0.0, rescale_grad=1.0, clip_gradient=-1.0, num_weights=1, name=None
) -> Symbol:
    """sgd_mom_update for several weights: ``lrs`` and ``wds`` hold one number for each."""
    options = dict(momentum=momentum, rescale_grad=rescale_grad, clip_gradient=clip_gradient)
    return _grouped("sgd_mom_update", data, 3, lrs, wds, num_weights, options)


def multi_mp_sgd_update(*data, lrs, wds, rescale_grad=1.0, clip_gradient=-1.0, num_weights=1, name=None) -> Symbol:
    """mp_sgd_update for several weights: ``lrs`` and ``wds`` hold one number for each."""
    options = dict(rescale_grad=rescale_grad, clip_gradient=clip_gradient)
    return _grouped("mp_sgd_update", data, 3, lrs, wds, num_weights, options)


def multi_mp_sgd_mom_update(
    *data, lrs, wds, momentum=0.0, rescale_grad=1.0, clip_gradient=-1.0, num_weights=1, name=None
) -> Symbol:
    """mp_sgd_mom_update for several weights: ``lrs`` and ``wds`` hold one number for each."""
    options = dict(momentum=momentum, rescale_grad=rescale_grad, clip_gradient=clip_gradient)
    return _grouped("mp_sgd_mom_update", data, 4, lrs, wds, num_weights, options)
