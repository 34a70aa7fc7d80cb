"""Blocks: layers and networks, made of parameters and of other Blocks.

References: MXNet 1.9.1 module mxnet.gluon.block.
"""
import os
import re
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from .. import initializer
from .. import ndarray as nd
from .. import symbol as sym
from ..base import ArgumentError, MXNetError, nearest, type_name
from ..cached_op import CachedOp
from ..core.state import STATE
from ..name import NameManager, Prefix
from ..ndarray import NDArray
from ..symbol import Symbol
from .parameter import DeferredInitializationError, Parameter, ParameterDict, load_into
from .utils import HookHandle, _indent

__all__ = ["Block", "HybridBlock", "SymbolBlock"]


class _Naming(threading.local):
    current: Any = None  # _BlockScope, or None outside of all


_naming = _Naming()


def _unknown_argument(kind: type, name: str) -> ArgumentError:
    """Return the error for an argument that no ``__init__`` of a Block and its bases takes."""
    known: dict[str, None] = {}
    for base in kind.__mro__:
        if "__init__" in base.__dict__ and base is not object:
            code = base.__init__.__code__
            known.update(dict.fromkeys(code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]))
    return ArgumentError(
        f"{kind.__name__}: there is no argument {name!r}.{nearest(name, known)}\n  It takes: {', '.join(known)}."
    )


class _BlockScope:
    """Gives child Blocks their prefixes: dense0_, dense1_, ... inside the parent's."""

    def __init__(self, block: "Block | Any"):
        self._block = block
        self._counter: dict[str, int] = {}
        self._outer: list = []

    @staticmethod
    def create(prefix: str | None, params: ParameterDict | None, hint: str) -> tuple[str, ParameterDict]:
        """Return the prefix and the parameters of a new Block."""
        scope = _naming.current
        if scope is None:
            prefix = str(NameManager.current.get(None, hint)) + "_" if prefix is None else prefix
            return prefix, ParameterDict(prefix) if params is None else ParameterDict(params.prefix, params)
        if prefix is None:
            number = scope._counter.get(hint, 0)
            scope._counter[hint] = number + 1
            prefix = f"{hint}{number}_"
        parent = scope._block
        if params is None:
            shared = parent.params
            own = ParameterDict(shared.prefix + prefix, shared._shared)
        else:
            own = ParameterDict(params.prefix, params)
        return parent.prefix + prefix, own

    def __enter__(self) -> "_BlockScope":
        if self._block._empty_prefix:
            self._outer.append(None)
            return self
        manager = Prefix(self._block.prefix)
        self._outer.append((_naming.current, manager))
        _naming.current = self
        manager.__enter__()
        return self

    def __exit__(self, *error) -> None:
        outer = self._outer.pop()
        if outer is not None:
            outer[1].__exit__(*error)
            _naming.current = outer[0]


class Block:
    """A layer, or a network of layers.

    Subclass it: make children and parameters in ``__init__`` (assigning them registers them), and compute in
    ``forward``. Calling the Block runs forward.

    Parameters
    ----------
    prefix : str, of the names of its parameters; default class name and a number
    params : ParameterDict of another Block, to share parameters with it

    Examples
    --------
    >>> class Double(mx.gluon.Block):
    ...     def forward(self, x):
    ...         return 2 * x
    >>> Double()(mx.nd.array([1, 2])).asnumpy().tolist()
    [2.0, 4.0]

    References: MXNet 1.9.1 class mxnet.gluon.Block.
    """

    def __init__(self, prefix: str | None = None, params: ParameterDict | None = None, **unknown):
        if unknown:
            raise _unknown_argument(type(self), next(iter(unknown)))
        self._empty_prefix = prefix == ""
        self._prefix, self._params = _BlockScope.create(prefix, params, self._alias())
        self._name = self._prefix.removesuffix("_")
        self._scope = _BlockScope(self)
        self._children: OrderedDict[str, Block] = OrderedDict()
        self._reg_params: dict[str, Parameter] = {}
        self._forward_hooks: OrderedDict[int, Callable] = OrderedDict()
        self._forward_pre_hooks: OrderedDict[int, Callable] = OrderedDict()

    def _alias(self) -> str:
        return type(self).__name__.lower()

    # -- structure ---------------------------------------------------------------------------------------------------
    def __setattr__(self, name: str, value) -> None:
        existing = getattr(self, name, None)
        both_blocks = isinstance(existing, Block) and isinstance(value, Block)
        if isinstance(existing, (Parameter, Block)) and not isinstance(value, type(existing)) and not both_blocks:
            raise TypeError(
                f"{type(self).__name__}.{name} is a {type(existing).__name__} and cannot become"
                f" a {type(value).__name__}"
            )
        if isinstance(value, Block):
            self.register_child(value, name)
        elif isinstance(value, Parameter):
            if name in self._reg_params and self._reg_params[name] is not value and name in self.__dict__:
                raise ArgumentError(f"{type(self).__name__}: the parameter {name!r} is already there")
            self._reg_params[name] = value
        super().__setattr__(name, value)

    @property
    def prefix(self) -> str:
        """The prefix of the names of parameters."""
        return self._prefix

    @property
    def name(self) -> str:
        """The prefix without its last underscore."""
        return self._name

    @property
    def params(self) -> ParameterDict:
        """The Block's own parameters, without those of its children."""
        return self._params

    def name_scope(self) -> _BlockScope:
        """Return a context manager inside which children get names under this Block's."""
        return self._scope

    def register_child(self, block: "Block", name: str | None = None) -> None:
        """Add a child, so that its parameters are found; assigning a Block to an attribute does it."""
        if not isinstance(block, Block):
            raise ArgumentError(f"register_child: expected a Block. Received: {type_name(block)}")
        if "_children" not in self.__dict__:
            raise MXNetError(
                f"{type(self).__name__}: the Block is not ready for children and parameters.\n"
                "  Begin its __init__ with super().__init__(**kwargs)."
            )
        self._children[str(len(self._children)) if name is None else name] = block

    def apply(self, fn: Callable[["Block"], object]) -> "Block":
        """Call ``fn`` on every child, then on this Block; return the Block."""
        for child in self._children.values():
            child.apply(fn)
        fn(self)
        return self

    def collect_params(self, select: str | None = None) -> ParameterDict:
        """Return the parameters of this Block and all its children.

        Parameters
        ----------
        select : regular expression that the name must match, such as "dense0_weight|.*bias"
        """
        found = ParameterDict(self._params.prefix)
        if select is None:
            found.update(self.params)
        else:
            pattern = re.compile(select)
            found._params.update({name: value for name, value in self.params.items() if pattern.match(name)})
        for child in self._children.values():
            found.update(child.collect_params(select))
        return found

    def _structured_params(self, prefix: str = "") -> dict[str, Parameter]:
        """Return parameters by their place in the structure, such as "0.weight"."""
        if prefix:
            prefix += "."
        found = {prefix + key: value for key, value in self._reg_params.items()}
        for name, child in self._children.items():
            found.update(child._structured_params(prefix + name))
        return found

    _collect_params_with_prefix = _structured_params

    def __repr__(self) -> str:
        children = "\n".join(
            f"  ({key}): {_indent(repr(block), 2)}" for key, block in self.__dict__.items() if isinstance(block, Block)
        )
        return f"{type(self).__name__}(\n{children}\n)"

    # -- parameters --------------------------------------------------------------------------------------------------
    def initialize(self, init=None, ctx=None, verbose: bool = False, force_reinit: bool = False) -> None:
        """Initialize the parameters of this Block and its children.

        Parameters
        ----------
        init : Initializer, default Uniform
        ctx : Context or list of Context
        """
        self.collect_params().initialize(init or initializer.Uniform(), ctx, verbose, force_reinit)

    def cast(self, dtype) -> None:
        """Convert all parameters to another dtype."""
        for child in self._children.values():
            child.cast(dtype)
        for parameter in self.params.values():
            parameter.cast(dtype)

    def zero_grad(self) -> None:
        """Set all gradients to zero."""
        self.collect_params().zero_grad()

    def reset_ctx(self, ctx) -> None:
        """Move all parameters to other contexts."""
        self.collect_params().reset_ctx(ctx)

    def save_parameters(self, filename: str | os.PathLike, deduplicate: bool = False) -> None:
        """Write all parameters to a file in MXNet's format; the file is replaced as a whole or not at all.

        Parameters
        ----------
        filename : path
        deduplicate : write a parameter that is shared by several Blocks once
        """
        parameters = self._structured_params()
        if deduplicate:
            first: dict[int, str] = {}
            for name, parameter in parameters.items():
                first.setdefault(id(parameter), name)
            parameters = {name: parameters[name] for name in first.values()}
        nd.save(filename, {name: parameter._reduce() for name, parameter in parameters.items()})

    def load_parameters(
        self,
        filename: str | os.PathLike,
        ctx=None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
        cast_dtype: bool = False,
        dtype_source: str = "current",
    ) -> None:
        """Read parameters from a file that save_parameters or export wrote; nothing changes if one does not fit.

        Parameters
        ----------
        filename : path
        ctx : Context or list of Context
        allow_missing, ignore_extra : accept parameters that the file, or the network, does not have
        cast_dtype, dtype_source : convert dtypes, to those of the network ("current") or of the file ("saved")
        """
        loaded = nd.load(filename)
        if not isinstance(loaded, dict):
            raise MXNetError(f"{filename}: the arrays in this file have no names")
        parameters = self._structured_params()
        if loaded and not any("." in key for key in loaded) and any("." in key for key in parameters):
            full = self.collect_params()  # a file with full names, as ParameterDict.save and export write
            full.load(filename, ctx, allow_missing, ignore_extra, self.prefix_of(loaded), cast_dtype, dtype_source)
            return
        if not allow_missing:  # a shared parameter may be in the file under one of its names
            names: dict[int, list[str]] = {}
            for name, parameter in parameters.items():
                names.setdefault(id(parameter), []).append(name)
            for group in names.values():
                present = [name for name in group if name in loaded]
                for name in group:
                    if present and name not in loaded:
                        loaded[name] = loaded[present[0]]
        load_into(parameters, loaded, filename, ctx, allow_missing, ignore_extra, cast_dtype, dtype_source)

    def save_params(self, filename: str | os.PathLike) -> None:
        """Write all parameters by their names without the prefix. Deprecated: use save_parameters."""
        warnings.warn("save_params is deprecated. Please use save_parameters.", stacklevel=2)
        self.collect_params().save(filename, strip_prefix=self.prefix)

    def load_params(self, filename: str | os.PathLike, ctx=None, allow_missing=False, ignore_extra=False) -> None:
        """Read parameters from a file. Deprecated: use load_parameters."""
        warnings.warn("load_params is deprecated. Please use load_parameters.", stacklevel=2)
        self.load_parameters(filename, ctx, allow_missing, ignore_extra)

    def prefix_of(self, names) -> str:
        """Return what must be put before names of a file so that they are full names: the prefix, or nothing."""
        plain = [name.removeprefix("arg:").removeprefix("aux:") for name in names]
        return "" if any(name in self.collect_params() for name in plain) else self.prefix

    # -- running -----------------------------------------------------------------------------------------------------
    def __call__(self, *args):
        if self._forward_pre_hooks:
            for hook in self._forward_pre_hooks.values():
                hook(self, args)
        outer = STATE.scope
        STATE.scope = (*outer, self._name)
        try:
            out = self.forward(*args)
        finally:
            STATE.scope = outer
        if self._forward_hooks:
            for hook in self._forward_hooks.values():
                hook(self, args, out)
        return out

    def forward(self, *args):
        """Compute the output. To be written by the subclass."""
        raise NotImplementedError(f"{type(self).__name__} must define forward(self, *args)")

    def register_forward_hook(self, hook: Callable) -> HookHandle:
        """Call ``hook(block, inputs, output)`` after each forward; return a handle to detach it."""
        handle = HookHandle()
        handle.attach(self._forward_hooks, hook)
        return handle

    def register_forward_pre_hook(self, hook: Callable) -> HookHandle:
        """Call ``hook(block, inputs)`` before each forward; return a handle to detach it."""
        handle = HookHandle()
        handle.attach(self._forward_pre_hooks, hook)
        return handle

    def register_op_hook(self, callback: Callable, monitor_all: bool = False) -> None:
        """Call ``callback(node_name, operator_name, NDArray)`` for each operator of hybridized children."""
        for child in self._children.values():
            child.register_op_hook(callback, monitor_all)

    def hybridize(self, active: bool = True, **kwargs) -> None:
        """Let all HybridBlocks among the children compile their graphs."""
        for child in self._children.values():
            child.hybridize(active, **kwargs)

    def summary(self, *inputs) -> None:
        """Print a table of layers, output shapes and numbers of parameters for a forward pass on ``inputs``."""
        from .summary import print_summary

        print_summary(self, inputs)


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
        self, active: bool = True, static_alloc: bool = False, static_shape: bool = False, **kwargs
    ) -> None:
        """Switch compilation on or off, for this Block and its children.

        Parameters
        ----------
        active : on or off
        static_alloc, static_shape : accepted as in MXNet; buffers are planned for each shape in any case
        """
        self._active = active
        self._flags = [("static_alloc", static_alloc), ("static_shape", static_shape), *kwargs.items()]
        self._clear_cached_op()
        super().hybridize(active, static_alloc=static_alloc, static_shape=static_shape, **kwargs)

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
        key = str(structure)
        found = self._graphs.get(key)
        if found is None:
            names = ["data"] if len(flat) == 1 else [f"data{i}" for i in range(len(flat))]
            inputs = [None if x is None else sym.Variable(n) for x, n in zip(flat, names, strict=True)]
            grouped, _ = regroup(inputs, structure)
            outer, STATE.scope = STATE.scope, (self._name,)
            try:
                with self.name_scope():
                    out = self._trace(*grouped)
            except MXNetError as error:
                raise self._untraceable(error) from error
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
        return type(error)(f"{type(self).__name__} '{self.name}': hybrid_forward cannot be traced as a graph: {text}")

    def _trace(self, x, *args):
        """Run hybrid_forward on symbols."""
        parameters = {name: parameter.var() for name, parameter in self._reg_params.items()}
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
            raise type(error)(
                f"{type(self).__name__} '{self.name}': the shapes of its parameters do not follow from its inputs:"
                f" {error}"
            ) from error
        for parameter in self.collect_params().values():
            parameter._finish_deferred_init()

    # -- running -----------------------------------------------------------------------------------------------------
    def forward(self, x, *args):
        """Run hybrid_forward on arrays, or compiled, or on symbols, as the input asks."""
        if isinstance(x, NDArray):
            if self._active:
                return self._call_cached_op(x, *args)
            ctx = x._ctx
            try:
                parameters = {name: parameter.data(ctx) for name, parameter in self._reg_params.items()}
            except DeferredInitializationError:
                self._deferred_init(x, *args)
                parameters = {name: parameter.data(ctx) for name, parameter in self._reg_params.items()}
            return self.hybrid_forward(nd, x, *args, **parameters)
        if isinstance(x, Symbol):
            with self.name_scope():
                return self._trace(x, *args)
        flat, _ = flatten((x, *args))
        first = next((v for v in flat if v is not None), None)
        if isinstance(first, (NDArray, Symbol)):
            return self._forward_nested(first, x, *args)
        raise ArgumentError(
            f"{type(self).__name__} '{self.name}': expected an NDArray or a Symbol. Received: {type_name(x)}.\n"
            "  Convert the data with mx.nd.array(...)."
        )

    def _forward_nested(self, first, x, *args):
        """Run with a list of arrays (or of symbols) as first input."""
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

    def hybrid_forward(self, F, x, *args, **kwargs):
        """Compute the output with the functions of F. To be written by the subclass."""
        raise NotImplementedError(f"{type(self).__name__} must define hybrid_forward(self, F, x, *args, **kwargs)")

    def _call_cached_op(self, *args):
        flat, structure = flatten(args)
        key = str(structure)
        cached = self._cached_ops.get(key)
        if cached is None:
            cached = self._cached_ops[key] = self._build_cache(*args)
        cached_op, sources, out_structure = cached
        given = [x for x in flat if x is not None]
        ctx = given[0]._ctx
        try:
            values = [given[s] if type(s) is int else s.data(ctx) for s in sources]
        except DeferredInitializationError:
            self._deferred_init(*args)
            values = [given[s] if type(s) is int else s.data(ctx) for s in sources]
        out = cached_op(*values) if self._op_hook is None else cached_op.observed(values, *self._op_hook)
        if isinstance(out, NDArray):
            out = [out]
        return regroup(out, out_structure)[0]

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
                sources.append(parameters[node.name])
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

    def optimize_for(self, x, *args, backend=None, **kwargs) -> None:
        """Hybridize and run once; mxlearn has one compiler, so ``backend`` must be None."""
        if backend is not None:
            raise MXNetError(
                f"optimize_for: there is no backend {backend!r}; mxlearn has one compiler, used by hybridize()"
            )
        self.hybridize(True)
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


class SymbolBlock(HybridBlock):
    """A Block made of a Symbol; its parameters are the symbol's other variables.

    Parameters
    ----------
    outputs : Symbol or list of Symbol
    inputs : Symbol or list of Symbol, the variables that are fed
    params : ParameterDict with values for the rest

    Examples
    --------
    >>> x = mx.sym.Variable("x")
    >>> net = mx.gluon.SymbolBlock(mx.sym.relu(x), x)
    >>> net(mx.nd.array([-1, 2])).asnumpy().tolist()
    [0.0, 2.0]

    References: MXNet 1.9.1 class mxnet.gluon.SymbolBlock.
    """

    @staticmethod
    def imports(symbol_file, input_names, param_file=None, ctx=None) -> "SymbolBlock":
        """Return the Block of a symbol file and a parameter file, as export() wrote them.

        Parameters
        ----------
        symbol_file, param_file : paths; without param_file the Block still has to be initialized
        input_names : str or list of str
        ctx : Context or list of Context
        """
        symbol = sym.load(symbol_file)
        names = [input_names] if isinstance(input_names, str) else list(input_names)
        unknown = [name for name in names if name not in symbol.list_inputs()]
        if unknown:
            raise ArgumentError(
                f"{symbol_file}: there is no input {unknown[0]!r}; it has {', '.join(symbol.list_inputs()[:8])}, ..."
            )
        named = {node.name: node for node in symbol._nodes() if node.op is None}
        block = SymbolBlock(symbol, [Symbol([(named[name], 0)]) for name in names])
        if param_file is not None:
            block.collect_params().load(param_file, ctx=ctx, cast_dtype=True, dtype_source="saved", ignore_extra=True)
        return block

    def __init__(self, outputs, inputs, params: ParameterDict | None = None):
        super().__init__(prefix="", params=None)
        self._prefix, self._params = "", ParameterDict("", params)
        inputs = [inputs] if isinstance(inputs, Symbol) else list(inputs)
        outputs_list, self._out_structure = flatten(outputs if isinstance(outputs, (list, tuple)) else outputs)
        self._symbol = sym.Group(outputs_list)
        if isinstance(outputs, Symbol) and len(outputs) > 1:
            self._out_structure = [0] * len(outputs)
        self._input_symbols = inputs
        fed = set()
        for symbol in inputs:
            node = symbol._entry[0]
            if node.op is not None:
                raise ArgumentError(f"SymbolBlock: the input {symbol.name!r} is no variable but an operator's output")
            fed.add(node.name)
        auxiliary = set(self._symbol.list_auxiliary_states())
        meta = {str(n.name): n.meta or {} for n in self._symbol._nodes() if n.op is None}
        for name in self._symbol.list_inputs():
            if name in fed:
                continue
            options: dict = {"allow_deferred_init": True}
            if "__shape__" in meta[name]:
                from ..core.attributes import parse_shape

                options["shape"] = parse_shape(meta[name]["__shape__"])
            if name in auxiliary:
                options.update(grad_req="null", differentiable=False)
            self._reg_params[name] = self._params.get(name, **options)

    def _get_graph(self, *args):
        flat = [x for x in flatten(args)[0] if x is not None]
        if len(flat) != len(self._input_symbols):
            raise ArgumentError(f"SymbolBlock: {len(self._input_symbols)} inputs are needed, {len(flat)} given")
        return self._input_symbols, self._symbol, self._out_structure

    def forward(self, x, *args):
        """Run the symbol."""
        if isinstance(x, Symbol):
            names = [str(s.name) for s in self._input_symbols]
            composed = self._symbol(**dict(zip(names, (x, *args), strict=True)))
            return regroup(list(composed), self._out_structure)[0]
        if not isinstance(x, NDArray):
            raise ArgumentError(f"SymbolBlock: expected an NDArray or a Symbol. Received: {type(x).__name__}")
        return self._call_cached_op(x, *args)

    def _clear_cached_op(self) -> None:
        self._cached_ops = {}

    def cast(self, dtype) -> None:
        """Convert all parameters to another dtype."""
        self._clear_cached_op()
        Block.cast(self, dtype)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(\n{self._symbol!r} : {len(self._input_symbols)} -> {len(self._symbol)}\n)"


# -- nested inputs and outputs -----------------------------------------------------------------------------------------
def flatten(args) -> tuple[list, Any]:
    """Return the arrays of nested lists in order, and their structure.

    The structure is 0 for one array, -1 for None, and a list of these for a list.
    """
    if args is None:
        return [None], -1
    if isinstance(args, (NDArray, Symbol)):
        if isinstance(args, Symbol) and len(args) > 1:
            return list(args), [0] * len(args)
        return [args], 0
    if isinstance(args, (list, tuple)):
        flat, structure = [], []
        for item in args:
            part, shape = flatten(item)
            flat += part
            structure.append(shape)
        return flat, structure
    raise ArgumentError(
        "a HybridBlock takes and returns NDArrays, Symbols, or (nested) lists of them."
        f" Received: {type_name(args)}.\n  Convert data with mx.nd.array(...)."
    )


def regroup(flat: list, structure) -> tuple[Any, list]:
    """Return the nested lists that ``flatten`` took apart, and what is left of ``flat``."""
    if structure in (0, -1):
        return flat[0], flat[1:]
    items = []
    for part in structure:
        item, flat = regroup(flat, part)
        items.append(item)
    return items, flat

