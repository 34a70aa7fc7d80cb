"""The Symbol: outputs of a graph that is described first and computed later.

References: MXNet 1.9.1 class mxnet.symbol.Symbol.
"""
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..attribute import stored
from ..base import ArgumentError, MissingAttributeError, MXNetError, NotFoundError, NotImplementedForSymbol, nearest
from ..core import infer
from ..core.attributes import parse_dtype, parse_shape, to_string
from ..core.frontend import EMPTY
from ..core.graph import Constant, Entry, Node, rebuild, topological_order, with_inputs
from ..core.own import OwnOperator
from .entries import (
    attributes_of,
    dtype_of_flag,
    internal_shape,
    no_backend,
    num_visible,
    output_name,
    public_shape,
    with_plain_names,
)

if TYPE_CHECKING:  # the methods that symbol/methods.py makes from operators
    from .generated import SymbolMethods
else:
    SymbolMethods = object


class Symbol(SymbolMethods):
    """One or more outputs of a graph.

    Made by ``mx.sym.Variable`` and by operators on symbols. It computes nothing until it is bound to arrays.

    Examples
    --------
    >>> x = mx.sym.Variable("x")
    >>> y = mx.sym.FullyConnected(x, num_hidden=3, name="fc")
    >>> y.list_arguments()
    ['x', 'fc_weight', 'fc_bias']
    >>> y.infer_shape(x=(2, 4))
    ([(2, 4), (3, 4), (3,)], [(2, 3)], [])
    """

    __slots__ = ("__weakref__", "_entries")
    __array_priority__ = 1000.0
    _result_class: "type[Symbol]"  # what operators on symbols of this class give: set below, and by mx.np

    def __init__(self, entries: Iterable[Entry]):
        self._entries: list[Entry] = list(entries)

    # -- parts -------------------------------------------------------------------------------------------------------
    @property
    def _entry(self) -> Entry:
        if len(self._entries) != 1:
            raise MXNetError(
                f"a symbol with {len(self._entries)} outputs is used where one is expected.\n"
                "  Choose one, as in symbol[0]."
            )
        return self._entries[0]

    @property
    def name(self) -> str | None:
        """Name of the node; None for a group of several."""
        nodes = {node for node, _ in self._entries}
        return next(iter(nodes)).name if len(nodes) == 1 else None

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def num_outputs(self) -> int:
        """Number of outputs."""
        return len(self._entries)

    def __iter__(self) -> Iterator["Symbol"]:
        return (Symbol([entry]) for entry in self._entries)

    def __getitem__(self, index) -> "Symbol":
        if isinstance(index, slice):
            return Symbol(self._entries[index])
        if not isinstance(index, (str, int, np.integer)):
            raise ArgumentError(
                f"a Symbol is indexed by the number or the name of an output. Received: {index!r}.\n"
                "  For a part of an array use F.slice, F.slice_axis, F.take or F.pick."
            )
        if isinstance(index, str):
            names = self.list_outputs()
            found = [i for i, name in enumerate(names) if name == index]
            if not found:
                raise NotFoundError(f"this symbol has no output {index!r}.{nearest(index, names)}")
            if len(found) > 1:
                raise MXNetError(f"this symbol has {len(found)} outputs named {index!r}")
            index = found[0]
        if not -len(self._entries) <= index < len(self._entries):
            raise IndexError(f"output {index} of a symbol with {len(self._entries)} outputs")
        return Symbol([self._entries[index]])

    def _nodes(self) -> list[Node]:
        return topological_order(node for node, _ in self._entries)

    def get_internals(self) -> "Symbol":
        """Return a group of every output of every node that a caller sees, in topological order."""
        return Symbol([(node, i) for node in self._nodes() for i in range(num_visible(node))])

    def get_children(self) -> "Symbol | None":
        """Return the direct inputs as a group, None for a variable."""
        nodes = dict.fromkeys(node for node, _ in self._entries)
        entries = [e for node in nodes for e in node.inputs if e is not None]
        return Symbol(entries) if entries else None

    # -- names -------------------------------------------------------------------------------------------------------
    def _variables(self) -> tuple[list[Node], list[Node]]:
        """Return (arguments, auxiliary states) as nodes."""
        nodes = self._nodes()
        auxiliary: dict[Node, None] = {}
        for node in nodes:
            if node.op is not None and node.op.aux:
                for key in node.op.aux:
                    index = node.op.inputs.index(key)
                    if index < len(node.inputs) and node.inputs[index] is not None:
                        auxiliary[node.inputs[index][0]] = None
        variables = [node for node in nodes if node.op is None and not isinstance(node, Constant)]
        return [v for v in variables if v not in auxiliary], [v for v in variables if v in auxiliary]

    def list_arguments(self) -> list[str]:
        """Return the names of the variables that are arguments, in topological order."""
        return [str(node.name) for node in self._variables()[0]]

    def list_auxiliary_states(self) -> list[str]:
        """Return the names of the variables that operators update by themselves, such as moving averages."""
        return [str(node.name) for node in self._variables()[1]]

    def list_inputs(self) -> list[str]:
        """Return the names of all variables, in topological order."""
        return [str(node.name) for node in self._nodes() if node.op is None and not isinstance(node, Constant)]

    def list_outputs(self) -> list[str]:
        """Return the names of the outputs, such as "fc_output"."""
        return [output_name(entry) for entry in self._entries]

    # -- attributes --------------------------------------------------------------------------------------------------
    def attr(self, key: str) -> str | None:
        """Return one attribute as a string, None where it is not set, or where this is a group of several nodes."""
        return None if self.name is None else self.list_attr().get(key)

    def list_attr(self, recursive: bool = False) -> dict[str, str]:
        """Return the attributes of this symbol's node as strings."""
        if recursive:
            raise DeprecationWarning("list_attr(recursive=True) is gone; use attr_dict()")
        return with_plain_names(attributes_of(self._entries[0][0]))

    def attr_dict(self) -> dict[str, dict[str, str]]:
        """Return the attributes of all nodes that have some, by name."""
        return {str(node.name): with_plain_names(found) for node in self._nodes() if (found := attributes_of(node))}

    def _set_attr(self, **kwargs) -> None:
        """Set user attributes of this symbol's node."""
        for key, value in kwargs.items():
            if not isinstance(value, str):
                raise ArgumentError(f"attributes must be strings. Received: {key}={value!r}")
        node = self._entries[0][0]
        node.meta = {**(node.meta or {}), **stored(kwargs)}

    # -- composition -------------------------------------------------------------------------------------------------
    def __call__(self, *args, **kwargs) -> "Symbol":
        """Return a copy in which variables are replaced by other symbols, by position or by name.

        >>> data, net = mx.sym.Variable("data"), mx.sym.Variable("x") + 1
        >>> net(x=mx.sym.relu(data)).list_arguments()
        ['data']
        """
        name = kwargs.pop("name", None)
        names = self.list_inputs()
        if args and kwargs:
            raise ArgumentError("compose: give the symbols by position or by name, not both")
        if len(args) > len(names):
            raise ArgumentError(f"compose: {len(args)} symbols for {len(names)} variables")
        chosen = dict(zip(names, args, strict=False))
        for key, value in kwargs.items():
            if key not in names:
                raise ArgumentError(f"compose: there is no variable {key!r}.{nearest(key, names)}")
            chosen[key] = value
        for key, value in chosen.items():
            if not isinstance(value, Symbol):
                raise ArgumentError(f"compose: expected a Symbol for {key!r}. Received: {type(value).__name__}")

        def replace(node: Node, inputs: tuple):
            if node.op is None and node.name in chosen:
                return (chosen[node.name]._entry,)
            return with_inputs(node, inputs)

        composed = Symbol(rebuild(self._entries, replace))
        if name and len(composed._entries) == 1:
            node, index = composed._entries[0]
            copy = Node(node.op, node.inputs, node.attrs, name, node.num_outputs, (), node.scope, node.meta)
            return Symbol([(copy, index)])
        return composed

    def __copy__(self) -> "Symbol":
        return self.__deepcopy__(None)

    def __deepcopy__(self, _) -> "Symbol":
        def copy(node: Node, inputs: tuple):
            meta = dict(node.meta) if node.meta else None
            return Node(node.op, inputs, dict(node.attrs), node.name, node.num_outputs, (), node.scope, meta)

        return Symbol(rebuild(self._entries, copy))

    # -- inference ---------------------------------------------------------------------------------------------------
    def infer_shape(self, *args, **kwargs) -> tuple[Any, Any, Any]:
        """Return (argument shapes, output shapes, auxiliary shapes) from the shapes of some arguments.

        Parameters
        ----------
        *args : shapes in the order of list_arguments(), None for unknown; or
        **kwargs : shapes by name. 0 is an unknown dimension.

        Returns
        -------
        Three lists of tuples; or (None, None, None) with a warning where something stays unknown.

        Raises
        ------
        ShapeError
            If the shapes contradict each other; the message names the node.
        """
        arguments, outputs, auxiliary = self._infer_shape(args, kwargs)
        unknown = [
            f"{node.name}: {infer.show(shape)}"
            for node, shape in zip(self._variables()[0], arguments, strict=True)
            if not infer.known(shape)
        ]
        if unknown or not all(map(infer.known, [*outputs, *auxiliary])):
            warnings.warn(
                "Cannot decide shape for the following arguments (0s in shape means unknown dimensions). "
                "Consider providing them as input:\n\t" + "\n\t".join(unknown),
                stacklevel=2,
            )
            return None, None, None
        return arguments, outputs, auxiliary

    def infer_shape_partial(self, *args, **kwargs):
        """Return what can be inferred: as infer_shape, with 0 for an unknown dimension and () for an unknown shape."""
        public = [[public_shape(shape) for shape in group] for group in self._infer_shape(args, kwargs)]
        return tuple(public)

    def _given(self, args: tuple, kwargs: dict, what: str) -> dict[Node, object]:
        """Return what a call of infer_shape or infer_type gives, by variable node."""
        arguments, auxiliary = self._variables()
        if args and kwargs:
            raise ArgumentError(f"{what}: give the arguments by position or by name, not both")
        if len(args) > len(arguments):
            raise ArgumentError(f"{what}: {len(args)} values for {len(arguments)} arguments")
        given = dict(zip(arguments, args, strict=False))
        named: dict[str, list[Node]] = {}
        for node in [*arguments, *auxiliary]:
            named.setdefault(str(node.name), []).append(node)
        for key, value in kwargs.items():
            if key not in named:
                raise ArgumentError(f"{what}: there is no argument {key!r}.{nearest(key, named)}")
            given.update(dict.fromkeys(named[key], value))
        return {node: value for node, value in given.items() if value is not None}

    def _infer_shape(self, args: tuple, kwargs: dict):
        found = self._given(args, kwargs, "infer_shape")
        given = {node: internal_shape(value, node.name) for node, value in found.items()}
        arguments, auxiliary = self._variables()
        for node in [*arguments, *auxiliary]:
            declared = (node.meta or EMPTY).get("__shape__")
            if declared is not None:
                shape = internal_shape(parse_shape(declared), node.name)
                given[node] = infer.unify(shape, given.get(node), f"the declared and the given shape of {node.name!r}")
        try:
            shapes = infer.infer_shapes(self._entries, given)
        except MXNetError as error:
            listed = "".join(f"\n    {node.name}: {infer.show(shape)}" for node, shape in given.items())
            raise type(error)(f"{error}\n  The shapes that were given:{listed or ' none'}") from error.__cause__
        return (
            [shapes[node, 0] for node in arguments],
            [shapes[entry] for entry in self._entries],
            [shapes[node, 0] for node in auxiliary],
        )

    def infer_type(self, *args, **kwargs) -> tuple[Any, ...]:
        """Return (argument dtypes, output dtypes, auxiliary dtypes) from the dtypes of some arguments.

        Returns three lists of numpy scalar types, or (None, None, None) where something stays unknown.
        """
        found = self.infer_type_partial(*args, **kwargs)
        return (None, None, None) if any(None in group for group in found) else found

    def infer_type_partial(self, *args, **kwargs):
        """Return what can be inferred: as infer_type, with None for an unknown dtype."""
        arguments, outputs, auxiliary = self._infer_type(self._given(args, kwargs, "infer_type"))
        groups = (arguments, outputs, auxiliary)
        return tuple([None if dtype is None else dtype.type for dtype in group] for group in groups)

    def _infer_type(self, given: dict):
        arguments, auxiliary = self._variables()
        known: dict = {node: parse_dtype(value) for node, value in given.items()}
        for node in [*arguments, *auxiliary]:
            declared = (node.meta or EMPTY).get("__dtype__")
            if declared is not None and node not in known:
                known[node] = dtype_of_flag(declared)
        dtypes = infer.infer_dtypes(self._entries, known)
        return (
            [dtypes[node, 0] for node in arguments],
            [dtypes[entry] for entry in self._entries],
            [dtypes[node, 0] for node in auxiliary],
        )

    # -- gradients and execution -------------------------------------------------------------------------------------
    def gradient(self, wrt: Sequence[str]) -> "Symbol":
        """Return the gradients of this symbol with respect to arguments, as a symbol (head gradients are ones).

        Raises
        ------
        NotFoundError
            If an argument does not exist, or does not influence the outputs.
        """
        from ..core.tracing import backward_graph

        named = {node.name: node for node in self._variables()[0]}
        for name in wrt:
            if name not in named:
                raise NotFoundError(f"gradient: there is no argument {name!r}.{nearest(name, map(str, named))}")
        entries = backward_graph(self._entries, [None] * len(self._entries), [named[name] for name in wrt])
        for name, entry in zip(wrt, entries, strict=True):
            if entry is None:
                raise NotFoundError(f"gradient: the outputs do not depend on {name!r}")
        return Symbol(entries)

    grad = gradient

    def bind(self, ctx, args, args_grad=None, grad_req="write", aux_states=None, group2ctx=None, shared_exec=None):
        """Return an Executor that computes this symbol on the given arrays.

        Parameters
        ----------
        ctx : Context
        args : list (in the order of list_arguments()) or dict of NDArray
        args_grad : list or dict of NDArray that receive the gradients
        grad_req : "write", "add" or "null"; one for all, a list, or a dict
        aux_states : list or dict of NDArray
        """
        from ..binding import bind

        return bind(self, ctx, args, args_grad, grad_req, aux_states, group2ctx)

    def simple_bind(
        self,
        ctx,
        grad_req: Any = "write",
        type_dict=None,
        stype_dict=None,
        group2ctx=None,
        shared_arg_names=None,
        shared_exec=None,
        shared_buffer=None,
        **kwargs,
    ):
        """Return an Executor with newly allocated arrays of the shapes that follow from those given by name."""
        from ..binding import simple_bind

        return simple_bind(self, ctx, grad_req, type_dict, group2ctx, shared_exec, kwargs)

    _simple_bind = simple_bind

    def eval(self, ctx=None, **kwargs):
        """Compute the outputs from arrays given by name; return a list of NDArray."""
        from ..context import current_context

        return self.bind(ctx or current_context(), kwargs, grad_req="null").forward()

    # -- files -------------------------------------------------------------------------------------------------------
    def tojson(self, remove_amp_cast: bool = True) -> str:
        """Return the graph in MXNet's JSON format."""
        from .json_format import dumps

        return dumps(self)

    def save(self, fname, remove_amp_cast: bool = True) -> None:
        """Write the graph to a file in MXNet's JSON format; the file is replaced as a whole or not at all."""
        from ..base import atomic_write

        text = self.tojson(remove_amp_cast)
        with atomic_write(fname, "w") as file:
            file.write(text)

    def debug_str(self) -> str:
        """Return the graph as text: one line for each node with its inputs and attributes."""
        lines = ["Symbol Outputs:"]
        lines += [f"\toutput[{i}]={node.name}({index})" for i, (node, index) in enumerate(self._entries)]
        for node in self._nodes():
            if node.op is None:
                lines.append(f"Variable:{node.name}")
                continue
            lines += ["--------------------", f"Op:{node.op.name}, Name={node.name}", "Inputs:"]
            for i, (source, index) in ((i, e) for i, e in enumerate(node.inputs) if e is not None):
                version = f" version={int(i in node.op.mutated_indices)}" if source.op is None else ""
                lines.append(f"\targ[{i}]={source.name}({index}){version}")
            own = sorted(node.op.file_attrs.items()) if isinstance(node.op, OwnOperator) else node.attrs.items()
            if own:
                lines.append("Attrs:")
                lines += [f"\t{key}={to_string(value)}" for key, value in own]
        return "\n".join(lines) + "\n"

    def __repr__(self) -> str:
        if self.name is None:
            return f"<Symbol group [{', '.join(str(s.name) for s in self)}]>"
        return f"<Symbol {self.name}>"

    def __bool__(self) -> bool:
        raise NotImplementedForSymbol.saying(
            "a Symbol has no truth value: it is not computed yet.\n"
            "  In hybrid_forward, use F.where(condition, x, y) instead of `if`."
        )

    def __reduce__(self):
        from .json_format import loads

        return loads, (self.tojson(),)

    def as_nd_ndarray(self) -> "Symbol":
        """Return the symbol in the classic interface: itself."""
        return self

    # -- what only arrays can do, with a word of explanation ---------------------------------------------------------
    def _no_value(self, what: str):
        raise NotImplementedForSymbol.saying(
            f"{what}: a Symbol has no values; it is a description of a computation.\n"
            "  Bind it to arrays with symbol.bind or simple_bind, or call an unhybridized Block to get NDArrays."
        )

    def asnumpy(self):
        """Raise: a symbol has no values."""
        self._no_value("asnumpy")

    def asscalar(self):
        """Raise: a symbol has no values."""
        self._no_value("asscalar")

    def wait_to_read(self):
        """Raise: a symbol has no values."""
        self._no_value("wait_to_read")

    def as_in_context(self, context=None):
        """Raise: a symbol has no values; it gets its context when it is bound."""
        self._no_value("as_in_context")

    def optimize_for(self, backend: str, *args, **kwargs):
        """Raise: there is one compiler, which optimizes every graph that is bound or hybridized."""
        raise no_backend("optimize_for", backend)

    def get_backend_symbol(self, backend: str):
        """Raise: there is one compiler, which optimizes every graph that is bound or hybridized."""
        raise no_backend("get_backend_symbol", backend)

    def backward(self):
        """Raise: a symbol has no values; its Executor has a backward."""
        self._no_value("backward")

    @property
    def shape(self):
        """Raise: a symbol has no shape before it is bound."""
        raise MissingAttributeError(
            "a Symbol has no shape before it is bound to arrays.\n"
            "  Use infer_shape(data=...), or in hybrid_forward operators that need no shape: F.reshape with the codes"
            " 0 and -1, F.broadcast_like, F.slice_like."
        )
