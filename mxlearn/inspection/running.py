"""Run a network both ways, operator by operator and compiled, and leave it as it was."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .. import streams
from ..autograd import grad, predict_mode, record
from ..base import ArgumentError, MXNetError, type_name
from ..cached_op import CachedOp, replay
from ..ndarray import NDArray
from ..recording import set_recording
from ..symbol import Symbol


class Subject:
    """A network with the arrays that it runs on.

    Made by ``subject``. ``eager()`` and ``compiled()`` return the outputs, then with ``backward`` the gradient of the
    sum of the outputs for each name of ``gradients``. They change neither gradients nor what the network has compiled;
    call them inside ``with undisturbed():``, which puts moving averages and random streams back.

    Attributes
    ----------
    title : text, what it is
    cached : CachedOp of the whole network
    arrays : the arguments of ``cached``, in order
    parameters : names of the arguments that are parameters or states
    wanted : for each argument, whether its gradient is computed
    gradients : names of those for which it is
    """

    def __init__(self, title: str, cached: CachedOp, arrays: list[NDArray], parameters: set[str], backward: bool):
        self.title, self.cached, self.arrays, self.parameters = title, cached, arrays, parameters
        self.backward = backward
        self.ctx = arrays[0].context
        self.names = [str(node.name) for node in cached._inputs]
        self.wanted = [array._entry is not None for array in arrays]
        self.gradients = [name for name, want in zip(self.names, self.wanted, strict=True) if want]
        if backward and not self.gradients:
            raise ArgumentError(
                f"{title}: nothing in it wants a gradient, so there is no backward pass.\n"
                "  Call attach_grad() on an input, set grad_req of a parameter to 'write', or leave backward=True out."
            )
        self._eager: Callable[[], list[NDArray]] = lambda: replay(cached, arrays)
        self._compiled: Callable[[], list[NDArray]] = lambda: _flat(cached(*arrays))

    def eager(self) -> list[NDArray]:
        """Run operator by operator."""
        return self._run(self._eager)

    def compiled(self) -> list[NDArray]:
        """Run the compiled program."""
        return self._run(self._compiled)

    def _run(self, forward: Callable[[], list[NDArray]]) -> list[NDArray]:
        before = set_recording(False)  # a caller's tape is not ours
        try:
            if not self.backward:
                with predict_mode():
                    outputs = forward()
                found = outputs
            else:
                with record():
                    outputs = forward()
                variables = [array for array, want in zip(self.arrays, self.wanted, strict=True) if want]
                heads = [each for each in outputs if each._entry is not None]
                found = [*outputs, *grad(heads, variables, retain_graph=True)]  # an input may be on a caller's tape
        finally:
            set_recording(before)
        for array in found:
            array.wait_to_read()
        return found

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Put moving averages and random streams back at the end of the ``with`` block."""
        states = [(array, array.copy()) for array in (self.arrays[k] for k in self._mutated())]
        random = streams.get_state()
        try:
            yield
        finally:
            streams.set_state(random)
            for array, value in states:
                array[:] = value

    def _mutated(self) -> list[int]:
        position = {node: k for k, node in enumerate(self.cached._inputs)}
        found = set()
        for node in self.cached.symbol._nodes():
            for index in () if node.op is None else node.op.mutated_indices:
                entry = node.inputs[index] if index < len(node.inputs) else None
                if entry is not None and entry[0] in position:
                    found.add(position[entry[0]])
        return sorted(found)


def subject(net: Any, inputs: Any, *, backward: bool = False) -> Subject:
    """Return a HybridBlock or Symbol, ready to be compiled and to be run both ways.

    Parameters
    ----------
    net, inputs, backward : see ``compiled``

    Raises
    ------
    ArgumentError
        If ``net`` cannot be compiled, or inputs are missing.
    MXNetError
        If its parameters are not initialized, or shapes do not fit.
    """
    if isinstance(net, Symbol):
        return _of_symbol(net, inputs, backward)
    if not isinstance(net, getattr(sys.modules.get("mxlearn.gluon.block"), "Block", ())):
        raise ArgumentError(
            f"compiled: expected a HybridBlock or a Symbol. Received: {type_name(net)}.\n"
            "  Pass the network itself and an example input, as in compiled(net, x)."
        )
    name = f"{type(net).__name__} {net.name!r}"
    if not hasattr(net, "_build_cache"):
        raise ArgumentError(
            f"{name} is a plain Block: its forward is ordinary Python, which cannot become one graph.\n"
            "  Derive it from HybridBlock and write hybrid_forward(self, F, x), or use HybridSequential."
        )
    return _of_block(net, name, inputs, backward)


def _of_symbol(symbol: Symbol, inputs: Any, backward: bool) -> Subject:
    title = f"Symbol {symbol.name!r}" if symbol.name else f"Group of {len(symbol.list_outputs())} outputs"
    if not isinstance(inputs, Mapping):
        raise ArgumentError(
            f"{title}: its inputs are given as a dict of NDArrays by name. Received: {type_name(inputs)}.\n"
            f"  It reads: {', '.join(symbol.list_inputs())}."
        )
    given = dict(inputs)
    missing = [name for name in symbol.list_inputs() if not isinstance(given.get(name), NDArray)]
    if missing:
        raise ArgumentError(
            f"{title}: an NDArray is needed for each of its inputs, and for {', '.join(missing)} there is none.\n"
            "  Pass a dict such as {'data': mx.nd.ones((2, 3)), ...}."
        )
    cached = CachedOp(symbol)
    states = set(symbol.list_auxiliary_states())
    arrays = []
    for node in cached._inputs:
        array = given[str(node.name)]
        if backward and node.name not in states and array._data.dtype.kind == "f":
            array = array.copy()  # the caller's array keeps its own gradient, or none
            array.attach_grad()
        arrays.append(array)
    data = {name for name in symbol.list_arguments() if not name.endswith(("weight", "bias", "gamma", "beta"))}
    return Subject(title, cached, arrays, set(symbol.list_inputs()) - data, backward)


def _of_block(net: Any, name: str, inputs: Any, backward: bool) -> Subject:
    args = tuple(inputs) if isinstance(inputs, (list, tuple)) else (inputs,)
    if not args or not all(isinstance(array, NDArray) for array in args):
        wrong = next((array for array in args if not isinstance(array, NDArray)), None)
        raise ArgumentError(
            f"{name} runs on an NDArray, or a tuple of them. Received: {type_name(wrong)}.\n"
            "  Pass an example input, as in (net, mx.nd.ones((1, 3)))."
        )
    try:
        cached, sources, _ = net._build_cache(*args)
    except MXNetError:
        raise
    except Exception as error:  # hybrid_forward is the user's code
        raise ArgumentError(
            f"{name}: hybrid_forward cannot be traced as a graph: {type(error).__name__}: {error}\n"
            "  It runs on Symbols then, which have no numbers: use the functions of F, and no asnumpy, no if on values."
        ) from error
    if any(parameter._deferred is not None for parameter in net.collect_params().values()):
        net._deferred_init(*args)  # as net(x) does
    ctx = args[0].context
    arrays = [args[s] if type(s) is int else s.data(ctx) for s in sources]
    found = Subject(name, cached, arrays, {s.name for s in sources if type(s) is not int}, backward)
    if not hasattr(net, "_symbol"):  # a SymbolBlock has no Python of its own
        ops = {**net._cached_ops}
        found._eager = lambda: _as(net, False, None, args)
        found._compiled = lambda: _as(net, True, ops, args)
    return found


def _as(net: Any, active: bool, ops: dict | None, args: tuple) -> list[NDArray]:
    """Call a Block hybridized or not, whatever it is, with compiled graphs of our own; put it back."""
    before = [(block, block._active) for block in _blocks(net)]
    own = net._cached_ops
    try:
        for block, _ in before:
            block._active = active
        if ops is not None:
            net._cached_ops = ops
        return _flat(net(*args))
    finally:
        net._cached_ops = own
        for block, was in before:
            block._active = was


def _blocks(net: Any) -> Iterator[Any]:
    yield net
    for child in net._children.values():
        yield from _blocks(child)


def _flat(outputs: Any) -> list[NDArray]:
    if isinstance(outputs, NDArray):
        return [outputs]
    return [array for each in outputs if each is not None for array in _flat(each)]
