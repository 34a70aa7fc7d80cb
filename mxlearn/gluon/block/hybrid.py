"""HybridBlock: a layer that can run as a compiled graph."""
import inspect
from collections.abc import Callable

from ... import ndarray as nd
from ... import symbol as sym
from ...base import ArgumentError, MXNetError, nearest, retold, type_name
from ...cached_op import CachedOp
from ...core.state import STATE
from ...ndarray import NDArray
from ...symbol import Symbol
from ...symbol.entries import no_backend
from ..parameter import DeferredInitializationError, Parameter, ParameterDict
from .base import Block
from .structure import flatten, regroup


class HybridBlock(Block):
    """A Block that can run operator by operator, or be compiled as one graph.

    Write ``hybrid_forward(self, F, x, **parameters)`` with the functions of F, which is mx.nd when it runs and mx.sym
    when it is traced. ``hybridize()`` switches compilation on: the first call traces the graph, later calls run it.

    Examples
    --------
    >>> class Net(mx.gluon.HybridBlock):
    ...     def hybrid_forward(self, F, x):
    ...         return F.relu(x) + 1
    >>> net = Net()
    >>> net.hybridize()
    >>> net(mx.nd.array([-1, 2])).asnumpy().tolist()
    [1.0, 3.0]

    References: MXNet 1.9.1 class mxnet.gluon.HybridBlock.
    """

    def __init__(self, prefix: str | None = None, params: ParameterDict | None = None, **unknown):
        super().__init__(prefix, params, **unknown)
        self._active = False
        self._flags: list = []
        self._graphs: dict = {}  # structure of the inputs: (input symbols, output symbol, structure of the outputs)
        self._cached_ops: dict = {}
        self._op_hook: tuple | None = None

    def __setattr__(self, name: str, value) -> None:
        super().__setattr__(name, value)
        if isinstance(value, (HybridBlock, Parameter)):
            self._clear_cached_op()

    def register_child(self, block: Block, name: str | None = None) -> None:
        """Add a child, which must be a HybridBlock."""
        if not isinstance(block, HybridBlock):
            raise ArgumentError(
                f"{type(self).__name__}: children of a HybridBlock must be HybridBlocks, but this"
                f" {type_name(block)} is none.\n"
                "  Derive it from HybridBlock, or put it into a Block such as Sequential."
            )
        super().register_child(block, name)
        if "_graphs" in self.__dict__:
            self._clear_cached_op()

    def hybridize(
        self,
        active: bool = True,
        backend: str | None = None,
        clear: bool = True,
        static_alloc: bool = False,
        static_shape: bool = False,
        inline_limit: int = 2,
        forward_bulk_size: int | None = None,
        backward_bulk_size: int | None = None,
        **kwargs,
    ) -> None:
        """Switch compilation on or off, for this Block and its children.

        Parameters
        ----------
        active : on or off
        backend : must be None: there is one compiler
        clear : whether graphs that were compiled before are thrown away
        static_alloc : whether intermediate values live in memory that each call uses again
        static_shape : whether, with static_alloc, a GPU runs what was compiled as a CUDA graph, all launches as one,
            where that can be; ``debug_str`` says why where it cannot
        inline_limit, forward_bulk_size, backward_bulk_size : accepted as in MXNet
        """
        if backend is not None:
            raise no_backend("hybridize", backend)
        if kwargs:
            known = tuple(inspect.signature(HybridBlock.hybridize).parameters)[1:-1]
            name = next(iter(kwargs))
            raise ArgumentError(
                f"{type(self).__name__} '{self.name}': hybridize has no argument {name!r}.{nearest(name, known)}\n"
                f"  It takes: {', '.join(known)}."
            )
        self._active = active
        self._flags = [("static_alloc", static_alloc), ("static_shape", static_shape)]
        if clear:
            self._clear_cached_op()
        super().hybridize(active, clear=clear, static_alloc=static_alloc, static_shape=static_shape)

    def debug_str(self) -> str:
        """Return the programs that were compiled so far, and on a GPU whether they run as CUDA graphs, or why not."""
        return "\n".join(cached.debug_str() for cached, *_ in self._cached_ops.values())

    def cast(self, dtype) -> None:
        """Convert all parameters to another dtype."""
        self._clear_cached_op()
        super().cast(dtype)

    def _clear_cached_op(self) -> None:
        self._graphs = {}
        self._cached_ops = {}

    def register_op_hook(self, callback: Callable, monitor_all: bool = False) -> None:
        """Call ``callback(node_name, operator_name, NDArray)`` for each operator while the Block runs hybridized."""
        self._op_hook = (callback, monitor_all)
        super().register_op_hook(callback, monitor_all)

    # -- tracing -----------------------------------------------------------------------------------------------------
    def _get_graph(self, *args) -> tuple[list[Symbol], Symbol, object]:
        """Return (input symbols, output symbol, structure of the outputs) for inputs of the structure of ``args``."""
        flat, structure = flatten(args)
        face = any(x is not None and x._result_class is not NDArray for x in flat)
        key = f"{structure} np" if face else str(structure)
        found = self._graphs.get(key)
        if found is None:
            names = ["data"] if len(flat) == 1 else [f"data{i}" for i in range(len(flat))]
            inputs = [None if x is None else sym.Variable(n) for x, n in zip(flat, names, strict=True)]
            if face:  # in NumPy's manner, so that + broadcasts
                inputs = [None if s is None else s.as_np_ndarray() for s in inputs]
            grouped, _ = regroup(inputs, structure)
            outer, STATE.scope = STATE.scope, (self._name,)
            try:
                with self.name_scope():
                    out = self._trace(*grouped)
            except MXNetError as error:
                raise self._untraceable(error) from error.__cause__
            finally:
                STATE.scope = outer
            outputs, out_structure = flatten(out)
            given = [s for s in inputs if s is not None]
            found = self._graphs[key] = (given, sym.Group(outputs), out_structure)
        return found

    def _untraceable(self, error: MXNetError) -> MXNetError:
        """Return the error of a hybrid_forward that fails on symbols, with the Block in front."""
        text = str(error)
        if ": hybrid_forward cannot be traced" in text:
            return error
        where = f"{type(self).__name__} '{self.name}'"
        return retold(error, f"{where}: hybrid_forward cannot be traced as a graph: {text}")

    def _trace(self, x, *args):
        """Run hybrid_forward on symbols."""
        parameters = {name: parameter.var() for name, parameter in self._reg_params.items()}
        if self._first(x, *args)._result_class is not Symbol:
            parameters = {name: variable.as_np_ndarray() for name, variable in parameters.items()}
        return self.hybrid_forward(sym, x, *args, **parameters)

    def infer_type(self, *args) -> None:
        """Set the dtypes of parameters from the inputs."""
        inputs, out, _ = self._get_graph(*args)
        flat = [x for x in flatten(args)[0] if x is not None]
        given = {str(s.name): x.dtype for s, x in zip(inputs, flat, strict=True)}
        arg_types, _, aux_types = out.infer_type(**given)
        if arg_types is None:
            raise MXNetError(f"{type(self).__name__} '{self.name}': the dtypes of the parameters do not follow")
        types = dict(zip(out.list_arguments(), arg_types, strict=True))
        types.update(zip(out.list_auxiliary_states(), aux_types, strict=True))
        for name, parameter in self.collect_params().items():
            if name in types:
                parameter.dtype = types[name]

    def infer_shape(self, *args) -> None:
        """Complete the shapes of parameters from the inputs."""
        inputs, out, _ = self._get_graph(*args)
        flat = [x for x in flatten(args)[0] if x is not None]
        variables = {s._entry[0]: x.shape for s, x in zip(inputs, flat, strict=True)}
        arguments, auxiliary = out._variables()
        nodes = [*arguments, *auxiliary]
        named = {str(node.name): node for node in nodes}
        given = {str(node.name): shape for node, shape in variables.items() if str(node.name) in named}
        arg_shapes, _, aux_shapes = out._infer_shape((), given)
        shapes = dict(zip(named, [*arg_shapes, *aux_shapes], strict=True))
        for name, parameter in self.collect_params().items():
            shape = shapes.get(name)
            if shape is not None and all(extent >= 0 for extent in shape):
                parameter.shape = shape

    def _deferred_init(self, *args) -> None:
        """Complete shapes from the inputs, and allocate what waited for them."""
        try:
            self.infer_shape(*args)
        except MXNetError as error:
            where = f"{type(self).__name__} '{self.name}'"
            text = f"{where}: the shapes of its parameters do not follow from its inputs: {error}"
            raise retold(error, text) from error.__cause__
        for parameter in self.collect_params().values():
            parameter._finish_deferred_init()

    # -- running -----------------------------------------------------------------------------------------------------
    def forward(self, x, *args):
        """Run hybrid_forward on arrays, or compiled, or on symbols, as the input (or the first in its list) asks."""
        first = x if isinstance(x, (NDArray, Symbol)) else self._first(x, *args)
        if isinstance(first, Symbol):
            with self.name_scope():
                return self._trace(x, *args)
        if self._active:
            return self._call_cached_op(x, *args)
        ctx = first._ctx
        try:
            parameters = {name: parameter.data(ctx) for name, parameter in self._reg_params.items()}
        except DeferredInitializationError:
            self._deferred_init(x, *args)
            parameters = {name: parameter.data(ctx) for name, parameter in self._reg_params.items()}
        return self.hybrid_forward(nd, x, *args, **parameters)

    def _first(self, x, *args) -> NDArray | Symbol:
        """Return the first array or symbol of nested inputs."""
        flat, _ = flatten((x, *args))
        first = next((v for v in flat if v is not None), None)
        if not isinstance(first, (NDArray, Symbol)):
            raise ArgumentError(
                f"{type(self).__name__} '{self.name}': expected an NDArray or a Symbol. Received: {type_name(x)}.\n"
                "  Convert the data with mx.nd.array(...)."
            )
        return first

    def hybrid_forward(self, F, x, *args, **kwargs):
        """Compute the output with the functions of F. To be written by the subclass."""
        raise NotImplementedError(f"{type(self).__name__} must define hybrid_forward(self, F, x, *args, **kwargs)")

    def _call_cached_op(self, *args):
        key: object = len(args)  # so many arrays in a row; anything nested has its structure as the key
        for x in args:
            if x.__class__ is not NDArray:
                key = None
        if key is None:
            flat, structure = flatten(args)
            key = str(structure)
            if flat[0] is not None and flat[0]._result_class is not NDArray:
                key += " np"
            given = [x for x in flat if x is not None]
        else:
            given = args
        cached = self._cached_ops.get(key)
        if cached is None:
            cached = self._cached_ops[key] = self._build_cache(*args)
        cached_op, sources, out_structure = cached
        ctx = given[0]._ctx
        try:
            values = [given[s] if s.__class__ is int else s._data[ctx] for s in sources]
        except (KeyError, TypeError):  # a parameter that is not there, or not yet
            values = self._gather(sources, given, ctx, args)
        out = cached_op(*values) if self._op_hook is None else cached_op.observed(values, *self._op_hook)
        if out_structure == 0:
            return out
        return regroup([out] if isinstance(out, NDArray) else out, out_structure)[0]

    def _gather(self, sources: list, given, ctx, args: tuple) -> list[NDArray]:
        """Return the arguments of the CachedOp; complete parameters whose shapes were not known."""
        try:
            return [given[s] if type(s) is int else s.data(ctx) for s in sources]
        except DeferredInitializationError:
            self._deferred_init(*args)
            return [given[s] if type(s) is int else s.data(ctx) for s in sources]

    def _build_cache(self, *args) -> tuple:
        """Trace the graph; return (CachedOp, where each of its inputs comes from, structure of the outputs)."""
        inputs, out, out_structure = self._get_graph(*args)
        position = {s._entry[0]: i for i, s in enumerate(inputs)}
        parameters = dict(self.collect_params().items())
        sources: list = []
        for node in out._nodes():
            if node.op is not None:
                continue
            if node in position:
                sources.append(position[node])
            elif node.name in parameters:
                parameter = parameters[node.name]
                if parameter.stype == "row_sparse":
                    raise parameter._row_sparse("data")
                sources.append(parameter)
            else:
                raise MXNetError(
                    f"{type(self).__name__} '{self.name}': its graph has the variable {node.name!r}, which is neither"
                    " an input nor one of its parameters"
                )
        return CachedOp(out, self._flags), sources, out_structure

    @property
    def cached_op(self) -> CachedOp | None:
        """The CachedOp of the latest hybridized call, None before the first."""
        return next(reversed(self._cached_ops.values()))[0] if self._cached_ops else None

    def optimize_for(
        self,
        x,
        *args,
        backend: str | None = None,
        clear: bool = False,
        static_alloc: bool = False,
        static_shape: bool = False,
        inline_limit: int = 2,
        forward_bulk_size: int | None = None,
        backward_bulk_size: int | None = None,
        **kwargs,
    ) -> None:
        """Hybridize and run once on these inputs. There is one compiler, so that ``backend`` must be None."""
        if backend is not None:
            raise no_backend("optimize_for", backend)
        self.hybridize(True, clear=clear, static_alloc=static_alloc, static_shape=static_shape, **kwargs)
        self(x, *args)

    def export(self, path: str, epoch: int = 0, remove_amp_cast: bool = True) -> tuple[str, str]:
        """Write ``path-symbol.json`` and ``path-NNNN.params``, which MXNet can load.

        Returns the two file names. The Block must have run hybridized at least once.
        """
        if not self._cached_ops:
            raise MXNetError(
                f"{type(self).__name__} '{self.name}': call hybridize() and run it on data once before export()"
            )
        symbol = next(reversed(self._cached_ops.values()))[0].symbol
        auxiliary = set(symbol.list_auxiliary_states())
        used = set(symbol.list_inputs())
        arrays = {
            ("aux:" if name in auxiliary else "arg:") + name: parameter._reduce()
            for name, parameter in self.collect_params().items()
            if name in used
        }
        symbol_file, params_file = f"{path}-symbol.json", f"{path}-{epoch:04d}.params"
        symbol.save(symbol_file)
        nd.save(params_file, arrays)
        return symbol_file, params_file
