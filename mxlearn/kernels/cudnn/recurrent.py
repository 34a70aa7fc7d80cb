"""Recurrent layers, as `mxlearn.kernels.recurrent` has them: all layers and time steps in one call.

The library runs layers side by side, each a few steps behind the one below it. Its formulas, its order of the gates and
its two biases are ours, and so, as a rule, is its order of the parameters, which MXNet took from it; where it asks
otherwise, they are copied piece by piece. What it keeps for going back, its *reserve*, takes the place of the gates,
and the outputs of the layers that of the hidden states.

Dropout between the layers has masks of our own, so there the layers are called one by one. Lengths and bounds of the
memory are left to the readable tier.
"""

import threading
from collections.abc import Iterator
from ctypes import byref, c_int, c_size_t, c_void_p
from math import prod
from typing import Any

from ..precision import tensor_cores
from . import prototypes as p
from .descriptors import DTYPES, Descriptor, ints, strided
from .library import Library, loaded, served

_MODES = {"rnn_relu": p.RNN_RELU, "rnn_tanh": p.RNN_TANH, "lstm": p.LSTM, "gru": p.GRU}
_GATES = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 3}
_PROJECTION = 8  # the number of the LSTM's projection among its products

_stacks: dict[Any, "Stack"] = {}
_making = threading.Lock()


class Stack:
    """Recurrent layers for certain shapes: descriptions, sizes of memory, and where each parameter goes.

    Parameters
    ----------
    plan : of the layers, see kernels.recurrent
    char : character of the dtype
    shape : of the data, (time, batch, inputs)
    """

    def __init__(self, xp: Any, library: Library, plan: Any, char: str, shape: tuple[int, int, int]):
        time, batch, inputs = shape
        self.library, self.plan = library, plan
        self._dropout = Descriptor(library, "Dropout")
        library.call("cudnnSetDropoutDescriptor", self._dropout.address, library.handle(xp), 0.0, None, 0, 0)
        self.rnn = describe(library, plan, char, inputs, self._dropout)
        self.x = _sequence(library, char, time, batch, inputs)
        self.y = _sequence(library, char, time, batch, plan.directions * plan.size)
        self.h = strided(library, char, (plan.runs, batch, plan.size), range(3))
        self.c = strided(library, char, (plan.runs, batch, plan.hidden), range(3))
        self.weight_bytes, self.work_bytes, self.reserve_bytes = (self._size(xp, kind) for kind in range(3))
        self.pieces = self._pieces(xp, char, inputs)

    def _size(self, xp: Any, kind: int) -> int:
        library, size, other = self.library, c_size_t(), c_size_t()
        handle = library.handle(xp)
        if kind == 0:
            library.call("cudnnGetRNNWeightSpaceSize", handle, self.rnn.address, byref(size))
            return size.value
        mode = p.FWD_MODE_TRAINING
        library.call(
            "cudnnGetRNNTempSpaceSizes", handle, self.rnn.address, mode, self.x.address, byref(size), byref(other)
        )
        return (size if kind == 1 else other).value

    def _pieces(self, xp: Any, char: str, inputs: int) -> list[tuple[int, int, int]]:
        """Return what to copy from our vector into the library's: (place in ours, place in the library's, count)."""
        space = xp.empty(max(self.weight_bytes, 1), "uint8")
        item = xp.dtype(char).itemsize
        found: list[tuple[int, int, int]] = []
        for run, number, ours, count, kind in _parameters(self.plan, inputs):
            address, size = self._address(xp, space, run, number, kind)
            there, rest = divmod(address - space.data.ptr, item)
            if size != count or rest:
                raise NotImplementedError(f"cuDNN: a parameter has {size} elements, not {count}")
            if found and (found[-1][0] + found[-1][2], found[-1][1] + found[-1][2]) == (ours, there):
                found[-1] = (*found[-1][:2], found[-1][2] + count)
            else:
                found.append((ours, there, count))
        return found

    def _address(self, xp: Any, space: Any, run: int, number: int, kind: str) -> tuple[int, int]:
        """Return where the library has a weight or a bias, and how many elements of it."""
        library = self.library
        places, addresses = [Descriptor(library, "Tensor") for _ in range(2)], [c_void_p(), c_void_p()]
        library.call(
            "cudnnGetRNNWeightParams",
            library.handle(xp), self.rnn.address, run, self.weight_bytes, space.data.ptr, number,
            places[0].address, byref(addresses[0]), places[1].address, byref(addresses[1]),
        )  # fmt: skip
        which = 0 if kind == "weight" else 1
        dtype, axes, shape, strides = c_int(), c_int(), (c_int * 8)(), (c_int * 8)()
        library.call("cudnnGetTensorNdDescriptor", places[which].address, 8, byref(dtype), byref(axes), shape, strides)
        return addresses[which].value or 0, prod(shape[: axes.value])

    @property
    def is_ours(self) -> bool:
        """Whether the library's order of the parameters is ours."""
        return len(self.pieces) == 1 and self.pieces[0][:2] == (0, 0)

    def weights(self, xp: Any, parameters: Any) -> Any:
        """Return the parameters in the library's order."""
        if self.is_ours and parameters.nbytes == self.weight_bytes:
            return parameters if parameters.flags.c_contiguous else xp.ascontiguousarray(parameters)
        space = self.no_weights(xp, parameters)
        for ours, there, count in self.pieces:
            space[there : there + count] = parameters[ours : ours + count]
        return space

    def no_weights(self, xp: Any, parameters: Any) -> Any:
        """Return zeros in the library's order, to which it adds gradients."""
        return xp.zeros(-(-self.weight_bytes // parameters.itemsize), parameters.dtype)

    def in_our_order(self, xp: Any, space: Any, parameters: Any) -> Any:
        """Return gradients of the parameters in our order."""
        if self.is_ours and space.size == parameters.size:
            return space
        found = xp.empty(parameters.shape, parameters.dtype)
        for ours, there, count in self.pieces:
            found[ours : ours + count] = space[there : there + count]
        return found

    def forward(self, xp: Any, data: Any, parameters: Any, state: Any, cell: Any) -> tuple[Any, ...]:
        """Return the output, the last states, the last cells (None without) and the reserve."""
        time, batch, _ = data.shape
        plan, library = self.plan, self.library
        out = xp.empty((time, batch, plan.directions * plan.size), data.dtype)
        last_state = xp.empty(state.shape, data.dtype)
        last_cell = None if cell is None else xp.empty(cell.shape, data.dtype)
        reserve = xp.empty(-(-self.reserve_bytes // data.itemsize), data.dtype)
        weights, work = self.weights(xp, parameters), xp.empty(max(self.work_bytes, 1), "uint8")
        library.call(
            "cudnnRNNForward",
            library.handle(xp), self.rnn.address, p.FWD_MODE_TRAINING, None,
            self.x.address, data.data.ptr, self.y.address, out.data.ptr,
            self.h.address, state.data.ptr, last_state.data.ptr,
            self.c.address, _address(cell), _address(last_cell),
            self.weight_bytes, weights.data.ptr, self.work_bytes, work.data.ptr,
            self.reserve_bytes, reserve.data.ptr,
        )  # fmt: skip
        return out, last_state, last_cell, reserve

    def backward(
        self, xp: Any, data: Any, parameters: Any, state: Any, cell: Any, reserve: Any, out: Any, grads: tuple[Any, ...]
    ) -> tuple[Any, ...]:
        """Return the gradients of data, parameters, state and cell from those of output, last states and last cells."""
        library, rnn = self.library, self.rnn.address
        out_grad, state_grad, cell_grad = grads
        data_grad, first_grad = xp.empty(data.shape, data.dtype), xp.empty(state.shape, data.dtype)
        first_cell_grad = None if cell is None else xp.empty(cell.shape, data.dtype)
        reserve = reserve.copy()  # the library writes into it, and a tape may be gone back over twice
        weights, work = self.weights(xp, parameters), xp.empty(max(self.work_bytes, 1), "uint8")
        tail = self.work_bytes, work.data.ptr, self.reserve_bytes, reserve.data.ptr
        library.call(
            "cudnnRNNBackwardData_v8",
            library.handle(xp), rnn, None, self.y.address, out.data.ptr, out_grad.data.ptr,
            self.x.address, data_grad.data.ptr,
            self.h.address, state.data.ptr, _address(state_grad), first_grad.data.ptr,
            self.c.address, _address(cell), _address(cell_grad), _address(first_cell_grad),
            self.weight_bytes, weights.data.ptr, *tail,
        )  # fmt: skip
        space = self.no_weights(xp, parameters)
        library.call(
            "cudnnRNNBackwardWeights_v8",
            library.handle(xp), rnn, p.WGRAD_MODE_ADD, None, self.x.address, data.data.ptr,
            self.h.address, state.data.ptr, self.y.address, out.data.ptr,
            self.weight_bytes, space.data.ptr, *tail,
        )  # fmt: skip
        return data_grad, self.in_our_order(xp, space, parameters), first_grad, first_cell_grad


def describe(library: Library, plan: Any, char: str, inputs: int, dropout: Descriptor) -> Descriptor:
    """Describe the layers to the library; it has no size of a projection but that of the state."""
    found = Descriptor(library, "RNN")
    library.call(
        "cudnnSetRNNDescriptor_v8",
        found.address, p.RNN_ALGO_STANDARD, _MODES[plan.mode], p.RNN_DOUBLE_BIAS,
        p.BIDIRECTIONAL if plan.directions == 2 else p.UNIDIRECTIONAL, p.LINEAR_INPUT, DTYPES[char],
        p.DATA_DOUBLE if char == "d" else p.DATA_FLOAT, _math(char),
        inputs, plan.hidden, plan.size, plan.layers, dropout.address, p.RNN_PADDED_IO_DISABLED,
    )  # fmt: skip
    return found


def _sequence(library: Library, char: str, time: int, batch: int, features: int) -> Descriptor:
    """Describe (time, batch, features), in which all sequences have the full length."""
    found = Descriptor(library, "RNNData")
    layout = p.RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED  # without padding, which is where our arrays are packed
    library.call(
        "cudnnSetRNNDataDescriptor",
        found.address, DTYPES[char], layout, time, batch, features, ints([time] * batch), None,
    )  # fmt: skip
    return found


def _parameters(plan: Any, inputs: int) -> Iterator[tuple[int, int, int, int, str]]:
    """Yield (run, number of the product, place in our vector, count, "weight" or "bias") in the order of our vector."""
    gates, at = _GATES[plan.mode], 0
    for run, shapes in enumerate(plan.weight_shapes(inputs)):
        for side, (_, columns) in enumerate(shapes[:2]):
            for gate in range(gates):
                yield run, side * gates + gate, at, plan.hidden * columns, "weight"
                at += plan.hidden * columns
        for rows, columns in shapes[2:]:
            yield run, _PROJECTION, at, rows * columns, "weight"
            at += rows * columns
    for run in range(plan.runs):
        for number in range(2 * gates):
            yield run, number, at, plan.hidden, "bias"
            at += plan.hidden


def _math(char: str) -> int:
    if char == "d" or (char == "f" and tensor_cores(char)):
        return p.DEFAULT_MATH
    return p.TENSOR_OP_MATH if tensor_cores(char) else p.FMA_MATH


def _address(array: Any) -> int | None:
    return None if array is None else array.data.ptr


def _stack(xp: Any, plan: Any, data: Any) -> Stack:
    library, char = loaded(), data.dtype.char
    key = (library, plan, char, data.shape, xp.cuda.get_device_id())
    found = _stacks.get(key)
    if found is None:
        with _making:
            found = _stacks[key] = Stack(xp, library, plan, char, data.shape)
    return found


def forget() -> None:
    """Drop all descriptions."""
    _stacks.clear()


# -- the two functions -------------------------------------------------------------------------------------------------
@served
def recurrent(xp, data, parameters, state, cell, masks, *, plan):
    """Run all layers over all time steps, as `kernels.recurrent.forward` without lengths.

    Returns
    -------
    output, last states, last cells, reserve (a vector), outputs of the calls that were made (calls, time, batch,
    directions * size), and no cells
    """
    if plan.clip is not None or any(a is not None and a.dtype != data.dtype for a in (parameters, state, cell, masks)):
        raise NotImplementedError("cuDNN: no bounds of the memory, and arrays of one dtype")
    given: list[Any] = [None if a is None else xp.ascontiguousarray(a) for a in (data, parameters, state, cell)]
    outputs, reserves, states, cells = [], [], [], []
    layer_input = given[0]
    for part, vector, runs in _calls(xp, plan, data.shape[2], given[1], masks is not None):
        if outputs:
            layer_input = outputs[-1] * masks[len(outputs) - 1]
        first = given[2][runs], None if given[3] is None else given[3][runs]
        found = _stack(xp, part, layer_input).forward(xp, layer_input, vector, *first)
        for kept, each in zip((outputs, states, cells, reserves), found, strict=True):
            kept.append(each)
    kept = xp.stack(outputs)  # what backward reads must not be the array that the caller may write into
    last_cell = xp.empty((0,), data.dtype) if cell is None else _joined(xp, cells)
    return outputs[-1], _joined(xp, states), last_cell, _joined(xp, reserves), kept, xp.empty((0,), data.dtype)


def recurrent_gradient(xp, plan, data, parameters, state, cell, kept, out_grad, state_grad, cell_grad):
    """Go back through all layers, as `kernels.recurrent.backward`, from what `recurrent` kept.

    Parameters
    ----------
    kept : reserve, outputs, cells (which are not read) and masks

    Returns
    -------
    gradients of data, parameters, state and cell (None without cells)
    """
    reserve, outputs, _, masks = kept
    given: list[Any] = [None if a is None else xp.ascontiguousarray(a) for a in (data, parameters, state, cell)]
    last = [None if a is None else xp.ascontiguousarray(a) for a in (state_grad, cell_grad)]
    calls = list(_calls(xp, plan, data.shape[2], given[1], len(outputs) > 1))
    grad = xp.ascontiguousarray(out_grad)
    vectors, states, cells, end = [], [], [], reserve.size
    for k in range(len(calls) - 1, -1, -1):
        part, vector, runs = calls[k]
        x = given[0] if k == 0 else outputs[k - 1] * masks[k - 1]
        first = given[2][runs], None if given[3] is None else given[3][runs]
        stack = _stack(xp, part, x)
        length = -(-stack.reserve_bytes // data.itemsize)
        grads = grad, *(None if a is None else a[runs] for a in last)
        found = stack.backward(xp, x, vector, *first, reserve[end - length : end], outputs[k], grads)
        end -= length
        grad = found[0] * masks[k - 1] if k else found[0]
        for kept_grads, each in zip((vectors, states, cells), found[1:], strict=True):
            kept_grads.insert(0, each)
    first_cell_grad = None if cell is None else _joined(xp, cells)
    return grad, _split_back(xp, plan, data.shape[2], parameters, vectors), _joined(xp, states), first_cell_grad


def _joined(xp: Any, arrays: list[Any]) -> Any:
    return arrays[0] if len(arrays) == 1 else xp.concatenate(arrays)


def _calls(xp: Any, plan: Any, inputs: int, parameters: Any, one_by_one: bool) -> Iterator[tuple[Any, Any, slice]]:
    """Yield (plan, its parameters, its runs) of each call: one for all layers, or one for each."""
    if not one_by_one:
        yield plan, parameters, slice(0, plan.runs)
        return
    for layer, slices in enumerate(_slices(plan, inputs)):
        runs = slice(layer * plan.directions, (layer + 1) * plan.directions)
        yield plan._replace(layers=1), xp.concatenate([parameters[each] for each in slices]), runs


def _slices(plan: Any, inputs: int) -> list[tuple[slice, slice]]:
    """Return for each layer the parts of the vector of parameters: its weights and its biases."""
    shapes = plan.weight_shapes(inputs)
    sizes = [sum(rows * columns for rows, columns in run) for run in shapes]
    width = 2 * _GATES[plan.mode] * plan.hidden * plan.directions
    total, found, at = sum(sizes), [], 0
    for layer in range(plan.layers):
        size = sum(sizes[layer * plan.directions : (layer + 1) * plan.directions])
        biases = total + layer * width
        found.append((slice(at, at + size), slice(biases, biases + width)))
        at += size
    return found


def _split_back(xp: Any, plan: Any, inputs: int, parameters: Any, vectors: list[Any]) -> Any:
    """Return one vector of gradients from those of each call."""
    if len(vectors) == 1:
        return vectors[0]
    found = xp.empty(parameters.shape, parameters.dtype)
    for (weights, biases), vector in zip(_slices(plan, inputs), vectors, strict=True):
        count = weights.stop - weights.start
        found[weights], found[biases] = vector[:count], vector[count:]
    return found
