"""Memory as the library sees it, and primitives: kernels that it has compiled for certain shapes."""

import ctypes
from collections.abc import Callable, Sequence
from ctypes import byref, c_int, c_int64, c_void_p
from typing import Any

import numpy as np

from . import library as _library
from .library import Library, address

MOST_AXES = 12
_SMALL = 1 << 16  # bytes
_Dims = c_int64 * MOST_AXES
# Values of oneDNN's dnnl_types.h
_FLOAT, _ANY = 3, 1
SRC, DST, WEIGHTS, BIAS, WORKSPACE = 1, 17, 33, 41, 64
DIFF_SRC, DIFF_DST, DIFF_WEIGHTS = 129, 145, 161
STATE_WEIGHTS, DIFF_STATE_WEIGHTS = 34, 162  # of recurrent layers
_QUERY = {
    **{WEIGHTS: (131, 0), STATE_WEIGHTS: (131, 1), DIFF_WEIGHTS: (132, 0), DIFF_STATE_WEIGHTS: (132, 1)},
    WORKSPACE: (135, 0),
}


class _Argument(ctypes.Structure):
    _fields_ = (("arg", c_int), ("memory", c_void_p))


# -- memory ------------------------------------------------------------------------------------------------------------
def dims(values: Sequence[int]) -> Any:
    """Return numbers, one for each axis, as the library takes them."""
    return _Dims(*values)


def channels_last(array: np.ndarray) -> np.ndarray:
    """Return (batch, channel, \\*spatial) with the channels innermost in memory, copied where they are not."""
    last = array.transpose(0, *range(2, array.ndim), 1)
    return np.ascontiguousarray(last).transpose(0, array.ndim - 1, *range(1, array.ndim - 1))


def new(shape: Sequence[int]) -> np.ndarray:
    """Return an array without values, channels innermost."""
    batch, channels, *spatial = shape
    return np.empty((batch, *spatial, channels), np.float32).transpose(0, len(shape) - 1, *range(1, len(shape) - 1))


class Place:
    """A memory object of the library for arrays of one shape and order, its data set at each call."""

    def __init__(self, library: Library, description: c_void_p, room: np.ndarray | None = None):
        self.room = room
        self.memory = c_void_p()
        begin = c_void_p(None if room is None else address(room))
        library.call("memory_create", byref(self.memory), description, library.engine, begin)


def plain(library: Library, shape: Sequence[int], channels_last: bool) -> c_void_p:
    """Return the description of a contiguous float32 array."""
    return in_order(library, shape, [0, *range(2, len(shape)), 1] if channels_last else range(len(shape)))


def any_order(library: Library, shape: Sequence[int]) -> c_void_p:
    """Return a description that leaves the order to the primitive."""
    description = c_void_p()
    library.call("memory_desc_create_with_tag", byref(description), len(shape), dims(shape), _FLOAT, _ANY)
    return description


def in_order(library: Library, shape: Sequence[int], order: Sequence[int]) -> c_void_p:
    """Return the description of a float32 array whose axes stand in memory in the given order, the last innermost."""
    strides, step = [0] * len(shape), 1
    for axis in reversed(order):
        strides[axis], step = step, step * shape[axis]
    description = c_void_p()
    library.call(
        "memory_desc_create_with_strides", byref(description), len(shape), dims(shape), _FLOAT, dims(strides)
    )  # fmt: skip
    return description


def wanted_order(library: Library, primitive: c_void_p, argument: int) -> c_void_p:
    """Return the description that a primitive, of which a description is given, wants for an argument."""
    what, index = _QUERY[argument]
    return c_void_p(library.c.dnnl_primitive_desc_query_md(primitive, what, c_int(index)))


# -- primitives --------------------------------------------------------------------------------------------------------
def _several(arguments: int | Sequence[int] | None) -> Sequence[int]:
    return (arguments,) if isinstance(arguments, int) else arguments or ()


class Primitive:
    """A compiled kernel with its places: for each argument a description, and a reorder where it wants another order.

    Parameters
    ----------
    make : makes the primitive's description: (library, handle of the result) -> None
    arguments : for each argument of the library its description as our arrays have it, inputs first
    output : the argument that is written
    free : the argument whose order the primitive chooses, or several, if there are any
    workspace : a place that another primitive filled for this one; where it is among the arguments, each call names one
    adds : whether the primitive adds to what it finds in free outputs
    threads : the most that are used, None for all
    """

    def __init__(
        self,
        library: Library,
        make: Callable[[Any], None],
        arguments: dict[int, c_void_p],
        output: int | Sequence[int],
        free: int | Sequence[int] | None = None,
        workspace: "Place | None" = None,
        adds: bool = False,
        threads: int | None = None,
    ):
        outputs, free = _several(output), _several(free)
        self._library = library
        library.share_threads(threads)  # a kernel is cut into parts when it is made
        self._places = {}
        self._own: list[Place] = []  # kept alive, as their arrays are
        self._sums: list[np.ndarray] = []
        self.workspace: Place | None = None
        before: list[tuple[c_void_p, Any, int | None]] = []
        after: list[tuple[c_void_p, Any, int | None]] = []
        description = c_void_p()
        make(byref(description))
        handles = {}
        for argument, ours in arguments.items():
            place = self._places[argument] = Place(library, ours)
            handles[argument] = place.memory
            if argument not in free:
                continue
            wanted = wanted_order(library, description, argument)
            sums = adds and argument in outputs
            if library.c.dnnl_memory_desc_equal(wanted, ours) and not sums:
                continue
            inside = self._own_place(wanted)
            handles[argument] = inside.memory
            if sums and inside.room is not None:
                self._sums.append(inside.room)
            if argument in outputs:
                after.append(self._reorder(wanted, ours, inside, place))
            else:
                before.append(self._reorder(ours, wanted, place, inside))
        wanted = wanted_order(library, description, WORKSPACE)
        if WORKSPACE not in arguments and wanted and library.c.dnnl_memory_desc_get_size(wanted):
            self.workspace = workspace or self._own_place(wanted)
            handles[WORKSPACE] = self.workspace.memory
        primitive = c_void_p()
        library.share_threads(threads)
        library.call("primitive_create", byref(primitive), description)
        arguments_of = (_Argument * len(handles))(*(_Argument(a, m.value) for a, m in handles.items()))
        self._steps = [*before, (primitive, arguments_of, threads), *after]

    def _own_place(self, description: c_void_p) -> Place:
        """Return a place for what only the library reads."""
        size = self._library.c.dnnl_memory_desc_get_size(description)
        place = Place(self._library, description, np.empty(size, np.uint8))
        self._own.append(place)
        return place

    def _reorder(self, source: c_void_p, target: c_void_p, a: Place, b: Place) -> tuple[c_void_p, Any, int | None]:
        """Return a step that copies: a small one on the calling thread, since handing it out takes longer."""
        library, description, primitive = self._library, c_void_p(), c_void_p()
        most = 1 if library.c.dnnl_memory_desc_get_size(source) < _SMALL else None
        library.share_threads(most)
        library.call(
            "reorder_primitive_desc_create", byref(description), source, library.engine, target, library.engine, None
        )
        library.call("primitive_create", byref(primitive), description)
        arguments = (_Argument * 2)(_Argument(SRC, a.memory.value), _Argument(DST, b.memory.value))
        return primitive, arguments, most

    def __call__(self, arrays: dict[int, np.ndarray]) -> None:
        library, places = self._library, self._places
        point, execute, stream = library.point, library.execute, library.stream
        with _library.lock:
            for argument, array in arrays.items():
                point(places[argument].memory, address(array))
            for room in self._sums:
                room.fill(0)
            for primitive, arguments, count in self._steps:
                library.share_threads(count)
                status = execute(primitive, stream, len(arguments), arguments)
                if status:
                    raise NotImplementedError(f"oneDNN: primitive_execute answered {status}")
