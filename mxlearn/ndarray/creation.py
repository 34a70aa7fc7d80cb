"""Arrays from data, constants and sequences."""
from collections.abc import Sequence

import numpy as np

from .. import backend
from ..base import ArgumentError, DTypeError, OutOfMemoryError, type_name
from ..context import Context, current_context
from ..core.frontend import _Null
from ..core.operator import find
from .array import NDArray, supported_dtype, wrap
from .dispatch import invoke


def _default(ctx: Context | None) -> Context:
    if ctx is None or ctx is _Null:
        return current_context()
    if not isinstance(ctx, Context):
        raise ArgumentError(f"ctx must be a Context such as mx.cpu(). Received: {ctx!r}")
    return ctx


def array(source_array, ctx: Context | None = None, dtype=None) -> NDArray:
    """Return a new NDArray with a copy of the data.

    Parameters
    ----------
    source_array : nested lists, a number, a NumPy array, an NDArray or a matrix of scipy.sparse; what is sparse gives
        a sparse array
    ctx : Context, default the current one
    dtype : default float32, or the dtype of an NDArray; a NumPy array becomes float32 as well, as in MXNet

    Raises
    ------
    ArgumentError
        If the data is ragged or not numeric.

    Examples
    --------
    >>> mx.nd.array([[1, 2], [3, 4]])
    <BLANKLINE>
    [[1. 2.]
     [3. 4.]]
    <NDArray 2x2 @cpu(0)>
    """
    if isinstance(source_array, NDArray):
        context = source_array._ctx if ctx is None else ctx
        try:
            moved = backend.transfer(source_array._data, context.device_type, context.device_id)
        except AttributeError:  # sparse
            return _sparse(source_array, ctx, dtype)
        return wrap(moved if dtype is None else moved.astype(supported_dtype(dtype)), context)
    if type(source_array).__module__.startswith("scipy.sparse"):
        return _sparse(source_array, ctx, dtype)
    context = _default(ctx)
    target = supported_dtype(_given(dtype))
    if isinstance(source_array, (list, tuple)) and any(isinstance(v, NDArray) for v in source_array):
        source_array = [v.asnumpy() if isinstance(v, NDArray) else v for v in source_array]
    try:
        host = np.array(source_array, dtype=target, order="C")
    except (TypeError, ValueError, OverflowError) as error:
        reason = "it is ragged: its rows differ in length" if "inhomogeneous" in str(error) else error
        raise ArgumentError(
            f"array: cannot make an array of dtype {target} from this {type_name(source_array)}: {reason}.\n"
            "  Rows must have equal lengths, and elements must be numbers."
        ) from None
    except MemoryError as error:
        raise _too_large("array", error) from None
    if host.ndim == 0:
        host = host.reshape(1)
    if context.xp is np:
        return wrap(host, context)
    return wrap(backend.transfer(host, context.device_type, context.device_id), context)


def _sparse(source, ctx, dtype) -> NDArray:
    from .sparse import array as sparse_array

    return sparse_array(source, ctx, _given(dtype))


def empty(shape, ctx: Context | None = None, dtype=None, stype: str | None = None) -> NDArray:
    """Return an array whose elements are not initialized; a sparse one, where ``stype`` asks for it, stores nothing."""
    if stype not in (None, "default"):
        return zeros(shape, ctx, dtype, stype=stype)
    context = _default(ctx)
    return wrap(_filled("empty", context, shape, dtype), context)


def zeros(shape, ctx: Context | None = None, dtype=None, stype: str | None = None, **kwargs) -> NDArray:
    """Return an array of zeros, in storage type ``stype``: "default" (dense), "csr" or "row_sparse".

    >>> mx.nd.zeros((1, 2))
    <BLANKLINE>
    [[0. 0.]]
    <NDArray 1x2 @cpu(0)>
    """
    if stype not in (None, "default"):
        from .sparse import zeros as sparse_zeros

        return sparse_zeros(stype, shape, ctx, dtype, **kwargs)
    context = _default(ctx)
    return _finish(_filled("zeros", context, shape, dtype), context, kwargs, "zeros")


def ones(shape, ctx: Context | None = None, dtype=None, **kwargs) -> NDArray:
    """Return an array of ones."""
    context = _default(ctx)
    return _finish(_filled("ones", context, shape, dtype), context, kwargs, "ones")


def full(shape, val, ctx: Context | None = None, dtype="float32", out: NDArray | None = None) -> NDArray:
    """Return an array filled with ``val``."""
    context = _default(ctx)
    return _finish(_filled("full", context, shape, dtype, val), context, {"out": out}, "full")


def _filled(what: str, context: Context, shape, dtype, *value):
    """Return the raw array that ``xp.zeros``, ``ones``, ``empty`` or ``full`` makes."""
    extents, kind, make = _shape(shape, what), supported_dtype(_given(dtype)), getattr(context.xp, what)
    try:
        return make(extents, *value, dtype=kind)
    except (MemoryError, ValueError) as error:  # ValueError: more bytes than an address can count
        if isinstance(error, OutOfMemoryError):  # a GPU's, which says who holds what
            raise OutOfMemoryError(f"{what}: {error}") from None
        if isinstance(error, ValueError) and "too big" not in str(error) and "exceeded" not in str(error):
            raise ArgumentError(f"{what}: {error}. Received: {value[0]!r}" if value else f"{what}: {error}") from None
        raise _too_large(what, f"shape {extents} of {kind} needs {_gibibytes(extents, kind)}") from None


def _gibibytes(extents: tuple[int, ...], kind: np.dtype) -> str:
    size = kind.itemsize
    for extent in extents:
        size *= extent
    return f"{size / 2**30:,.0f} GiB"


def _too_large(what: str, reason) -> OutOfMemoryError:
    return OutOfMemoryError(f"{what}: the array does not fit into memory: {reason}.\n  Is a dimension wrong?")


def _finish(raw, context: Context, kwargs: dict, what: str) -> NDArray:
    out = kwargs.pop("out", None)
    kwargs.pop("name", None)
    if kwargs:
        raise ArgumentError(f"{what}: unknown argument {next(iter(kwargs))!r}. It takes shape, ctx, dtype and out.")
    if out is None:
        return wrap(raw, context)
    out[:] = wrap(raw, context)
    return out


def _given(dtype):
    return None if dtype is _Null else dtype


def _shape(shape, what: str) -> tuple[int, ...]:
    if isinstance(shape, (int, np.integer)):
        shape = (int(shape),)
    try:
        found = tuple(int(n) for n in shape)
    except (TypeError, ValueError):
        found = None
    if found is None:
        raise ArgumentError(f"{what}: shape must be an int or a tuple of int. Received: {shape!r}")
    if any(n < 0 for n in found):
        raise ArgumentError(f"{what}: each dimension of a shape must be at least 0. Received: {found}")
    return found


def arange(start, stop=None, step=1.0, repeat=1, infer_range=None, ctx=None, dtype="float32") -> NDArray:
    """Return evenly spaced values from ``start`` up to, not including, ``stop``; each ``repeat`` times.

    >>> mx.nd.arange(3)
    <BLANKLINE>
    [0. 1. 2.]
    <NDArray 3 @cpu(0)>
    """
    if stop is None:
        start, stop = 0, start
    context = _default(ctx)
    if not step:
        raise ArgumentError("arange: step must not be 0.")
    try:
        values = np.arange(start, stop, step, dtype=np.float64)
    except (MemoryError, ValueError) as error:
        raise _too_large("arange", f"from {start} to {stop} by {step}: {error}") from None
    if repeat != 1:
        values = np.repeat(values, repeat)
    return array(values, context, _given(dtype) or "float32")


def linspace(start, stop, num: int, endpoint: bool = True, ctx=None, dtype="float32") -> NDArray:
    """Return ``num`` evenly spaced values from ``start`` to ``stop``."""
    return array(np.linspace(start, stop, num, endpoint=endpoint), ctx, dtype)


def eye(N: int, M: int = 0, k: int = 0, ctx=None, dtype=None, **kwargs) -> NDArray:
    """Return an (N, M) array with ones on the k-th diagonal; M = 0 means M = N."""
    context = _default(ctx)
    return _finish(context.xp.eye(N, M or N, k, supported_dtype(_given(dtype))), context, kwargs, "eye")


def from_numpy(ndarray: np.ndarray, zero_copy: bool = True) -> NDArray:
    """Return an NDArray on cpu(0) that shares the memory of a C-contiguous NumPy array.

    With zero_copy=True the NumPy array becomes read-only, as in MXNet: change the data through the NDArray.
    """
    if not isinstance(ndarray, np.ndarray):
        raise ArgumentError(f"from_numpy: expected a numpy.ndarray. Received: {type(ndarray).__name__}")
    supported_dtype(ndarray.dtype)
    if not zero_copy:
        return array(ndarray, dtype=ndarray.dtype)
    if not ndarray.flags.c_contiguous:
        raise ArgumentError("from_numpy: only a C-contiguous array can be shared; pass zero_copy=False to copy it")
    shared = ndarray.view()
    ndarray.flags.writeable = False
    return wrap(shared.reshape(1) if shared.ndim == 0 else shared, Context("cpu", 0))


def from_dlpack(dlpack) -> NDArray:
    """Return an NDArray that shares memory with an object (or capsule) of the DLPack protocol."""
    bare = not hasattr(dlpack, "__dlpack__")
    source = _Capsule(dlpack) if bare else dlpack
    device_type, device_id = source.__dlpack_device__()
    context = Context("gpu", device_id) if device_type == 2 else Context("cpu", 0)
    try:
        raw = context.xp.from_dlpack(source)
        supported_dtype(raw.dtype)
    except (AttributeError, BufferError, RuntimeError, TypeError, ValueError) as error:
        raise DTypeError(f"from_dlpack: the data cannot be shared: {error}") from error
    return wrap(_unlocked(raw) if bare else raw, context)


def _unlocked(raw: np.ndarray) -> np.ndarray:
    """Return the memory of a bare capsule as writable: such a capsule does not say what it is, and NumPy locks it."""
    if not (raw.size and raw.flags.c_contiguous):
        return raw
    import ctypes

    memory = (ctypes.c_byte * raw.nbytes).from_address(raw.ctypes.data)
    memory.owner = raw  # type: ignore[attr-defined] - keeps the capsule's memory alive
    return np.frombuffer(memoryview(memory).cast("B"), raw.dtype).reshape(raw.shape)


class _Capsule:
    """A bare DLPack capsule of CPU memory, as to_dlpack_for_read gives it, in the form that NumPy asks for."""

    def __init__(self, capsule):
        self._capsule = capsule

    def __dlpack__(self, **_):
        return self._capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)


def to_dlpack_for_read(data: NDArray):
    """Return a DLPack capsule of ``data`` for reading."""
    return data.to_dlpack_for_read()


def to_dlpack_for_write(data: NDArray):
    """Return a DLPack capsule of ``data`` for writing."""
    return data.to_dlpack_for_write()


def concatenate(arrays: Sequence[NDArray], axis: int = 0, always_copy: bool = True) -> NDArray:
    """Return the arrays joined along an axis that exists."""
    if not arrays:
        raise ArgumentError("concatenate: at least one array is needed")
    if len(arrays) == 1 and not always_copy:
        return arrays[0]
    return invoke(find("Concat"), list(arrays), {"dim": axis})


def moveaxis(tensor: NDArray, source, destination) -> NDArray:
    """Return the array with the axes ``source`` moved to the places ``destination``."""
    order = np.moveaxis(np.empty((0,) * tensor.ndim), source, destination)  # validates the axes
    del order
    sources = [s % tensor.ndim for s in ((source,) if isinstance(source, int) else source)]
    targets = [d % tensor.ndim for d in ((destination,) if isinstance(destination, int) else destination)]
    axes = [axis for axis in range(tensor.ndim) if axis not in sources]
    for target, origin in sorted(zip(targets, sources, strict=True)):
        axes.insert(target, origin)
    return invoke(find("transpose"), (tensor,), {"axes": tuple(axes)})


def split_v2(ary: NDArray, indices_or_sections, axis: int = 0, squeeze_axis: bool = False):
    """Return the array cut along ``axis``, into n equal parts or before each of the given indices."""
    op = find("_split_v2")
    if isinstance(indices_or_sections, int):
        attrs = {"indices": (), "sections": indices_or_sections}
    else:
        attrs = {"indices": (0, *indices_or_sections), "sections": 0}
    return invoke(op, (ary,), op.parse({**attrs, "axis": axis, "squeeze_axis": squeeze_axis}))


def onehot_encode(indices: NDArray, out: NDArray) -> NDArray:
    """Write the one-hot rows of ``indices`` into ``out`` (rows, classes)."""
    out[:] = invoke(find("one_hot"), (indices,), {"depth": out.shape[1]}).astype(out.dtype)
    return out


def histogram(a: NDArray, bins=10, range=None):
    """Return (counts, bin edges) of the elements of ``a``."""
    if isinstance(bins, NDArray):
        counts, edges = np.histogram(a.asnumpy(), bins=bins.asnumpy())
    elif isinstance(bins, (int, np.integer)):
        counts, edges = np.histogram(a.asnumpy(), bins=int(bins), range=range)
    else:
        raise ArgumentError(f"histogram: bins must be an int or an NDArray of edges. Received: {bins!r}")
    return array(counts, a._ctx, "int64"), array(edges, a._ctx, a.dtype if a._data.dtype.kind == "f" else "float32")


def waitall() -> None:
    """Wait until all computations on all devices are done."""
    backend.synchronize()


__all__ = [
    "arange",
    "array",
    "concatenate",
    "empty",
    "eye",
    "from_dlpack",
    "from_numpy",
    "full",
    "histogram",
    "linspace",
    "moveaxis",
    "onehot_encode",
    "ones",
    "split_v2",
    "to_dlpack_for_read",
    "to_dlpack_for_write",
    "waitall",
    "zeros",
]
