"""Batch normalization in one pass over the data for each direction, as the operator BatchNorm needs it.

The library has a faster mode, "persistent", whose sums are scaled integers; they can overflow where activations have
grown large, and give NaN for what float32 still holds. A network that diverges should do so in the same way on every
device, so that mode is not used.
"""

import threading
from typing import Any

from . import prototypes as p
from .descriptors import Factors, shape_of, tensor
from .layout import empty, is_channels_last, laid_out
from .library import Library, loaded, served

_MODE = p.BATCHNORM_SPATIAL  # one mean and variance for each channel

_plans: dict[Any, "Plan"] = {}
_making = threading.Lock()


class Plan:
    """Descriptions of the data, and of what has one number a channel."""

    def __init__(self, library: Library, char: str, shape: tuple[int, ...], channels_last: bool):
        full = shape_of(shape)
        self.factors = Factors(char)
        self.data = tensor(library, char, full, channels_last)
        parameters = "d" if char == "d" else "f"
        self.parameters = tensor(library, parameters, (1, full[1], *(1,) * (len(full) - 2)))


def _plan(xp: Any, data: Any, channels_last: bool) -> Plan:
    library, char = loaded(), data.dtype.char
    key = (library, char, data.shape, channels_last, xp.cuda.get_device_id())
    found = _plans.get(key)
    if found is None:
        with _making:
            found = _plans[key] = Plan(library, char, data.shape, channels_last)
    return found


def forget() -> None:
    """Drop all plans."""
    _plans.clear()


def _channels_second(data: Any, axis: int) -> Any:
    """View data with its channels along ``axis`` as (batch, channel, \\*spatial)."""
    if axis == 1:
        return data
    return data.transpose(*range(min(axis, 1)), axis, *(i for i in range(min(axis, 1), data.ndim) if i != axis))


def _channels_back(data: Any, axis: int) -> Any:
    """Undo `_channels_second`."""
    if axis == 1:
        return data
    order = [i for i in range(data.ndim) if i != 1]
    return data.transpose(*order[:axis], 1, *order[axis:])


def _suits(data: Any, axis: int, parameters: Any) -> bool:
    """Tell whether the library takes it: channels second or last, up to three spatial axes, parameters of its dtype."""
    known = 2 <= data.ndim <= 5 and axis in (1, data.ndim - 1)
    char = "d" if data.dtype.char == "d" else "f"
    return known and all(each is None or each.dtype.char == char for each in parameters)


def _given(xp: Any, gamma: Any, *others: Any) -> list[Any]:
    """Return what has one number a channel as contiguous arrays, ones for a gamma that is None."""
    gamma = xp.ones(others[0].shape, others[0].dtype) if gamma is None else gamma
    return [laid_out(xp, each, False) for each in (gamma, *others)]


@served
def batch_norm_training(xp, data, gamma, beta, *, axis, eps):
    """Standardize each channel with the mean and variance of the batch, then scale by gamma and shift by beta.

    Parameters
    ----------
    data : floating array with channels along ``axis``
    gamma, beta : (channel,), float64 where the data are, otherwise float32; gamma None counts as 1

    Returns
    -------
    (array like ``data``; mean, biased variance and 1 / sqrt(variance + eps), each (channel,))
    """
    if not _suits(data, axis, (gamma, beta)) or data.size == beta.size:  # the library divides by batch - 1
        return None
    view = _channels_second(data, axis)
    last = is_channels_last(view)
    view = laid_out(xp, view, last)
    plan, library = _plan(xp, view, last), loaded()
    out, channels, count = empty(xp, view.shape, view.dtype, last), beta.size, data.size // beta.size
    # it adds 1 times the new statistics to 0 times these, and 0 * nan would be nan
    mean, variance = xp.zeros(channels, beta.dtype), xp.zeros(channels, beta.dtype)
    saved, inverse_std = xp.empty(channels, beta.dtype), xp.empty(channels, beta.dtype)
    gamma, beta = _given(xp, gamma, beta)
    library.call(
        "cudnnBatchNormalizationForwardTraining",
        library.handle(xp), _MODE, plan.factors.one, plan.factors.zero,
        plan.data.address, view.data.ptr, plan.data.address, out.data.ptr,
        plan.parameters.address, gamma.data.ptr, beta.data.ptr,
        1.0, mean.data.ptr, variance.data.ptr, eps, saved.data.ptr, inverse_std.data.ptr,
    )  # fmt: skip
    variance *= (count - 1) / count  # the library's divides by count - 1
    return _channels_back(out, axis), saved, variance, inverse_std


@served
def batch_norm_inference(xp, data, gamma, beta, mean, variance, *, axis, eps):
    """Standardize each channel with a given mean and variance, then scale by gamma and shift by beta.

    Returns
    -------
    array like ``data``
    """
    if not _suits(data, axis, (gamma, beta, mean, variance)):
        return None
    view = _channels_second(data, axis)
    last = is_channels_last(view)
    view = laid_out(xp, view, last)
    plan, library = _plan(xp, view, last), loaded()
    out = empty(xp, view.shape, view.dtype, last)
    given = _given(xp, gamma, beta, mean, variance)
    library.call(
        "cudnnBatchNormalizationForwardInference",
        library.handle(xp), _MODE, plan.factors.one, plan.factors.zero,
        plan.data.address, view.data.ptr, plan.data.address, out.data.ptr,
        plan.parameters.address, *(each.data.ptr for each in given), eps,
    )  # fmt: skip
    return _channels_back(out, axis)


@served
def batch_norm_gradient(xp, out_grad, data, gamma, mean, inverse_std, *, axis):
    """Return the gradients of `batch_norm_training` with respect to data, gamma and beta.

    Parameters
    ----------
    out_grad, data : arrays of one shape
    gamma, mean, inverse_std : (channel,), float64 where the data are, otherwise float32; gamma None counts as 1
    """
    if not _suits(data, axis, (gamma, mean, inverse_std)) or out_grad.dtype != data.dtype:
        return None
    view, grad = _channels_second(data, axis), _channels_second(out_grad, axis)
    last = is_channels_last(view)
    view, grad = laid_out(xp, view, last), laid_out(xp, grad, last)
    plan, library = _plan(xp, view, last), loaded()
    data_grad = empty(xp, view.shape, view.dtype, last)
    gamma_grad, beta_grad = xp.empty(mean.shape, mean.dtype), xp.empty(mean.shape, mean.dtype)
    mean, inverse_std = (laid_out(xp, each, False) for each in (mean, inverse_std))
    gamma = xp.ones(mean.shape, mean.dtype) if gamma is None else laid_out(xp, gamma, False)
    one, zero, place = plan.factors.one, plan.factors.zero, plan.data.address
    library.call(
        "cudnnBatchNormalizationBackward",
        library.handle(xp), _MODE, one, zero, one, zero,
        place, view.data.ptr, place, grad.data.ptr, place, data_grad.data.ptr,
        plan.parameters.address, gamma.data.ptr, gamma_grad.data.ptr, beta_grad.data.ptr,
        0.0, mean.data.ptr, inverse_std.data.ptr,  # eps is in inverse_std
    )  # fmt: skip
    return _channels_back(data_grad, axis), gamma_grad, beta_grad
