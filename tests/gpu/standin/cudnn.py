"""A libcudnn for the stand-in: the functions that mxlearn calls, in Python, on the host's memory.

Each function is a C function by ``ctypes.CFUNCTYPE`` with the declared arguments, so that a call from mxlearn converts
them as a call of the library does. Arrays come as addresses; what is there is read by the description that came with
the address, its dtype, extents and strides. So it finds wrong counts, orders and kinds of arguments, addresses that do
not fit their descriptions, workspaces too small, descriptions used after their end, and streams that were not set. The
numbers are those of the reference kernels, in float64.
"""

import ctypes
from ctypes import CFUNCTYPE, c_int
from math import prod
from typing import NamedTuple

import numpy as np

from mxlearn.kernels import convolution as reference
from mxlearn.kernels import recurrent
from mxlearn.kernels.cudnn import prototypes as p

from . import capture

DTYPES = {p.DATA_FLOAT: np.float32, p.DATA_DOUBLE: np.float64, p.DATA_HALF: np.float16}
KINDS = ("Tensor", "Filter", "Convolution", "Dropout", "RNN", "RNNData")
BAD_PARAM, NOT_SUPPORTED, EXECUTION_FAILED = 2000, 3000, 5000


class Algorithm(NamedTuple):
    """What the library has for a convolution: its number, workspace, order of sums, time."""

    number: int
    memory: int
    deterministic: bool
    milliseconds: float


ALGORITHMS = [
    Algorithm(0, 0, False, 3.0),
    Algorithm(1, 4096, True, 2.0),
    Algorithm(5, 2 << 30, True, 0.5),
]


class Status(Exception):
    """A status that a function answers with."""


class Array(NamedTuple):
    """A description."""

    dtype: type
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def view(description: Array, address: int) -> np.ndarray:
    """Return what is at an address."""
    if not address:
        raise Status(BAD_PARAM)
    last = sum((n - 1) * s for n, s in zip(description.shape, description.strides, strict=True))
    size = np.dtype(description.dtype).itemsize
    memory = (ctypes.c_byte * ((last + 1) * size)).from_address(address)
    flat = np.frombuffer(memory, description.dtype)
    return np.lib.stride_tricks.as_strided(flat, description.shape, [s * size for s in description.strides])


class Recurrent(NamedTuple):
    """A description of recurrent layers."""

    plan: recurrent.Plan
    dtype: type
    inputs: int


class _Recurrent:
    """The functions of recurrent layers. Between forward and backward the reserve holds the number of what is kept."""

    our_order = True  # whether the parameters are in mxlearn's order; otherwise biases come first, with gaps between

    def _cudnnSetDropoutDescriptor(self, address, handle, dropout, states, size, seed) -> None:
        self._handle(handle)
        assert dropout == 0 and not states

    def _cudnnSetRNNDescriptor_v8(
        self, address, algorithm, mode, bias, direction, input_mode, dtype, precision, math, inputs, hidden, size,
        layers, dropout, flags,
    ) -> None:  # fmt: skip
        assert dropout in self.live and flags == p.RNN_PADDED_IO_DISABLED and bias == p.RNN_DOUBLE_BIAS
        assert DTYPES[precision] is (np.float64 if DTYPES[dtype] is np.float64 else np.float32)
        name = {p.RNN_RELU: "rnn_relu", p.RNN_TANH: "rnn_tanh", p.LSTM: "lstm", p.GRU: "gru"}[mode]
        plan = recurrent.Plan(name, hidden, layers, direction + 1, size if size != hidden else None)
        self.live[address] = Recurrent(plan, DTYPES[dtype], inputs)
        self.math[address] = math

    def _cudnnSetRNNDataDescriptor(self, address, dtype, layout, time, batch, features, lengths, padding) -> None:
        assert layout == p.RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED and lengths[:batch] == [time] * batch and not padding
        self.live[address] = Array(DTYPES[dtype], (time, batch, features), (batch * features, features, 1))

    def _parameters(self, layers: Recurrent) -> dict[tuple, tuple[int, tuple[int, ...]]]:
        """Return where the parameters are: (run, number, "weight" or "bias") to (place, shape)."""
        gates, places, at = recurrent.GATES[layers.plan.mode], {}, 0
        hidden, gap = layers.plan.hidden, 0 if self.our_order else 3
        weights, biases = [], []
        for run, shapes in enumerate(layers.plan.weight_shapes(layers.inputs)):
            for side, (_, columns) in enumerate(shapes[:2]):
                weights += [((run, side * gates + gate, "weight"), (hidden, columns)) for gate in range(gates)]
            weights += [((run, 8, "weight"), shape) for shape in shapes[2:]]
            biases += [((run, number, "bias"), (hidden, 1)) for number in range(2 * gates)]
        for key, shape in weights + biases if self.our_order else biases + weights:
            places[key] = (at, shape)
            at += shape[0] * shape[1] + gap
        places["size"] = (at, ())
        return places

    def _cudnnGetRNNWeightSpaceSize(self, handle, address, size) -> None:
        self._handle(handle)
        layers = self.live[address]
        size[0] = self._parameters(layers)["size"][0] * np.dtype(layers.dtype).itemsize

    def _cudnnGetRNNWeightParams(self, handle, address, run, size, space, number, weight, to_weight, bias, to_bias):
        self._handle(handle)
        layers, places = self.live[address], self._parameters(self.live[address])
        for kind, description, pointer in (("weight", weight, to_weight), ("bias", bias, to_bias)):
            if (run, number, kind) in places:
                at, (rows, columns) = places[run, number, kind]
                self.live[description] = Array(layers.dtype, (1, rows, columns), (rows * columns, columns, 1))
                pointer[0] = space + at * np.dtype(layers.dtype).itemsize

    def _cudnnGetRNNTempSpaceSizes(self, handle, address, mode, data, work, reserve) -> None:
        self._handle(handle)
        assert mode == p.FWD_MODE_TRAINING
        work[0], reserve[0] = 128, 40

    def _space(self, layers: Recurrent, address: int, size: int):
        """Return the library's vector of parameters, and its places in the order of mxlearn's."""
        item = np.dtype(layers.dtype).itemsize
        places = self._parameters(layers)
        assert size == places.pop("size")[0] * item
        space = view(Array(layers.dtype, (size // item,), (1,)), address)
        weights = sorted((key for key in places if key[2] == "weight"), key=lambda key: key[:2])
        biases = sorted((key for key in places if key[2] == "bias"), key=lambda key: key[:2])
        index = [np.arange(at, at + prod(shape)) for at, shape in (places[key] for key in weights + biases)]
        return space, np.concatenate(index)

    def _cudnnRNNForward(
        self, handle, address, mode, lengths, x, xp, y, yp, h, hx, hy, c, cx, cy, weight_size, weights, work_size, work,
        reserve_size, reserve,
    ) -> None:  # fmt: skip
        self._handle(handle)
        assert mode == p.FWD_MODE_TRAINING and not lengths and work and (work_size, reserve_size) == (128, 40)
        layers = self.live[address]
        space, order = self._space(layers, weights, weight_size)
        data, out, state = view(self.live[x], xp), view(self.live[y], yp), view(self.live[h], hx)
        cell = view(self.live[c], cx) if layers.plan.mode == "lstm" else None
        number = view(Array(np.int64, (1,), (1,)), reserve)
        written = [out, view(self.live[h], hy), *([] if cell is None else [view(self.live[c], cy)])]

        def compute() -> None:
            given = [None if each is None else each.astype(np.float64) for each in (data, space[order], state, cell)]
            found = recurrent.forward(np, layers.plan, *given, None, None)
            for target, each in zip(written, found[:3], strict=False):
                target[...] = each
            self.kept.append((given, found))
            number[0] = len(self.kept)

        capture.note_address([*written, number], compute)

    def _cudnnRNNBackwardData_v8(
        self, handle, address, lengths, y, yp, dy, x, dx, h, hx, dhy, dhx, c, cx, dcy, dcx, weight_size, weights,
        work_size, work, reserve_size, reserve,
    ) -> None:  # fmt: skip
        self._handle(handle)
        layers = self.live[address]
        number = view(Array(np.int64, (1,), (1,)), reserve)
        space, order = self._space(layers, weights, weight_size)
        out = view(self.live[y], yp)
        grads = [None if not each else view(self.live[place], each) for place, each in ((y, dy), (h, dhy), (c, dcy))]
        written = [view(self.live[x], dx), view(self.live[h], dhx)]
        written += [view(self.live[c], dcx)] if layers.plan.mode == "lstm" else []

        def compute() -> None:
            given, found = self.kept[number[0] - 1]
            np.testing.assert_array_equal(space[order], given[1])
            np.testing.assert_allclose(out, found[0], rtol=1e-2, atol=1e-2)
            wide = [None if each is None else each.astype(np.float64) for each in grads]
            results = recurrent.backward(np, layers.plan, *given, None, (*found[3:6], np.empty(0)), *wide)
            for target, each in zip(written, (results[0], *results[2:]), strict=False):
                target[...] = each
            self.kept.append(("back", results[1]))
            number[0] = len(self.kept)  # what was in the reserve is gone

        capture.note_address([*written, number], compute)

    def _cudnnRNNBackwardWeights_v8(
        self, handle, address, mode, lengths, x, xp, h, hx, y, yp, weight_size, weights, work_size, work, reserve_size,
        reserve,
    ) -> None:  # fmt: skip
        self._handle(handle)
        assert mode == p.WGRAD_MODE_ADD
        number = view(Array(np.int64, (1,), (1,)), reserve)
        space, order = self._space(self.live[address], weights, weight_size)

        def compute() -> None:
            kind, gradient = self.kept[number[0] - 1]
            assert kind == "back"
            space[order] += gradient.astype(space.dtype)

        capture.note_address([space], compute)


def number_at(address: int, dtype) -> float:
    """Return the number of C at an address of the host."""
    return float(np.frombuffer((ctypes.c_byte * np.dtype(dtype).itemsize).from_address(address), dtype)[0])


class Fake(_Recurrent):
    """The library.

    Attributes
    ----------
    calls : names of the functions that were called, in order
    live : descriptions that were made and not destroyed
    fail : by name of a function, the status that it is to answer
    errors : exceptions that a function met
    streams : what the handle was set to, in order
    """

    version = 91200

    def __init__(self):
        self.calls: list[str] = []
        self.live: dict[int, object] = {}
        self.fail: dict[str, int] = {}
        self.errors: list[BaseException] = []
        self.streams: list[int] = []
        self.measured_with: list[int] = []
        self.math: dict[int, int] = {}
        self.kept: list[tuple] = []
        self._next = 1000
        for name, arguments in p.PROTOTYPES.items():
            setattr(self, name, CFUNCTYPE(c_int, *arguments)(self._function(name)))

    def _function(self, name: str):
        if name.startswith("cudnnCreate") and name != "cudnnCreate":
            method = self._create
        elif name.startswith("cudnnDestroy"):
            method = self._destroy
        else:
            method = getattr(self, f"_{name}", None) or self._convolution(name)

        def call(*arguments):
            self.calls.append(name)
            if name in self.fail:
                return self.fail[name]
            try:
                method(*arguments)
            except Status as status:
                return status.args[0]
            except BaseException as error:  # ctypes would print and forget it
                self.errors.append(error)
                return EXECUTION_FAILED
            return 0

        return call

    # -- queries without a status --------------------------------------------------------------------------------------
    def __getattr__(self, name: str):
        queries = {
            "cudnnGetVersion": lambda: self.version,
            "cudnnGetErrorString": lambda status: f"CUDNN_STATUS_{status}".encode(),
            "cudnnGetLastErrorString": self._last_error,
        }
        if name not in queries:
            raise AttributeError(name)
        setattr(self, name, lambda *arguments: queries[name](*arguments))
        return getattr(self, name)

    @staticmethod
    def _last_error(buffer, size) -> None:
        buffer.value = b"the reason that it gave"

    # -- descriptions --------------------------------------------------------------------------------------------------
    def _new(self, pointer, value=None) -> None:
        self._next += 8
        pointer[0] = self._next
        self.live[self._next] = value

    def _create(self, pointer) -> None:
        self._new(pointer)

    def _destroy(self, address) -> None:
        del self.live[address]

    def _cudnnCreate(self, pointer) -> None:
        assert capture.capturing() is None, "a handle allocates memory"
        self._new(pointer, "handle")

    def _cudnnSetStream(self, handle, stream) -> None:
        assert self.live[handle] == "handle"
        self.streams.append(stream or 0)

    def _cudnnSetTensorNdDescriptor(self, address, dtype, count, shape, strides) -> None:
        assert address in self.live and count >= 3
        self.live[address] = Array(DTYPES[dtype], tuple(shape[:count]), tuple(strides[:count]))

    def _cudnnGetTensorNdDescriptor(self, address, requested, dtype, count, shape, strides) -> None:
        found = self.live[address]
        count[0] = len(found.shape)
        dtype[0] = next(number for number, each in DTYPES.items() if each is found.dtype)
        for i in range(min(requested, count[0])):
            shape[i], strides[i] = found.shape[i], found.strides[i]

    def _cudnnSetFilterNdDescriptor(self, address, dtype, layout, count, shape) -> None:
        shape = tuple(shape[:count])
        assert count >= 4 and layout in (p.TENSOR_NCHW, p.TENSOR_NHWC)
        order = [0, *range(2, count), 1] if layout == p.TENSOR_NHWC else range(count)
        strides, step = [0] * count, 1
        for axis in reversed(order):
            strides[axis], step = step, step * shape[axis]
        self.live[address] = Array(DTYPES[dtype], shape, tuple(strides))

    def _cudnnSetConvolutionNdDescriptor(self, address, axes, pad, stride, dilate, mode, compute) -> None:
        assert mode == p.CROSS_CORRELATION and axes >= 2
        window = {"pad": pad[:axes], "stride": stride[:axes], "dilate": dilate[:axes], "groups": 1}
        self.live[address] = {"window": window, "compute": DTYPES[compute]}

    def _cudnnSetConvolutionGroupCount(self, address, groups) -> None:
        self.live[address]["window"]["groups"] = groups

    def _cudnnSetConvolutionMathType(self, address, math) -> None:
        self.math[address] = math

    def _handle(self, handle) -> None:
        assert self.live[handle] == "handle"
        assert self.streams and self.streams[-1] == capture.get_current_stream().ptr, "the stream was not set"

    # -- convolutions --------------------------------------------------------------------------------------------------
    def _convolution(self, name: str):
        for which in ("Forward", "BackwardData", "BackwardFilter"):
            known = {
                f"cudnnGetConvolution{which}Algorithm_v7": self._advise,
                f"cudnnFindConvolution{which}AlgorithmEx": self._measure,
                f"cudnnGetConvolution{which}WorkspaceSize": self._workspace,
                f"cudnnConvolution{which}": lambda *a, which=which: self._convolve(which, *a),
            }
            if name in known:
                return known[name]
        return self._unknown

    @staticmethod
    def _unknown(*arguments) -> None:
        raise Status(NOT_SUPPORTED)

    def _answer(self, algorithms, requested, count, found) -> None:
        count[0] = min(requested, len(algorithms))
        for i, each in enumerate(algorithms[:requested]):
            found[i].algo, found[i].status, found[i].time = each.number, 0, each.milliseconds
            found[i].memory, found[i].determinism, found[i].mathType = each.memory, int(each.deterministic), 1

    def _advise(self, handle, first, second, conv, result, requested, count, found) -> None:
        self._handle(handle)
        self._answer(ALGORITHMS, requested, count, found)

    def _measure(self, handle, first, a, second, b, conv, result, y, requested, count, found, workspace, size) -> None:
        self._handle(handle)
        if capture.capturing() is not None:
            raise Status(EXECUTION_FAILED)
        assert workspace
        self.measured_with.append(size)
        view(self.live[first], a), view(self.live[second], b)
        view(self.live[result], y)[...] = 77  # what an algorithm under test left behind
        usable = [each for each in ALGORITHMS if each.memory <= size]
        self._answer(sorted(usable, key=lambda each: each.milliseconds), requested, count, found)

    def _workspace(self, handle, first, second, conv, result, algorithm, size) -> None:
        self._handle(handle)
        size[0] = next(each.memory for each in ALGORITHMS if each.number == algorithm)

    def _convolve(
        self, which, handle, alpha, first, a, second, b, conv, algorithm, workspace, size, beta, result, y
    ) -> None:
        self._handle(handle)
        needed = next(each.memory for each in ALGORITHMS if each.number == algorithm)
        if size < needed or (needed and not workspace):
            raise Status(BAD_PARAM)
        one, x, w, out = (self.live[each] for each in (conv, first, second, result))
        number = np.float64 if x.dtype is np.float64 else np.float32
        assert (number_at(alpha, number), number_at(beta, number)) == (1, 0)
        assert one["compute"] is number
        window = {key: value if key == "groups" else tuple(value) for key, value in one["window"].items()}
        x, w, y = view(x, a), view(w, b), view(out, y)

        def compute() -> None:
            wide, other = x.astype(np.float64), w.astype(np.float64)
            if which == "Forward":
                y[...] = reference.convolution(np, wide, other, **window)
            elif which == "BackwardData":  # the weight comes first
                y[...] = reference.convolution_data_gradient(np, other, wide, size=y.shape[2:], **window)
            else:
                y[...] = reference.convolution_weight_gradient(np, other, wide, kernel=y.shape[2:], **window)

        capture.note_address([y], compute)

    def _cudnnAddTensor(self, handle, alpha, bias, a, beta, result, y) -> None:
        self._handle(handle)
        number = np.float64 if self.live[bias].dtype is np.float64 else np.float32
        assert number_at(alpha, number) == number_at(beta, number) == 1
        y, bias = view(self.live[result], y), view(self.live[bias], a)

        def compute() -> None:
            y[...] = y.astype(np.float64) + bias

        capture.note_address([y], compute)

    # -- batch normalization -------------------------------------------------------------------------------------------
    def _normalization(self, handle, mode, alpha, beta, x, parameters):
        self._handle(handle)
        assert mode == p.BATCHNORM_SPATIAL
        number = np.float64 if self.live[x].dtype is np.float64 else np.float32
        assert (number_at(alpha, number), number_at(beta, number)) == (1, 0)
        assert self.live[parameters].dtype is number
        assert self.live[parameters].shape == (1, self.live[x].shape[1], *(1,) * (len(self.live[x].shape) - 2))

    def _cudnnBatchNormalizationForwardTraining(
        self, handle, mode, alpha, beta, x, xp, y, yp, parameters, gamma, shift, factor, mean, variance, eps,
        saved_mean, saved_inverse,
    ) -> None:  # fmt: skip
        self._normalization(handle, mode, alpha, beta, x, parameters)
        one = self.live[parameters]
        x, y = view(self.live[x], xp), view(self.live[y], yp)
        gamma, shift, mean, variance, saved_mean, saved_inverse = (
            view(one, each) for each in (gamma, shift, mean, variance, saved_mean, saved_inverse)
        )
        axes = (0, *range(2, x.ndim))
        count = x.size // x.shape[1]

        def compute() -> None:
            wide = x.astype(np.float64)
            found, var = wide.mean(axes, keepdims=True), wide.var(axes, keepdims=True)
            y[...] = (wide - found) / np.sqrt(var + eps) * gamma + shift
            saved_mean[...], saved_inverse[...] = found, 1 / np.sqrt(var + eps)
            mean[...] = (1 - factor) * mean + factor * found
            variance[...] = (1 - factor) * variance + factor * var * count / (count - 1)

        capture.note_address([y, mean, variance, saved_mean, saved_inverse], compute)

    def _cudnnBatchNormalizationForwardInference(
        self, handle, mode, alpha, beta, x, xp, y, yp, parameters, gamma, shift, mean, variance, eps
    ) -> None:
        self._normalization(handle, mode, alpha, beta, x, parameters)
        one = self.live[parameters]
        x, y = view(self.live[x], xp), view(self.live[y], yp)
        gamma, shift, mean, variance = (view(one, each) for each in (gamma, shift, mean, variance))

        def compute() -> None:
            y[...] = (x.astype(np.float64) - mean) / np.sqrt(variance + eps) * gamma + shift

        capture.note_address([y], compute)

    def _cudnnBatchNormalizationBackward(
        self, handle, mode, alpha, beta, alpha2, beta2, x, xp, dy, dyp, dx, dxp, parameters, gamma, dgamma, dbeta, eps,
        mean, inverse,
    ) -> None:  # fmt: skip
        self._normalization(handle, mode, alpha, beta, x, parameters)
        assert (alpha2, beta2) == (alpha, beta)
        one = self.live[parameters]
        x, dy, dx = view(self.live[x], xp), view(self.live[dy], dyp), view(self.live[dx], dxp)
        gamma, dgamma, dbeta, mean, inverse = (view(one, each) for each in (gamma, dgamma, dbeta, mean, inverse))
        axes = (0, *range(2, x.ndim))

        def compute() -> None:
            grad, y = dy.astype(np.float64), (x.astype(np.float64) - mean) * inverse
            dgamma[...], dbeta[...] = (grad * y).sum(axes, keepdims=True), grad.sum(axes, keepdims=True)
            centered = grad - grad.mean(axes, keepdims=True) - y * (grad * y).mean(axes, keepdims=True)
            dx[...] = centered * gamma * inverse

        capture.note_address([dx, dgamma, dbeta], compute)
