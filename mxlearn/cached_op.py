"""The CachedOp: a Symbol that is called like a function on NDArrays. hybridize() makes one.

While recording, a call is one node on the tape, whose gradient is the compiled backward program.

References: MXNet 1.9.1 class mxnet.ndarray.CachedOp.
"""
from collections.abc import Callable, Sequence
from typing import Any

from . import autograd
from .base import ArgumentError, ContextError, GradientError
from .context import current_context
from .core import source
from .core.compile import Program, compile_graph
from .core.graph import Entry, Node, rebuild, topological_order, with_inputs
from .core.observation import Observer
from .core.operator import Like, RawFunctions, Rule, TapeOperator
from .core.own import OwnOperator
from .core.passes import PASSES
from .core.state import STATE
from .core.training import TrainingGraph, infer_all
from .ndarray.array import NDArray, wrap
from .ndarray.dispatch import invoke
from .streams import generator_of
from .symbol.symbol import Symbol

__all__ = ["CachedOp"]


class CachedOp:
    """A symbol as a function of NDArrays, compiled once for each combination of shapes, dtypes and modes.

    Parameters
    ----------
    sym : Symbol
    flags : pairs such as ("static_alloc", True): then intermediate values live in memory that each call uses again.
        Outputs and gradients never do, so that an array stays what it is however often the CachedOp is called.
        With "static_shape" as well a GPU runs the programs as CUDA graphs, where that can be; see ``debug_str``

    Examples
    --------
    >>> x = mx.sym.Variable("x")
    >>> square = mx.nd.CachedOp(x * x)
    >>> square(mx.nd.array([3]))
    <BLANKLINE>
    [9.]
    <NDArray 1 @cpu(0)>
    """

    def __init__(self, sym: Symbol, flags=()):
        self.symbol = sym
        self.flags = dict(flags)
        self._inputs: list[Node] = [node for node in sym._nodes() if node.op is None]
        self._names = [str(node.name) for node in self._inputs]
        self._num_heads = len(sym._entries)
        self.static = bool(self.flags.get("static_alloc"))
        self.captured = self.static and bool(self.flags.get("static_shape"))
        self._programs: dict[tuple, Program] = {}
        self._training: dict[tuple, TrainingGraph] = {}
        self._latest: tuple = ()  # (what was compared, what was found) of the latest prediction
        self._latest_training: tuple = ()
        self._operator = _CachedOperator(self)
        self.made_at = source.note(2) if source.note is not None else None

    def __call__(self, *args: NDArray, out=None, default_ctx=None):
        """Compute the outputs; the arguments are in the order of ``symbol.list_inputs()``."""
        return self._call(args, out, default_ctx, None)

    def observed(self, args: Sequence[NDArray], callback: Callable, monitor_all: bool = False):
        """Compute the outputs node by node, and show each to ``callback(name, operator name, NDArray)``.

        Parameters
        ----------
        monitor_all : show the inputs of every node as well
        """
        ctx = args[0]._ctx if args else current_context()
        observer = Observer(lambda name, operator, raw: callback(name, operator, wrap(raw, ctx)), monitor_all)
        return self._call(tuple(args), None, ctx, observer)

    def _call(self, args: Sequence[NDArray], out, default_ctx, observer: Observer | None):
        if len(args) != len(self._inputs):
            raise ArgumentError(
                f"CachedOp: {len(self._inputs)} arguments are needed, {len(args)} given.\n"
                f"  In this order: {', '.join(self._names)}."
            )
        ctx = args[0]._ctx if args else default_ctx or current_context()
        for x in args:
            if x._ctx is not ctx:
                raise self._mixed(args)
        try:
            values = [x._data for x in args]
        except AttributeError:  # sparse ones: graphs compute on dense arrays
            args = [x.tostype("default") for x in args]
            values = [x._data for x in args]
        shapes, dtypes = [v.shape for v in values], [v.dtype for v in values]
        if STATE.recording:
            wanted = [x._entry is not None for x in args]
            if True in wanted:
                return self._record(args, values, shapes, dtypes, wanted, ctx, out, observer)
        program = self._program(shapes, dtypes, ctx, observer is not None)
        results = program.run(values, generator_of(ctx), observer)
        program.store_states(values, results)
        return self._outputs(_wrapped(program.own(results[: self._num_heads], values), args, ctx), out)

    def _mixed(self, args: Sequence[NDArray]) -> ContextError:
        name, other = next((n, x._ctx) for n, x in zip(self._names, args, strict=True) if x._ctx is not args[0]._ctx)
        return ContextError(
            f"CachedOp: all arguments must be on one context. {self._names[0]!r} is on {args[0]._ctx}, {name!r} on"
            f" {other}."
        )

    def debug_str(self) -> str:
        """Return the programs that were compiled so far, and on a GPU whether they run as CUDA graphs, or why not."""
        parts: list[str] = []
        for program in self._programs.values():
            parts += ["# prediction", program.listing]
        for graph in self._training.values():
            parts += ["# training", graph.forward.listing, graph.backward.listing]
        return "\n".join(parts)

    # -- programs ----------------------------------------------------------------------------------------------------
    def _program(self, shapes: list, dtypes: list, ctx, plain: bool) -> Program:
        asked = (shapes, dtypes, STATE.training, ctx, plain)
        if self._latest and self._latest[0] == asked:
            return self._latest[1]
        xp = ctx.xp
        key = (tuple(shapes), tuple(dtypes), STATE.training, ctx._xp or ctx, plain)  # constants are on one of the GPUs
        program = self._programs.get(key)
        if program is None:
            found, types = infer_all(self.symbol._entries, *self._known(shapes, dtypes))
            program = self._programs[key] = compile_graph(
                self.symbol._entries,
                self._inputs,
                xp=xp,
                is_train=STATE.training,
                shapes=found,
                dtypes=types,
                steps=() if plain else PASSES,
                static=self.static,
                captured=self.captured,
            )
        self._latest = (asked, program)
        return program

    def _known(self, shapes: Sequence, dtypes: Sequence) -> tuple[dict, dict]:
        return dict(zip(self._inputs, shapes, strict=True)), dict(zip(self._inputs, dtypes, strict=True))

    def training_graph(
        self, shapes: list, dtypes: list, wanted: list[bool], ctx, is_train: bool = True, plain: bool = False
    ) -> TrainingGraph:
        """Return the compiled forward and backward programs for the given shapes, dtypes and wanted gradients."""
        asked = (shapes, dtypes, wanted, ctx, is_train, plain)
        if self._latest_training and self._latest_training[0] == asked:
            return self._latest_training[1]
        xp = ctx.xp
        key = (tuple(shapes), tuple(dtypes), tuple(wanted), ctx._xp or ctx, is_train, plain)
        graph = self._training.get(key)
        if graph is None:
            found, types = self._known(shapes, dtypes)
            wrt = [node for node, want in zip(self._inputs, wanted, strict=True) if want]
            graph = self._training[key] = TrainingGraph(
                self.symbol._entries,
                self._inputs,
                wrt,
                xp=xp,
                shapes=found,
                dtypes=types,
                is_train=is_train,
                plain=plain,
                static=self.static,
                captured=self.captured,
            )
        self._latest_training = (asked, graph)
        return graph

    # -- running -----------------------------------------------------------------------------------------------------
    def _record(self, args, values, shapes, dtypes, wanted, ctx, out, observer):
        graph = self.training_graph(shapes, dtypes, wanted, ctx, STATE.training, observer is not None)
        program, count = graph.forward, graph.num_heads
        buffers = program.buffers() if program.static else None
        results = program.run(values, generator_of(ctx), observer, buffers)
        program.store_states(values, results)
        saved = (graph, results[count : program.num_heads], tuple(values), ctx, buffers)
        if count > 1:
            saved = (*saved, tuple([Like(r.shape, r.dtype) for r in results[:count]]))
        node = Node(
            self._operator, tuple([x._entry for x in args]), {}, self._operator.title, count, saved, STATE.scope
        )
        if source.note is not None:
            node.source = source.note(4)  # _record, _call and __call__ or observed are the library's
        outputs = _wrapped(program.own(results[:count], values), args, ctx)
        for i, output in enumerate(outputs):
            output._entry = (node, i)
        return self._outputs(outputs, out)

    @staticmethod
    def _outputs(outputs: list[NDArray], out):
        if out is not None:
            for target, output in zip(out if isinstance(out, (list, tuple)) else [out], outputs, strict=True):
                target[:] = output
            return out
        return outputs[0] if len(outputs) == 1 else outputs


def _wrapped(raws: Sequence, args: Sequence[NDArray], ctx) -> list[NDArray]:
    """Return raw outputs as arrays of the class of the first argument."""
    cls: Any = args[0]._result_class if args else NDArray
    return [wrap(raw, ctx) for raw in raws] if cls is NDArray else [wrap(cls.raw(raw), ctx, cls) for raw in raws]


def replay(cached: CachedOp, inputs: Sequence[NDArray]) -> list[NDArray]:
    """Run the graph node by node as eager operators, so that each is on the tape.

    Raises
    ------
    GradientError
        If an operator draws random numbers: it would draw others than it drew the first time.
    """
    return _evaluate(cached.symbol._entries, cached._inputs, inputs)


def _evaluate(heads: Sequence[Entry], variables: Sequence[Node], inputs: Sequence[NDArray]) -> list[NDArray]:
    values: dict = {}
    for node, array in zip(variables, inputs, strict=True):
        values[node, 0] = array
    for node in topological_order(node for node, _ in heads):
        if node.op is None:
            continue
        arrays = [None if e is None else values[e] for e in node.inputs]
        if isinstance(node.op, OwnOperator):
            results = node.op.replay(invoke, lambda graph, given: _evaluate(graph.heads, graph.inputs, given), arrays)
            values.update({(node, i): result for i, result in enumerate(results)})
            continue
        if node.op.wants_rng and not node.op.is_identity(node.attrs, STATE.training):
            raise GradientError(
                f"{node.op.name} {node.name!r}: a hybridized Block with random numbers can be differentiated once"
                " only.\n"
                "  Call net.hybridize(False) for gradients of gradients."
            )
        attrs = node.attrs
        if node.op.completes:  # such as zeros for a batch of any size
            known = infer_all(heads, {variable: x.shape for variable, x in zip(variables, inputs, strict=True)}, {})
            attrs = {**attrs, node.op.completes: known[0].get((node, 0), node.op.complete(attrs)[node.op.completes])}
        results = invoke(node.op, arrays, attrs)
        for i, result in enumerate(results if isinstance(results, list) else [results]):
            values[node, i] = result
    return [values[entry] for entry in heads]


class _CachedOperator(TapeOperator):
    """Stands for an operator in the tape nodes of one CachedOp."""

    name = "CachedOp"

    def __init__(self, cached: CachedOp):
        super().__init__(tuple(cached.symbol.list_outputs()))
        self.title = cached.symbol.name
        self.cached = cached
        self.rule = Rule(_gradients, ("graph", "residuals", "values", "ctx", "buffers"))

    def input_names(self, attrs: dict, count: int | None = None) -> tuple[str, ...]:
        return tuple(self.cached._names)

    def inline(self, inputs: Sequence) -> tuple:
        """Return the outputs as entries of the cached graph itself, over other inputs."""
        stand_in = dict(zip(self.cached._inputs, inputs, strict=True))

        def replace(node: Node, new_inputs: tuple):
            return (stand_in[node],) if node in stand_in else with_inputs(node, new_inputs)

        return tuple(rebuild(self.cached.symbol._entries, replace))

    def kept_arrays(self, node: Node) -> tuple:
        """Return what ``_gradients`` needs to differentiate on NDArrays: the inputs at their places on the tape."""
        saved: Any = node.saved
        graph, _, values, ctx = saved[:4]
        inputs = []
        for i, (raw, entry) in enumerate(zip(values, node.inputs, strict=True)):
            array = wrap(raw.copy() if i in graph.forward.mutated else raw, ctx)  # a state is updated once only
            array._entry = entry
            inputs.append(array)
        return graph, (self.cached,), tuple(inputs), ctx, None

    def __repr__(self) -> str:
        return f"<Operator CachedOp of {self.cached.symbol!r}>"


def _gradients(F, g, graph: TrainingGraph, residuals: tuple, values: tuple, ctx, buffers):
    """The gradient rule: the backward program on raw arrays; on NDArrays the graph is replayed and differentiated.

    The tape holds ``buffers``, where the residuals lie, until it is freed.
    """
    gradients = g if isinstance(g, tuple) else (g,)
    if not isinstance(F, RawFunctions):
        return _replayed_gradients(graph, residuals[0], values, gradients)
    return graph.by_input(graph.backward.run([*residuals, *values, *gradients]))


def _replayed_gradients(graph: TrainingGraph, cached: CachedOp, inputs: Sequence[NDArray], head_grads) -> tuple:
    """Return gradients that are on the tape themselves."""
    with autograd.train_mode() if graph.is_train else autograd.predict_mode():
        outputs = replay(cached, inputs)
    wanted = [x for x, want in zip(inputs, graph.wanted, strict=True) if want]
    found = iter(autograd.grad(outputs, wanted, list(head_grads), retain_graph=True, create_graph=True))
    return tuple(next(found) if want else None for want in graph.wanted)
