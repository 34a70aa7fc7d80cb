"""The Executor: a Symbol bound to arrays, compiled to a program.

References: MXNet 1.9.1 class mxnet.executor.Executor.
"""
from collections.abc import Callable, Sequence

import numpy as np

from .base import ArgumentError, ContextError, MXNetError, NotFoundError, ShapeError, nearest
from .context import Context
from .core.compile import Program, compile_graph
from .core.graph import Node, topological_order
from .core.infer import known
from .core.observation import Observer
from .core.own import OwnOperator
from .core.parallel import run_all
from .core.passes import PASSES
from .core.placing import Placement, place
from .core.training import TrainingGraph, infer_all
from .kernels.sparse import densified
from .ndarray.array import NDArray, wrap
from .ndarray.creation import zeros
from .ndarray.handover import exchange
from .streams import generator_of
from .symbol.symbol import Symbol, output_name

__all__ = ["Executor"]


class Executor:
    """Computes a Symbol, and its gradients, on the arrays it was bound to.

    Made by ``symbol.bind`` or ``symbol.simple_bind``.

    Attributes
    ----------
    arg_arrays, grad_arrays, aux_arrays : lists of NDArray, in the order of the symbol's lists; a gradient may be None
    outputs : list of NDArray, filled by forward()

    Examples
    --------
    >>> x = mx.sym.Variable("x")
    >>> executor = (x * x).simple_bind(mx.cpu(), x=(2,))
    >>> executor.forward(is_train=True, x=mx.nd.array([2, 3]))[0].asnumpy().tolist()
    [4.0, 9.0]
    >>> executor.backward(mx.nd.ones((2,)))
    >>> executor.grad_dict["x"].asnumpy().tolist()
    [4.0, 6.0]
    """

    def __init__(
        self,
        symbol: Symbol,
        ctx: Context,
        args: Sequence[NDArray],
        grads: Sequence[NDArray | None],
        grad_reqs: Sequence[str],
        aux: Sequence[NDArray],
        group2ctx: dict | None = None,
    ):
        self._symbol = symbol
        self._ctx = ctx
        self._group2ctx = group2ctx
        self.arg_arrays = list(args)
        self.grad_arrays = list(grads)
        self.aux_arrays = list(aux)
        self._grad_reqs = list(grad_reqs)
        arguments, auxiliary = symbol._variables()
        self._arguments, self._auxiliary = arguments, auxiliary
        self._inputs: list[Node] = [*arguments, *auxiliary]
        self._arg_names = [str(node.name) for node in arguments]
        self._aux_names = [str(node.name) for node in auxiliary]
        self._output_names = symbol.list_outputs()
        self._predict: Program | None = None
        self._training: TrainingGraph | None = None
        self._kept: tuple | None = None  # graph, residuals, inputs and buffers of the last forward(is_train=True)
        self._monitor: tuple[Callable, bool] | None = None
        names = [*self._arg_names, *self._aux_names]
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ArgumentError(
                f"bind: two different variables are named {twice!r}.\n  Make the variable once and use it twice."
            )
        self._placement: Placement | None = None
        self._entries: list = symbol._entries  # of the graph that runs, with copies between devices
        if group2ctx:
            self._place(group2ctx)
        self._check_contexts()
        self._signature = self._current_signature()
        shapes, dtypes = self._known()
        found, types = infer_all(symbol._entries, shapes, dtypes)
        self._check_shapes(found)
        self.outputs: list[NDArray] = [
            zeros(found[e], where, types.get(e, np.dtype("float32")))
            for e, where in zip(symbol._entries, self._output_contexts(), strict=True)
        ]

    # -- arrays by name ----------------------------------------------------------------------------------------------
    @property
    def arg_dict(self) -> dict[str, NDArray]:
        """Arguments by name."""
        return dict(zip(self._arg_names, self.arg_arrays, strict=True))

    @property
    def grad_dict(self) -> dict[str, NDArray | None]:
        """Gradients by argument name."""
        return dict(zip(self._arg_names, self.grad_arrays, strict=True))

    @property
    def aux_dict(self) -> dict[str, NDArray]:
        """Auxiliary states by name."""
        return dict(zip(self._aux_names, self.aux_arrays, strict=True))

    @property
    def output_dict(self) -> dict[str, NDArray]:
        """Outputs by name."""
        return dict(zip(self._output_names, self.outputs, strict=True))

    # -- compilation -------------------------------------------------------------------------------------------------
    def _known(self) -> tuple[dict, dict]:
        arrays = [*self.arg_arrays, *self.aux_arrays]
        return (
            {node: a.shape for node, a in zip(self._inputs, arrays, strict=True)},
            {node: np.dtype(a.dtype) for node, a in zip(self._inputs, arrays, strict=True)},
        )

    def _place(self, groups: dict[str, Context]) -> None:
        """Put copies where values go from one device to another; the arrays that were given say where variables are."""
        arrays = [*self.arg_arrays, *self.aux_arrays]
        contexts = {node: array.context for node, array in zip(self._inputs, arrays, strict=True)}
        self._entries = place(self._symbol._entries, contexts, groups, self._ctx)
        self._placement = Placement(contexts, self._ctx)
        if {self._ctx, *contexts.values(), *self._output_contexts()} == {self._ctx}:
            self._placement = None

    def _output_contexts(self) -> list[Context]:
        if self._placement is None:
            return [self._ctx] * len(self._entries)
        where = self._placement.of(topological_order(node for node, _ in self._entries))
        return [where[node] for node, _ in self._entries]

    def _check_contexts(self) -> None:
        """Raise ContextError where this machine cannot use a context, or an array is on another: now, not later."""
        self._ctx.xp  # noqa: B018
        if self._placement is not None:
            for context in self._placement.contexts.values():
                context.xp  # noqa: B018
            for name, array, grad in zip(self._arg_names, self.arg_arrays, self.grad_arrays, strict=True):
                if grad is not None and grad.context is not array.context:
                    raise ContextError(f"bind: {name!r} is on {array.context}, but its gradient on {grad.context}")
            return
        names = [*self._arg_names, *self._arg_names, *self._aux_names]
        for name, array in zip(names, [*self.arg_arrays, *self.grad_arrays, *self.aux_arrays], strict=True):
            if array is None or array._ctx is self._ctx:
                continue
            raise ContextError(
                f"bind: the executor is on {self._ctx}, but the array of {name!r} is on {array._ctx}.\n"
                f"  Move it, as in x.as_in_context(mx.{self._ctx}), or give group2ctx for a graph over several devices."
            )

    def _check_shapes(self, found: dict) -> None:
        for entry in self._symbol._entries:
            if not known(found.get(entry)):
                raise ShapeError(f"bind: the shape of {output_name(entry)!r} does not follow from the arguments")

    def _current_signature(self) -> tuple:
        try:
            return tuple((a._data.shape, a._data.dtype) for a in (*self.arg_arrays, *self.aux_arrays))
        except AttributeError:  # sparse ones
            return tuple((a.shape, np.dtype(a.dtype)) for a in (*self.arg_arrays, *self.aux_arrays))

    def _refresh(self) -> None:
        """Compile anew where a caller exchanged an array for one of another shape or dtype."""
        signature = self._current_signature()
        if signature != self._signature:
            self._signature = signature
            self._predict = self._training = self._kept = None

    @property
    def predict_program(self) -> Program:
        """The compiled program of forward(is_train=False)."""
        if self._predict is None:
            shapes, dtypes = infer_all(self._entries, *self._known())
            self._predict = compile_graph(
                self._entries,
                self._inputs,
                xp=self._ctx.xp,
                shapes=shapes,
                dtypes=dtypes,
                steps=PASSES if self._monitor is None else (),
                placement=self._placement,
                static=self._placement is None,
                captured=self._placement is None,
            )
        return self._predict

    @property
    def training_graph(self) -> TrainingGraph:
        """The compiled programs of forward(is_train=True) and backward()."""
        if self._training is None:
            shapes, dtypes = self._known()
            wrt = [node for node, req in zip(self._arguments, self._grad_reqs, strict=True) if req != "null"]
            plain = self._monitor is not None
            self._training = TrainingGraph(
                self._entries,
                self._inputs,
                wrt,
                xp=self._ctx.xp,
                shapes=shapes,
                dtypes=dtypes,
                plain=plain,
                placement=self._placement,
                static=self._placement is None,
                captured=self._placement is None,
            )
        return self._training

    # -- running -----------------------------------------------------------------------------------------------------
    def forward(self, is_train: bool = False, **kwargs) -> list[NDArray]:
        """Compute the outputs.

        Parameters
        ----------
        is_train : whether operators behave as in training, and backward() may follow
        **kwargs : new values of arguments by name (NDArray or NumPy array), copied into the bound arrays

        Returns
        -------
        list of NDArray; the same objects at each call, with new contents
        """
        begun = _Forward(self, is_train, kwargs)
        begun.end(begun.run())
        return self.outputs

    def _assign(self, named: dict) -> None:
        if not named:
            return
        arguments = self.arg_dict
        for name, value in named.items():
            if name not in arguments:
                raise ArgumentError(
                    f"forward: there is no argument {name!r}.{nearest(name, arguments)}\n"
                    f"  It has: {', '.join(arguments)}."
                )
            if not isinstance(value, (NDArray, np.ndarray)):
                raise ArgumentError(
                    f"forward: the argument {name!r} must be an NDArray or a NumPy array."
                    f" Received: {type(value).__name__}"
                )
            if tuple(value.shape) != arguments[name].shape:
                raise ShapeError(
                    f"forward: the argument {name!r} is bound with shape {arguments[name].shape}."
                    f" Received: {tuple(value.shape)}.\n  Bind again, or use executor.reshape({name}={value.shape})."
                )
        for name, value in named.items():
            if isinstance(value, NDArray):
                value.copyto(arguments[name])
            else:
                arguments[name][:] = value

    def backward(self, out_grads=None, is_train: bool = True) -> None:
        """Compute the gradients into the bound gradient arrays, as their grad_req says.

        Parameters
        ----------
        out_grads : NDArray, list or dict by output name; head gradients, default ones. Loss layers ignore them.

        Raises
        ------
        MXNetError
            If forward(is_train=True) was not called before.
        """
        begun = _Backward(self, out_grads)
        begun.end(begun.run())

    def _receive(self, gradients: list) -> None:
        """Write gradients, to which nothing but the list refers, into the bound arrays, as their grad_req says."""
        targets = [
            (array, req)
            for array, req in zip(self.grad_arrays, self._grad_reqs, strict=True)
            if req != "null"
        ]
        for i, (array, req) in enumerate(targets):
            if array is None or (req == "write" and array.stype == "default" and exchange(array, gradients, i)):
                continue
            gradient = gradients[i]
            if array.stype != "default":
                array._receive(gradient, req)  # type: ignore[attr-defined]
            elif req == "add":
                if gradient is not None:
                    array._data += gradient
            else:
                array._data[...] = 0 if gradient is None else densified(gradient)

    def _head_grads(self, out_grads, graph: TrainingGraph) -> list:
        if isinstance(out_grads, NDArray):
            out_grads = [out_grads]
        if isinstance(out_grads, dict):
            out_grads = [out_grads.get(name) for name in self._output_names]
        if out_grads is None:
            out_grads = [None] * len(self.outputs)
        if len(out_grads) != len(self.outputs):
            raise ArgumentError(f"backward: {len(self.outputs)} outputs, but {len(out_grads)} head gradients")
        head_grads = []
        for output, gradient, used in zip(self.outputs, out_grads, graph.uses_head_grad, strict=True):
            if not used:
                head_grads.append(None)
            elif gradient is None:
                head_grads.append(output.context.xp.ones(output.shape, output._data.dtype))
            elif gradient.shape != output.shape:
                raise ShapeError(
                    f"backward: an output has shape {output.shape}, its head gradient has {gradient.shape}"
                )
            else:
                head_grads.append(gradient.as_in_context(output.context).tostype("default")._data)
        return head_grads

    # -- parameters, shapes, monitor ---------------------------------------------------------------------------------
    def copy_params_from(self, arg_params: dict, aux_params: dict | None = None, allow_extra_params=False) -> None:
        """Copy parameters by name into the bound arrays; nothing is copied if one of them does not fit.

        Raises
        ------
        NotFoundError
            If a name is not bound, unless allow_extra_params is set.
        ShapeError
            If a shape differs.
        """
        moves = []
        for given, bound, kind in (
            (arg_params, self.arg_dict, "argument"),
            (aux_params or {}, self.aux_dict, "auxiliary state"),
        ):
            for name, array in given.items():
                if name not in bound:
                    if allow_extra_params:
                        continue
                    raise NotFoundError(f"copy_params_from: there is no {kind} {name!r}.{nearest(name, bound)}")
                if array.shape != bound[name].shape:
                    raise ShapeError(
                        f"copy_params_from: {name!r} is bound with shape {bound[name].shape}. Received: {array.shape}"
                    )
                moves.append((array, bound[name]))
        for array, target in moves:
            array.astype(target.dtype).copyto(target)

    def reshape(self, partial_shaping: bool = False, allow_up_sizing: bool = False, **kwargs) -> "Executor":
        """Return an Executor for other input shapes that shares the arrays whose shapes stay the same.

        Parameters
        ----------
        partial_shaping : allow shapes of arrays that are not named to change
        allow_up_sizing : allow an array to become larger
        """
        arg_shapes, _, aux_shapes = self._symbol.infer_shape(**kwargs)
        if arg_shapes is None:
            raise ShapeError("reshape: the given shapes do not determine all others")
        args, grads = [], []
        for name, array, grad, shape in zip(
            self._arg_names, self.arg_arrays, self.grad_arrays, arg_shapes, strict=True
        ):
            if array.shape == shape:
                args.append(array)
                grads.append(grad)
                continue
            if not partial_shaping and name not in kwargs:
                raise ShapeError(
                    f"reshape: the shape of {name!r} would change from {array.shape} to {shape}.\n"
                    "  Pass partial_shaping=True if that is meant."
                )
            if int(np.prod(shape)) > array.size and not allow_up_sizing:
                raise ShapeError(
                    f"reshape: {name!r} would grow from {array.shape} to {shape}.\n"
                    "  Pass allow_up_sizing=True if that is meant."
                )
            args.append(zeros(shape, array.context, array.dtype))
            grads.append(None if grad is None else zeros(shape, array.context, array.dtype))
        aux = [
            array if array.shape == shape else zeros(shape, array.context, array.dtype)
            for array, shape in zip(self.aux_arrays, aux_shapes, strict=True)
        ]
        return Executor(self._symbol, self._ctx, args, grads, self._grad_reqs, aux, self._group2ctx)

    def set_monitor_callback(self, callback: Callable | None, monitor_all: bool = False) -> None:
        """Call ``callback(name, NDArray)`` for the outputs of every node of forward(); None switches it off.

        While a monitor is set the loop interpreter runs the graph as it was written, no node merged or dropped;
        without one observation costs nothing.

        Parameters
        ----------
        monitor_all : show the inputs of every node as well
        """
        ctx = self._ctx
        self._monitor = None
        if callback is not None:
            self._monitor = (lambda name, _, raw: callback(name, wrap(raw, ctx)), monitor_all)
        self._predict = self._training = None

    def debug_str(self) -> str:
        """Return the generated programs, and what each pass did to the graph."""
        parts = []
        if any(req != "null" for req in self._grad_reqs):
            graph = self.training_graph
            parts += ["# training", graph.forward.listing, graph.backward.listing]
            parts += [f"# {line}" for report in graph.reports for line in str(report).splitlines()]
        else:
            parts += ["# prediction", self.predict_program.listing]
            parts += [f"# {line}" for report in self.predict_program.reports for line in str(report).splitlines()]
        for node in self._symbol._nodes():
            for graph in node.op.subgraphs if isinstance(node.op, OwnOperator) else ():
                parts += [f"# inside of {node.name}", *graph.sources]
        total = sum(a._data.nbytes for a in (*self.arg_arrays, *self.aux_arrays, *self.outputs))
        parts.append(f"# Total {total / 2**20:.4f} MB in arguments, auxiliary states and outputs")
        return "\n".join(parts) + "\n"

    def get_optimized_symbol(self) -> Symbol:
        """Return the symbol that was bound."""
        return self._symbol


class _Forward:
    """A forward that has begun: ``run`` changes no array, so another thread may do it; ``end`` takes in its results."""

    def __init__(self, executor: Executor, is_train: bool, named: dict):
        executor._assign(named)
        executor._refresh()
        executor._ctx.xp  # noqa: B018 - the device to compute on
        arrays = (*executor.arg_arrays, *executor.aux_arrays)
        try:
            self.values = [a._data for a in arrays]
        except AttributeError:  # sparse ones: graphs compute on dense arrays
            self.values = [a.tostype("default")._data for a in arrays]
        self.executor = executor
        self.graph = executor.training_graph if is_train else None
        self.program = executor.predict_program if self.graph is None else self.graph.forward
        self.observer = None if executor._monitor is None else Observer(*executor._monitor)
        self.rng = generator_of(executor._ctx)
        executor._kept = None  # frees what the pass before kept
        self.buffers = self.program.buffers() if self.program.static else None

    def run(self) -> tuple:
        self.executor._ctx.xp  # noqa: B018 - the device to compute on, which each thread has its own of
        return self.program.run(self.values, self.rng, self.observer, self.buffers)

    def end(self, results: tuple) -> None:
        executor, program, count = self.executor, self.program, len(self.executor.outputs)
        for output, raw in zip(executor.outputs, program.own(results[:count], self.values), strict=True):
            output._data = raw
        program.store_states(self.values, results)
        if self.graph is not None:
            executor._kept = (self.graph, results[count : program.num_heads], self.values, self.buffers)


class _Backward:
    """A backward that has begun; see _Forward."""

    observer = rng = None

    def __init__(self, executor: Executor, out_grads):
        if executor._kept is None:
            raise MXNetError("backward: call forward(is_train=True) first")
        self.graph, residuals, values, _ = executor._kept  # the buffers hold the residuals
        self.values = [*residuals, *values, *executor._head_grads(out_grads, self.graph)]
        self.executor = executor
        self.program = self.graph.backward

    def run(self) -> list:
        self.executor._ctx.xp  # noqa: B018 - the device to compute on, which each thread has its own of
        return self.graph.gradients(self.program.run(self.values))

    def end(self, results: list) -> None:
        self.executor._receive(results)


def _end_all(begun: list) -> None:
    """Run what has begun, side by side where that changes no result and is worth it."""
    runs = [each.run for each in begun]
    for each, results in zip(begun, run_all(runs) if _may_overlap(begun) else [run() for run in runs], strict=True):
        each.executor._ctx.xp  # noqa: B018 - the device that its arrays are written on
        each.end(results)


def _may_overlap(begun: list) -> bool:
    if len(begun) < 2 or any(each.observer is not None or not each.program.is_heavy for each in begun):
        return False
    streams = [id(each.rng) for each in begun if any(step.wants_rng for step in each.program.steps)]
    return len({*streams}) == len(streams)  # two that draw from one stream keep their order


def forward_all(executors: Sequence[Executor], is_train: bool, named: Sequence[dict]) -> None:
    """Run forward on executors of several devices, side by side; ``named`` holds the keywords of each."""
    _end_all([_Forward(each, is_train, values) for each, values in zip(executors, named, strict=True)])


def backward_all(executors: Sequence[Executor], out_grads: Sequence) -> None:
    """Run backward on executors of several devices, side by side; ``out_grads`` holds those of each."""
    _end_all([_Backward(each, grads) for each, grads in zip(executors, out_grads, strict=True)])
