"""Memory as the library sees it, and primitives: kernels that it has compiled for certain shapes."""

import ctypes
from collections.abc import Callable, Sequence
from ctypes import byref, c_int, c_int64, c_void_p
from typing import Any

import numpy as np

from . import library as _library
from .library import Library

MOST_AXES = 12
_Dims = c_int64 * MOST_AXES
# Values of oneDNN's dnnl_types.h
_FLOAT, _ANY = 3, 1
SRC, DST, WEIGHTS, BIAS, WORKSPACE = 1, 17, 33, 41, 64
DIFF_SRC, DIFF_DST, DIFF_WEIGHTS = 129, 145, 161
_QUERY = {WEIGHTS: 131, DIFF_WEIGHTS: 132, WORKSPACE: 135}


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


def _strides(shape: Sequence[int], channels_last: bool) -> list[int]:
    """Return the strides, in items, of an array that is contiguous in that order."""
    order = [0, *range(2, len(shape)), 1] if channels_last else list(range(len(shape)))
    strides, step = [0] * len(shape), 1
    for axis in reversed(order):
        strides[axis], step = step, step * shape[axis]
    return strides


class Place:
    """A memory object of the library for arrays of one shape and order, its data set at each call."""

    def __init__(self, library: Library, description: c_void_p, room: np.ndarray | None = None):
        self._library = library
        self._room = room
        self.memory = c_void_p()
        address = c_void_p(None if room is None else room.ctypes.data)
        library.call("memory_create", byref(self.memory), description, library.engine, address)

    def hold(self, array: np.ndarray) -> None:
        """Point to the values of ``array``."""
        self._library.call("memory_set_data_handle", self.memory, c_void_p(array.ctypes.data))


def plain(library: Library, shape: Sequence[int], channels_last: bool) -> c_void_p:
    """Return the description of a contiguous float32 array."""
    description = c_void_p()
    library.call(
        "memory_desc_create_with_strides",
        byref(description), len(shape), dims(shape), _FLOAT, dims(_strides(shape, channels_last)),
    )  # fmt: skip
    return description


def any_order(library: Library, shape: Sequence[int]) -> c_void_p:
    """Return a description that leaves the order to the primitive."""
    description = c_void_p()
    library.call("memory_desc_create_with_tag", byref(description), len(shape), dims(shape), _FLOAT, _ANY)
    return description


# -- primitives --------------------------------------------------------------------------------------------------------
class Primitive:
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
        library: Library,
        make: Callable[[Any], None],
        arguments: dict[int, c_void_p],
        output: int,
        free: int | None = None,
        workspace: "Place | None" = None,
    ):
        self._library = library
        self._places = {}
        self._own: list[Place] = []  # kept alive, as their arrays are
        self.workspace: Place | None = None
        self._before: tuple[c_void_p, Any] | None = None
        self._after: tuple[c_void_p, Any] | None = None
        description = c_void_p()
        make(byref(description))
        handles = {}
        for argument, ours in arguments.items():
            place = self._places[argument] = Place(library, ours)
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
        wanted = library.c.dnnl_primitive_desc_query_md(description, _QUERY[WORKSPACE], c_int(0))
        if wanted and library.c.dnnl_memory_desc_get_size(c_void_p(wanted)):
            self.workspace = workspace or self._own_place(c_void_p(wanted))
            handles[WORKSPACE] = self.workspace.memory
        self._primitive = c_void_p()
        library.call("primitive_create", byref(self._primitive), description)
        self._arguments = (_Argument * len(handles))(*(_Argument(a, m.value) for a, m in handles.items()))

    def _own_place(self, description: c_void_p) -> Place:
        """Return a place for what only the library reads."""
        size = self._library.c.dnnl_memory_desc_get_size(description)
        place = Place(self._library, description, np.empty(size, np.uint8))
        self._own.append(place)
        return place

    def _reorder(self, source: c_void_p, target: c_void_p, a: Place, b: Place) -> tuple[c_void_p, Any]:
        library, description, primitive = self._library, c_void_p(), c_void_p()
        library.call(
            "reorder_primitive_desc_create", byref(description), source, library.engine, target, library.engine, None
        )
        library.call("primitive_create", byref(primitive), description)
        return primitive, (_Argument * 2)(_Argument(SRC, a.memory.value), _Argument(DST, b.memory.value))

    def __call__(self, arrays: dict[int, np.ndarray]) -> None:
        library, call = self._library, self._library.call
        with _library.lock:
            for argument, array in arrays.items():
                self._places[argument].hold(array)
            steps = (self._before, (self._primitive, self._arguments), self._after)
            for primitive, arguments in (step for step in steps if step is not None):
                call("primitive_execute", primitive, library.stream, len(arguments), arguments)
            call("stream_wait", library.stream)
