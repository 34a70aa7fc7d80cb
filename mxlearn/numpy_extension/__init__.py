"""What NumPy does not have: ``mx.npx``, the operators of networks on np.ndarrays, and the switches of NumPy's manner.

References: MXNet 1.9.1 module mxnet.numpy_extension.
"""
import importlib as _importlib
from typing import Any

from .. import ndarray as nd
from ..base import ArgumentError
from ..base import missing as _missing
from ..context import Context, cpu, cpu_pinned, current_context, gpu, gpu_memory_info, num_gpus
from ..core.frontend import bind, dress
from ..core.infer import size_of
from ..core.operator import REGISTRY, Operator
from ..ndarray import waitall
from ..ndarray.array import NDArray
from ..ndarray.serialization import read
from ..numpy.array import ndarray
from ..numpy.calling import arr, array_like, call, delegated, newshape
from ..numpy.shaping import shape_of
from ..symbol.symbol import Symbol
from ..util import get_cuda_compute_capability, is_np_array, is_np_shape, reset_np, set_np, use_np

# name here: operator of the registry
OPERATORS = {
    "activation": "Activation", "arange_like": "_contrib_arange_like", "batch_dot": "batch_dot",
    "batch_flatten": "Flatten", "batch_norm": "BatchNorm", "cast": "Cast", "convolution": "Convolution",
    "ctc_loss": "CTCLoss", "deconvolution": "Deconvolution", "dropout": "Dropout", "embedding": "Embedding",
    "erf": "erf", "erfinv": "erfinv", "fully_connected": "FullyConnected", "gamma": "gamma", "gammaln": "gammaln",
    "gather_nd": "gather_nd", "group_norm": "GroupNorm", "instance_norm": "InstanceNorm", "layer_norm": "LayerNorm",
    "leaky_relu": "LeakyReLU", "log_softmax": "log_softmax", "masked_log_softmax": "masked_log_softmax",
    "masked_softmax": "masked_softmax", "multibox_detection": "_contrib_MultiBoxDetection",
    "multibox_prior": "_contrib_MultiBoxPrior", "multibox_target": "_contrib_MultiBoxTarget", "one_hot": "one_hot",
    "pick": "pick", "pooling": "Pooling", "relu": "relu", "reshape_like": "reshape_like", "rnn": "RNN",
    "roi_pooling": "ROIPooling", "sequence_mask": "SequenceMask", "shape_array": "shape_array", "sigmoid": "sigmoid",
    "slice": "slice", "smooth_l1": "smooth_l1", "softmax": "softmax", "stop_gradient": "BlockGrad", "topk": "topk",
}  # fmt: skip


def build(op: Operator):
    """Return an operator as a function of np.ndarrays, or of symbols, that gives what it is given."""

    def function(*args, out=None, name=None, **kwargs) -> Any:
        inputs, attrs = bind(op, args, kwargs)
        if any(isinstance(x, Symbol) for x in inputs):
            from ..symbol.making import create

            return create(op, [None if x is None else x.as_np_ndarray() for x in inputs], attrs, name, op.name.lower())
        from ..ndarray.calling import check_given
        from ..ndarray.dispatch import invoke

        inputs = [None if x is None else arr(x, f"npx.{function.__name__}") for x in inputs]
        if not op.variadic:
            check_given(op, inputs, attrs)
        return invoke(op, inputs, attrs, out)

    return function


def nonzero(a) -> ndarray:
    """Return the indices of the elements that are not zero, one row for each; int64."""
    return delegated("argwhere", None, array_like(a))


def reshape(a, newshape, reverse: bool = False, order: str = "C") -> Any:
    """Return the elements in another shape, given by extents and codes.

    Parameters
    ----------
    newshape : -1 is computed from the rest; -2 copies the axis at this place; -3 drops an axis of extent 1; -4 copies
        all axes that are left; -5 merges two axes; -6 splits one into the next two numbers
    reverse : match the codes from the right

    >>> mx.npx.reshape(mx.np.zeros((2, 3, 4)), (-2, -5)).shape
    (2, 12)
    """
    if order != "C":
        raise ArgumentError(f"npx.reshape: order must be 'C'. Received: {order!r}")
    a = arr(a, "npx.reshape")
    codes = shape_of(newshape)
    if isinstance(a, Symbol):
        if any(c < -1 for c in codes):
            raise ArgumentError("npx.reshape: these codes need a known shape, which a graph has not; give the extents")
        return call("_np_reshape", a, newshape=codes)
    extents = list(a.shape)
    if reverse:
        target = _from_codes(extents[::-1], _reversed(codes), a.shape, codes)[::-1]
    else:
        target = _from_codes(extents, list(codes), a.shape, codes)
    return _newshape(a, target)


_newshape = newshape


def _reversed(codes) -> list[int]:
    """Return the codes from right to left; the two numbers of a split stay behind it."""
    groups, i = [], 0
    while i < len(codes):
        width = 3 if codes[i] == -6 else 1
        group = list(codes[i : i + width])
        groups.append([group[0], *group[:0:-1]])
        i += width
    return [c for group in reversed(groups) for c in group]


def _from_codes(extents: list[int], codes: list[int], shape, newshape) -> list[int]:
    bad = ArgumentError(f"npx.reshape: newshape={tuple(newshape)} does not describe an array of shape {shape}")
    found: list[int] = []
    codes = list(codes)
    while codes:
        code = codes.pop(0)
        if code >= 0:
            found.append(code)
            extents = extents[1:]
        elif code == -1:
            found.append(-1)
            extents = extents[1:]
        elif code == -4:
            found += extents
            extents = []
        elif not extents:
            raise bad
        elif code == -2:
            found.append(extents.pop(0))
        elif code == -3:
            if extents.pop(0) != 1:
                raise bad
        elif code == -5:
            if len(extents) < 2:
                raise bad
            found.append(extents.pop(0) * extents.pop(0))
        elif code == -6:
            if len(codes) < 2:
                raise bad
            whole, first, second = extents.pop(0), codes.pop(0), codes.pop(0)
            first = whole // second if first == -1 and second > 0 else first
            second = whole // first if second == -1 and first > 0 else second
            if first * second != whole:
                raise bad
            found += [first, second]
        else:
            raise bad
    if found.count(-1) > 1 or (-1 not in found and size_of(found) != size_of(shape)):
        raise bad
    return found


def constraint_check(x, msg: str) -> ndarray:
    """Return array(True); where an element is false, raise a ValueError with the message."""
    found = arr(x, "npx.constraint_check")
    if not bool(found._data.all()):
        raise ArgumentError(msg)
    return found.all()


# -- files -------------------------------------------------------------------------------------------------------------
def save(file: str, arr) -> None:
    """Write an np.ndarray, a list, or a dict of them, in the format that ``mx.nd.load`` and MXNet read."""
    whole = [arr] if isinstance(arr, NDArray) else arr
    if not isinstance(whole, (list, tuple, dict)):
        raise ArgumentError(f"npx.save: expected arrays, a list or a dict of them. Received: {type(arr).__name__}")
    nd.save(file, whole if isinstance(whole, dict) else list(whole))


def load(file: str) -> Any:
    """Read np.ndarrays from a file that ``save`` or ``mx.nd.save`` wrote: a list, or a dict."""
    found = read(file, scalars=True)
    if isinstance(found, dict):
        return {name: array.as_np_ndarray() for name, array in found.items()}
    return [array.as_np_ndarray() for array in found]


_LAZY = ("image", "random")
__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    "Context", "constraint_check", "cpu", "cpu_pinned", "current_context", "get_cuda_compute_capability", "gpu",
    "gpu_memory_info", "is_np_array", "is_np_shape", "load", "nonzero", "num_gpus", "reset_np", "reshape", "save",
    "set_np", "use_np", "waitall", *_LAZY, *OPERATORS,
]  # fmt: skip


def __getattr__(name: str):
    if name in _LAZY:
        return _importlib.import_module(f".{name}", __name__)
    op = REGISTRY.get(OPERATORS.get(name, ""))
    if op is None:
        raise _missing(__name__, name, __dir__)
    function = globals()[name] = dress(build(op), op, name, __name__)
    return function


def __dir__() -> list[str]:
    return sorted(name for name in __all__ if name not in OPERATORS or OPERATORS[name] in REGISTRY)
