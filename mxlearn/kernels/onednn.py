"""oneDNN, Intel's library of kernels for neural networks, through its C interface: the fast tier on the CPU.

The functions here have the meaning of those of the same name in `convolution` and `pooling`, which call them first and
are the reference that tests hold them against. Each returns None for what the library does not do: other dtypes than
float32, empty arrays, another device. Arrays keep MXNet's shapes, (batch, channel, \\*spatial); in memory the channels
are innermost, the order in which the library is fast and in which NumPy looks at the result without a copy.

A *primitive* is a kernel that the library has compiled for certain shapes. It is made once for each signature and kept,
with the memory descriptions that it wants; the weights are brought into its own order at each call, for they change
with each step of training.

The package ``onednn-cpu-gomp`` (oneDNN 3.2, Apache 2.0, Linux on x86-64) brings the library alone; later packages of
oneDNN need a runtime of 1.5 GB. Nothing is loaded before the first convolution. MXLEARN_ONEDNN=0 switches it off.
"""

import ctypes
import os
import sys
import threading
from collections.abc import Callable, Sequence
from ctypes import POINTER, byref, c_int, c_int64, c_uint, c_void_p
from functools import lru_cache, wraps
from typing import Any, NamedTuple

import numpy as np

from ..core.parallel import own_threads

__all__ = [
    "convolution",
    "convolution_data_gradient",
    "convolution_weight_gradient",
    "pooling",
    "pooling_gradient",
    "state",
]

LIBRARY = "libdnnl.so.3"
MOST_AXES = 12
_Dims = c_int64 * MOST_AXES
# Values of oneDNN's dnnl_types.h
_CPU, _FLOAT, _ANY, _TRAINING, _INFERENCE, _DIRECT = 1, 3, 1, 64, 96, 1
_MAX, _MEAN, _MEAN_WITHOUT_PADDING = 0x1FF, 0x2FF, 0x3FF
_SRC, _DST, _WEIGHTS, _BIAS, _WORKSPACE = 1, 17, 33, 41, 64
_DIFF_SRC, _DIFF_DST, _DIFF_WEIGHTS = 129, 145, 161
_QUERY = {_WEIGHTS: 131, _DIFF_WEIGHTS: 132, _WORKSPACE: 135}


class _Argument(ctypes.Structure):
    _fields_ = (("arg", c_int), ("memory", c_void_p))


# -- the library -------------------------------------------------------------------------------------------------------
class State(NamedTuple):
    """Whether the library is in use: its version, or the reason why not."""

    version: str | None
    reason: str


class _Library:
    """The loaded library with an engine and a stream for the CPU."""

    def __init__(self, path: str):
        self.c = ctypes.CDLL(path)
        version = self.c.dnnl_version
        version.restype = POINTER(c_int)
        major, minor, patch = version()[0:3]
        if major != 3:
            raise OSError(f"oneDNN {major}.{minor}.{patch} was found, and version 3 is needed")
        self.version = f"{major}.{minor}.{patch}"
        self.c.dnnl_primitive_desc_query_md.restype = c_void_p
        self.c.dnnl_memory_desc_get_size.restype = ctypes.c_size_t
        self.engine, self.stream = c_void_p(), c_void_p()
        self.call("engine_create", byref(self.engine), _CPU, ctypes.c_size_t(0))
        self.call("stream_create", byref(self.stream), self.engine, c_uint(1))

    def call(self, name: str, *arguments: Any) -> None:
        """Call a function of the library; raise NotImplementedError where it does not do what was asked."""
        status = getattr(self.c, f"dnnl_{name}")(*arguments)
        if status:
            raise NotImplementedError(f"oneDNN: {name} answered {status}")


_lock = threading.RLock()  # the library uses all threads for one primitive at a time
_library: _Library | None = None
_state: State | None = None  # None before somebody asked


def state() -> State:
    """Return whether oneDNN is in use, loading it where nobody has."""
    global _library, _state
    with _lock:
        if _state is None:
            try:
                _library = _load()
                _state = State(_library.version, "")
            except (OSError, NotImplementedError, AttributeError) as error:
                _library, _state = None, State(None, str(error))
        return _state


def _operators() -> tuple[str, ...]:
    """Return the operators that the library computes, with all cores for one of them."""
    if state().version is None:
        return ()
    gradients = [f"_backward_{name}_{by}" for name in ("Convolution", "Deconvolution") for by in ("data", "weight")]
    return "Convolution", "Deconvolution", "Pooling", "_backward_Pooling_max", "_backward_Pooling_mean", *gradients


own_threads.append(_operators)


def _served(kernel: Callable[..., np.ndarray]) -> Callable[..., np.ndarray | None]:
    """Make of a kernel one that takes the array module first, and returns None for what the library does not do."""

    @wraps(kernel)
    def attempt(xp: Any, *arrays: Any, **options: Any) -> np.ndarray | None:
        if xp is not np or any(a.dtype != np.float32 or not a.size for a in arrays if a is not None):
            return None
        if state().version is None:
            return None
        try:
            return kernel(*arrays, **options)
        except NotImplementedError:
            return None

    return attempt


def _load() -> _Library:
    if os.environ.get("MXLEARN_ONEDNN") == "0":
        raise OSError("switched off by MXLEARN_ONEDNN=0")
    if sys.byteorder != "little" or sys.platform != "linux":
        raise OSError("the package onednn-cpu-gomp exists for Linux on x86-64 alone")
    candidates = [os.path.join(prefix, "lib", LIBRARY) for prefix in dict.fromkeys((sys.prefix, sys.base_prefix))]
    found = next(filter(os.path.isfile, candidates), None)
    if found is None:
        raise OSError("not installed: pip install onednn-cpu-gomp")
    before = os.environ.get("OMP_WAIT_POLICY")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read as it loads: its waiting threads leave NumPy's alone
    try:
        return _Library(found)
    finally:
        if before is None:
            del os.environ["OMP_WAIT_POLICY"]


def _after_fork() -> None:
    """Leave the library alone in a forked process: GNU OpenMP, of which it is made, has no threads there and waits."""
    global _library, _state, _lock
    _lock = threading.RLock()
    if _state is not None and _state.version is not None:
        _library, _state = None, State(None, "a forked process cannot use the threads of its parent")
    _primitive.cache_clear()
    _pool.cache_clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


# -- memory ------------------------------------------------------------------------------------------------------------
def _dims(values: Sequence[int]) -> Any:
    return _Dims(*values)


def _channels_last(array: np.ndarray) -> np.ndarray:
    """Return (batch, channel, \\*spatial) with the channels innermost in memory, copied where they are not."""
    last = array.transpose(0, *range(2, array.ndim), 1)
    return np.ascontiguousarray(last).transpose(0, array.ndim - 1, *range(1, array.ndim - 1))


def _new(shape: Sequence[int]) -> np.ndarray:
    """Return an array without values, channels innermost."""
    batch, channels, *spatial = shape
    return np.empty((batch, *spatial, channels), np.float32).transpose(0, len(shape) - 1, *range(1, len(shape) - 1))


def _strides(shape: Sequence[int], channels_last: bool) -> list[int]:
    """Return the strides, in items, of an array that is contiguous in that order."""
    order = [0, *range(2, len(shape)), 1] if channels_last else list(range(len(shape)))
    strides, step = [0] * len(shape), 1
    for axis in reversed(order):
        strides[axis], step = step, step * shape[axis]
    return strides


class _Place:
    """A memory object of the library for arrays of one shape and order, its data set at each call."""

    def __init__(self, library: _Library, description: c_void_p, room: np.ndarray | None = None):
        self._library = library
        self._room = room
        self.memory = c_void_p()
        address = c_void_p(None if room is None else room.ctypes.data)
        library.call("memory_create", byref(self.memory), description, library.engine, address)

    def hold(self, array: np.ndarray) -> None:
        """Point to the values of ``array``."""
        self._library.call("memory_set_data_handle", self.memory, c_void_p(array.ctypes.data))


def _plain(library: _Library, shape: Sequence[int], channels_last: bool) -> c_void_p:
    """Return the description of a contiguous float32 array."""
    description = c_void_p()
    library.call(
        "memory_desc_create_with_strides",
        byref(description), len(shape), _dims(shape), _FLOAT, _dims(_strides(shape, channels_last)),
    )  # fmt: skip
    return description


def _any(library: _Library, shape: Sequence[int]) -> c_void_p:
    """Return a description that leaves the order to the primitive."""
    description = c_void_p()
    library.call("memory_desc_create_with_tag", byref(description), len(shape), _dims(shape), _FLOAT, _ANY)
    return description


# -- primitives --------------------------------------------------------------------------------------------------------
class _Primitive:
    """A compiled kernel with its places: for each argument a description, and a reorder where it wants another order.

    Parameters
    ----------
    make : makes the primitive's description: (library, handle of the result) -> None
    arguments : for each argument of the library its description as our arrays have it, inputs first
    output : the argument that is written
    free : the argument whose order the primitive chooses, if there is one
    workspace : a place that another primitive filled for this one
    """

    def __init__(
        self,
        library: _Library,
        make: Callable[[Any], None],
        arguments: dict[int, c_void_p],
        output: int,
        free: int | None = None,
        workspace: "_Place | None" = None,
    ):
        self._library = library
        self._places = {}
        self._own: list[_Place] = []  # kept alive, as their arrays are
        self.workspace: _Place | None = None
        self._before: tuple[c_void_p, Any] | None = None
        self._after: tuple[c_void_p, Any] | None = None
        description = c_void_p()
        make(byref(description))
        handles = {}
        for argument, ours in arguments.items():
            place = self._places[argument] = _Place(library, ours)
            handles[argument] = place.memory
            if argument != free:
                continue
            wanted = c_void_p(library.c.dnnl_primitive_desc_query_md(description, _QUERY[argument], c_int(0)))
            if library.c.dnnl_memory_desc_equal(wanted, ours):
                continue
            inside = self._own_place(wanted)
            handles[argument] = inside.memory
            if argument == output:
                self._after = self._reorder(wanted, ours, inside, place)
            else:
                self._before = self._reorder(ours, wanted, place, inside)
        wanted = library.c.dnnl_primitive_desc_query_md(description, _QUERY[_WORKSPACE], c_int(0))
        if wanted and library.c.dnnl_memory_desc_get_size(c_void_p(wanted)):
            self.workspace = workspace or self._own_place(c_void_p(wanted))
            handles[_WORKSPACE] = self.workspace.memory
        self._primitive = c_void_p()
        library.call("primitive_create", byref(self._primitive), description)
        self._arguments = (_Argument * len(handles))(*(_Argument(a, m.value) for a, m in handles.items()))

    def _own_place(self, description: c_void_p) -> _Place:
        """Return a place for what only the library reads."""
        size = self._library.c.dnnl_memory_desc_get_size(description)
        place = _Place(self._library, description, np.empty(size, np.uint8))
        self._own.append(place)
        return place

    def _reorder(self, source: c_void_p, target: c_void_p, a: _Place, b: _Place) -> tuple[c_void_p, Any]:
        library, description, primitive = self._library, c_void_p(), c_void_p()
        library.call(
            "reorder_primitive_desc_create", byref(description), source, library.engine, target, library.engine, None
        )
        library.call("primitive_create", byref(primitive), description)
        return primitive, (_Argument * 2)(_Argument(_SRC, a.memory.value), _Argument(_DST, b.memory.value))

    def __call__(self, arrays: dict[int, np.ndarray]) -> None:
        library, call = self._library, self._library.call
        with _lock:
            for argument, array in arrays.items():
                self._places[argument].hold(array)
            steps = (self._before, (self._primitive, self._arguments), self._after)
            for primitive, arguments in (step for step in steps if step is not None):
                call("primitive_execute", primitive, library.stream, len(arguments), arguments)
            call("stream_wait", library.stream)


@lru_cache(maxsize=256)
def _primitive(kind: str, data: tuple, weight: tuple, out: tuple, bias: bool, window: tuple) -> _Primitive:
    """Return the kernel of one signature; shapes are those of the data, weight and output."""
    assert _library is not None
    library = _library
    stride, dilate, pad, after = window
    places = _dims(stride), _dims([d - 1 for d in dilate]), _dims(pad), _dims(after)
    image, target = _plain(library, data, True), _plain(library, out, True)
    free, plain = _any(library, weight), _plain(library, weight, False)
    bias_place = _plain(library, out[1:2], False) if bias else c_void_p()
    create = library.call
    forward = c_void_p()

    def make_forward(result: Any) -> None:
        create(
            "convolution_forward_primitive_desc_create",
            result, library.engine, _TRAINING, _DIRECT, image, free, bias_place, target, *places, None,
        )  # fmt: skip

    if kind == "forward":
        arguments = {_SRC: image, _WEIGHTS: plain, _DST: target} | ({_BIAS: bias_place} if bias else {})
        return _Primitive(library, make_forward, arguments, _DST, _WEIGHTS)
    make_forward(byref(forward))
    if kind == "data":

        def make_data(result: Any) -> None:
            create(
                "convolution_backward_data_primitive_desc_create",
                result, library.engine, _DIRECT, image, free, target, *places, forward, None,
            )  # fmt: skip

        arguments = {_DIFF_DST: target, _WEIGHTS: plain, _DIFF_SRC: image}
        return _Primitive(library, make_data, arguments, _DIFF_SRC, _WEIGHTS)

    def make_weight(result: Any) -> None:
        create(
            "convolution_backward_weights_primitive_desc_create",
            result, library.engine, _DIRECT, image, free, None, target, *places, forward, None,
        )  # fmt: skip

    arguments = {_SRC: image, _DIFF_DST: target, _DIFF_WEIGHTS: plain}
    return _Primitive(library, make_weight, arguments, _DIFF_WEIGHTS, _DIFF_WEIGHTS)


# -- convolution -------------------------------------------------------------------------------------------------------
def _window(size, kernel, stride, dilate, pad):
    """Return (output size, what describes the window to the library)."""
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilate, strict=True)]
    out = [(n + 2 * p - span) // s + 1 for n, span, s, p in zip(size, spans, stride, pad, strict=True)]
    # what the windows reach behind the image: less than pad where the last one does not come so far
    after = [(o - 1) * s + span - n - p for o, s, span, n, p in zip(out, stride, spans, size, pad, strict=True)]
    return tuple(out), (tuple(stride), tuple(dilate), tuple(pad), tuple(after))


def _grouped(weight, groups):
    """Return the shape of the weight as the library names it: with an axis of groups where there are several."""
    filters, *rest = weight
    return (groups, filters // groups, *rest) if groups > 1 else tuple(weight)


@_served
def convolution(data, weight, bias=None, *, stride, dilate, pad, groups=1):
    """Correlate every image with every filter of its group, as `kernels.convolution.convolution`."""
    out, window = _window(data.shape[2:], weight.shape[2:], stride, dilate, pad)
    shape = (data.shape[0], weight.shape[0], *out)
    run = _primitive("forward", data.shape, _grouped(weight.shape, groups), shape, bias is not None, window)
    result = _new(shape)
    arrays = {_SRC: _channels_last(data), _WEIGHTS: np.ascontiguousarray(weight), _DST: result}
    run(arrays if bias is None else {**arrays, _BIAS: np.ascontiguousarray(bias)})
    return result


@_served
def convolution_data_gradient(out_grad, weight, *, size, stride, dilate, pad, groups=1):
    """Spread every output gradient over its window, as `kernels.convolution.convolution_data_gradient`."""
    _, window = _window(size, weight.shape[2:], stride, dilate, pad)
    shape = (out_grad.shape[0], weight.shape[1] * groups, *size)
    run = _primitive("data", shape, _grouped(weight.shape, groups), out_grad.shape, False, window)
    result = _new(shape)
    run({_DIFF_DST: _channels_last(out_grad), _WEIGHTS: np.ascontiguousarray(weight), _DIFF_SRC: result})
    return result


@_served
def convolution_weight_gradient(out_grad, data, *, kernel, stride, dilate, pad, groups=1):
    """Sum products of output gradients and windows, as `kernels.convolution.convolution_weight_gradient`."""
    _, window = _window(data.shape[2:], kernel, stride, dilate, pad)
    shape = (out_grad.shape[1], data.shape[1] // groups, *kernel)
    run = _primitive("weight", data.shape, _grouped(shape, groups), out_grad.shape, False, window)
    result = np.empty(shape, np.float32)
    run({_SRC: _channels_last(data), _DIFF_DST: _channels_last(out_grad), _DIFF_WEIGHTS: result})
    return result


# -- pooling -----------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=256)
def _pool(data: tuple, out: tuple, kind: int, window: tuple, training: bool) -> tuple[_Primitive, _Primitive | None]:
    """Return the kernel of one signature and, where ``training``, that of its gradient."""
    assert _library is not None
    library = _library
    kernel, stride, pad, after = window
    places = _dims(stride), _dims(kernel), _dims([0] * len(kernel)), _dims(pad), _dims(after)
    image, target, forward = _plain(library, data, True), _plain(library, out, True), c_void_p()

    def make_forward(result: Any) -> None:
        library.call(
            "pooling_forward_primitive_desc_create",
            result, library.engine, _TRAINING if training else _INFERENCE, kind, image, target, *places, None,
        )  # fmt: skip

    def make_gradient(result: Any) -> None:
        library.call(
            "pooling_backward_primitive_desc_create",
            result, library.engine, kind, image, target, *places, forward, None,
        )  # fmt: skip

    first = _Primitive(library, make_forward, {_SRC: image, _DST: target}, _DST)
    if not training:
        return first, None
    make_forward(byref(forward))
    places_of = {_DIFF_DST: target, _DIFF_SRC: image}
    return first, _Primitive(library, make_gradient, places_of, _DIFF_SRC, workspace=first.workspace)


def _pooled(data, out, kernel, stride, pad, pool_type, count_include_pad):
    """Return the arguments of `_pool`; raise NotImplementedError for what the library would pool otherwise than we."""
    sizes = zip(out, stride, kernel, data.shape[2:], pad, strict=True)
    after = tuple((o - 1) * s + k - n - p for o, s, k, n, p in sizes)
    beyond = any(a > p for a, p in zip(after, pad, strict=True))
    empty = any(a >= k for a, k in zip(after, kernel, strict=True))  # a window that lies in the padding as a whole
    if pool_type not in ("max", "avg") or empty or (beyond and pool_type == "avg"):
        raise NotImplementedError(f"oneDNN: no pooling {pool_type!r} of these windows")
    kind = _MAX if pool_type == "max" else _MEAN if count_include_pad else _MEAN_WITHOUT_PADDING
    return data.shape, (*data.shape[:2], *out), kind, (tuple(kernel), tuple(stride), tuple(pad), after)


@_served
def pooling(data, *, out, kernel, stride, pad, pool_type, count_include_pad):
    """Reduce every window to its maximum or mean, as `kernels.pooling.pooling`; ``out`` is the spatial output shape."""
    signature = _pooled(data, out, kernel, stride, pad, pool_type, count_include_pad)
    data, result = _channels_last(data), _new(signature[1])
    flat = data.transpose(0, *range(2, data.ndim), 1).reshape(-1)
    if not np.isfinite(flat @ flat):
        raise NotImplementedError("oneDNN: a maximum beside NaN would be the number, and the NaN would stay unseen")
    run, _ = _pool(*signature, False)
    run({_SRC: data, _DST: result})
    return result


@_served
def pooling_gradient(out_grad, data, *, kernel, stride, pad, pool_type, count_include_pad):
    """Return the gradient with respect to the data, as `kernels.pooling.pooling_gradient`."""
    signature = _pooled(data, out_grad.shape[2:], kernel, stride, pad, pool_type, count_include_pad)
    forward, gradient = _pool(*signature, True)
    assert gradient is not None
    result = _new(data.shape)
    with _lock:
        if forward.workspace is not None:  # where each maximum stands
            forward({_SRC: _channels_last(data), _DST: _new(out_grad.shape)})
        gradient({_DIFF_DST: _channels_last(out_grad), _DIFF_SRC: result})
    return result
