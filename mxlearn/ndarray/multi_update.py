"""SGD updates of several weights in one call, whose states change in place. API: MXNet 1.9.1.

The inputs are flat: weight0, grad0, state0, weight1, ... in the order of the operator for one weight. The functions
``preloaded_*`` take the learning rates and the weight decays as two last arrays instead of as attributes.
"""
from collections.abc import Sequence

from ..base import ArgumentError, ShapeError
from ..core.operator import find
from .array import NDArray
from .dispatch import invoke

__all__ = [
    "multi_mp_sgd_mom_update",
    "multi_mp_sgd_update",
    "multi_sgd_mom_update",
    "preloaded_multi_mp_sgd_mom_update",
    "preloaded_multi_mp_sgd_update",
    "preloaded_multi_sgd_mom_update",
    "preloaded_multi_sgd_update",
]


def _update_each(name, single, data, lrs, wds, num_weights, out, options):
    """Run the operator ``single`` for each weight, after checking that all arrays fit."""
    op = find(single)
    width = len(op.inputs)
    counts = {"arrays": len(data), "lrs": len(lrs), "wds": len(wds)}
    expected = {"arrays": width * num_weights, "lrs": num_weights, "wds": num_weights}
    if out is not None:
        out = list(out) if isinstance(out, (list, tuple)) else [out]
        counts["out"], expected["out"] = len(out), num_weights
    if counts != expected:
        raise ArgumentError(f"{name}: {num_weights} weights need {expected}. Received: {counts}")
    groups = [data[i * width : (i + 1) * width] for i in range(num_weights)]
    for i, group in enumerate(groups):
        arrays = [*group, out[i]] if out is not None else group
        shapes = {array.shape for array in arrays}
        if len(shapes) > 1:
            raise ShapeError(f"{name}: the arrays of weight {i} must have one shape. Received: {sorted(shapes)}")
    results = []
    for i, (group, lr, wd) in enumerate(zip(groups, lrs, wds, strict=True)):
        attrs = op.parse({**options, "lr": lr, "wd": wd})
        results.append(invoke(op, group, attrs, None if out is None else out[i]))
    return results[0] if num_weights == 1 else results


def _multi(name: str, single: str):
    def function(
        *data, lrs, wds, momentum=0.0, rescale_grad=1.0, clip_gradient=-1.0, num_weights=1, out=None, name=None
    ) -> NDArray | list[NDArray]:
        options = _options(single, momentum, rescale_grad, clip_gradient)
        return _update_each(function.__name__, single, _flat(data), lrs, wds, num_weights, out, options)

    return _dressed(function, name, f"{single} for several weights: ``lrs`` and ``wds`` hold one number for each.")


def _preloaded(name: str, single: str):
    def function(
        *data, momentum=0.0, rescale_grad=1.0, clip_gradient=-1.0, num_weights=1, out=None, name=None
    ) -> NDArray | list[NDArray]:
        *arrays, lrs, wds = _flat(data)
        rates = lrs.asnumpy().tolist(), wds.asnumpy().tolist()
        options = _options(single, momentum, rescale_grad, clip_gradient)
        return _update_each(function.__name__, single, arrays, *rates, num_weights, out, options)

    return _dressed(function, name, f"{single} for several weights: the last two inputs hold the lrs and the wds.")


def _options(single, momentum, rescale_grad, clip_gradient):
    options = {"rescale_grad": rescale_grad, "clip_gradient": clip_gradient}
    return {**options, "momentum": momentum} if "mom" in single else options


def _flat(data) -> Sequence:
    return data[0] if len(data) == 1 and isinstance(data[0], (list, tuple)) else data


def _dressed(function, name, doc):
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


multi_sgd_mom_update = _multi("multi_sgd_mom_update", "sgd_mom_update")
multi_mp_sgd_update = _multi("multi_mp_sgd_update", "mp_sgd_update")
multi_mp_sgd_mom_update = _multi("multi_mp_sgd_mom_update", "mp_sgd_mom_update")
preloaded_multi_sgd_update = _preloaded("preloaded_multi_sgd_update", "sgd_update")
preloaded_multi_sgd_mom_update = _preloaded("preloaded_multi_sgd_mom_update", "sgd_mom_update")
preloaded_multi_mp_sgd_update = _preloaded("preloaded_multi_mp_sgd_update", "mp_sgd_update")
preloaded_multi_mp_sgd_mom_update = _preloaded("preloaded_multi_mp_sgd_mom_update", "mp_sgd_mom_update")
