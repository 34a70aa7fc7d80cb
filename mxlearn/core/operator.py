"""The operator registry: one definition, from which everything else is generated.

    @operator(aliases=("fully_connected",))
    def FullyConnected(xp, data, weight, bias=None, *, num_hidden: int, no_bias: bool = False, flatten: bool = True):
        ...                                    # the kernel, on raw arrays of the array module xp

    @FullyConnected.infer_shape                # completes what is unknown, in both directions
    def _(data, weight, bias=None, *, num_hidden, no_bias, flatten): ...

    @FullyConnected.gradient                   # written against F: raw arrays, mx.nd or mx.sym
    def _(F, g, data, weight, *, no_bias, flatten): ...

Positional parameters are tensor inputs (with the default None they are optional, ``*data`` is variadic), keyword-only
parameters are attributes. ``is_train``, ``rng``, ``out`` and ``copy`` are supplied by the runtime: a kernel with
``out=None`` writes its result into that array where it is given, and otherwise returns a new one, never a view; one
that reshapes returns a view with ``copy=False``, which is enough inside of a gradient rule.
"""
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any

from ..base import ArgumentError, GradientError, nearest
from . import attributes, infer
from .registry import Registry
from .rules import GradientRule, Like, Rule, parameters_of


class _Required:
    """The default of an attribute that has none."""

    def __repr__(self) -> str:
        return "<required>"


REQUIRED: Any = _Required()
_RUNTIME = ("is_train", "rng", "out", "copy")


class Attribute:
    """One attribute of an operator: its default (REQUIRED where there is none), annotation and parser."""

    __slots__ = ("annotation", "default", "name", "parse")

    def __init__(self, name: str, default: Any, annotation: Any):
        self.name = name
        self.default = default
        self.annotation = annotation
        self.parse = attributes.parser_of(annotation)


Formula = tuple[str, tuple[str | float, ...]]


class Operator:
    """One operator. Made by the decorator ``operator``; calling it runs its kernel on raw arrays.

    Attributes
    ----------
    name, aliases : str, tuple of str
    kernel : callable(xp, *inputs, **attributes) -> array or tuple of arrays
    inputs : names of the tensor inputs; a variadic operator has one name and ``variadic`` set
    optional : names of the inputs that may be missing
    attributes : dict of name to Attribute, in the order of the signature
    outputs : tuple of names of outputs, hidden ones included, or callable(attrs) -> int
    visible : number of outputs that a caller sees, or callable(attrs) -> int
    mutates : names of inputs for which the kernel returns new values, behind all outputs; the runtime writes them
    aux : the part of ``mutates`` that a Symbol lists as auxiliary states
    active_inputs : callable(attrs) -> how many of the inputs are in use, or their names in order
    completes : name of the shape attribute in which 0 stands for an extent that follows from the rest of the graph
    ufunc : name of the function of the array module that the kernel is exactly, or None
    elementwise : the output has the shape of the inputs and element i depends on elements i alone
    formula : for an elementwise operator, (function of the array module, its arguments by name or as numbers) that
        computes it for floating arrays, such as ("add", ("data", "scalar")), or callable(attrs) that gives it or
        None; compiled programs use it to write in place
    identity : callable(attrs, is_train) -> bool, whether output 0 is then exactly input 0; or True for always
    fresh : whether its one output always has memory of its own, as that of a kernel with ``out=None`` has
    reshapes : whether output 0 is input 0 in another shape, and so is the input itself where the shape is the same;
        the kernel takes ``copy``
    joined_by : names of operators that may compute a node of this one together with what it reads, see ``join``
    differentiable : False where the gradient is None on purpose
    """

    def __init__(
        self,
        kernel: Callable[..., Any],
        *,
        name: str | None = None,
        aliases: Iterable[str] = (),
        outputs: tuple[str, ...] | Callable[[dict[str, Any]], int] = ("output",),
        visible: int | Callable[[dict[str, Any]], int] | None = None,
        mutates: Iterable[str] = (),
        aux: Iterable[str] = (),
        ufunc: str | None = None,
        elementwise: bool = False,
        differentiable: bool = True,
        active_inputs: Callable[[dict[str, Any]], int | tuple[str, ...]] | None = None,
        completes: str = "",
        formula: Formula | Callable[[dict[str, Any]], Formula | None] | None = None,
        identity: Callable[[dict[str, Any], bool], bool] | bool = False,
        fresh: bool = False,
        joined_by: Iterable[str] = (),
        reshapes: bool = False,
        shape: Callable[..., Any] | None = None,
        dtype: Callable[..., Any] | None = None,
    ):
        positional, variadic, keyword_only = parameters_of(kernel)
        annotations, defaults = kernel.__annotations__, kernel.__kwdefaults__ or {}
        self.kernel = kernel
        self.name = name or kernel.__name__
        self.aliases = tuple(aliases)
        self.variadic = variadic is not None
        self.inputs: tuple[str, ...] = (variadic,) if variadic is not None else positional[1:]
        self.optional = frozenset(positional[len(positional) - len(kernel.__defaults__ or ()) :])
        self.attributes = {
            key: Attribute(key, defaults.get(key, REQUIRED), annotations.get(key))
            for key in keyword_only
            if key not in _RUNTIME
        }
        self.required = tuple(key for key, attribute in self.attributes.items() if attribute.default is REQUIRED)
        self.wants_train = "is_train" in keyword_only
        self.wants_rng = "rng" in keyword_only
        self.wants_out = "out" in keyword_only
        self.like_inputs = frozenset(i for i, key in enumerate(self.inputs) if annotations.get(key) is Like)
        self.outputs = outputs
        self.visible = visible
        self.aux = tuple(aux)
        self.mutates = tuple(mutates) or self.aux
        self.mutated_indices = tuple(self.inputs.index(key) for key in self.mutates)
        self.ufunc = ufunc
        self.elementwise = elementwise
        self.differentiable = differentiable
        self.active_inputs = active_inputs
        self.completes = completes
        self.formula = formula or ((ufunc, self.inputs) if ufunc and elementwise else None)
        self.identity = identity
        self.fresh = fresh or self.wants_out
        self.reshapes = reshapes
        self.shape_rule = shape or (infer.same_shape if elementwise else None)
        self.inverse_rule: Callable[..., Any] | None = None
        self.dtype_rule = dtype or infer.same_dtype
        self.rule: Rule | None = None
        self.joined_by = tuple(joined_by)
        self.joining: Callable[..., Any] | None = None
        self.__doc__ = kernel.__doc__
        self.__name__ = self.name
        self.__module__ = kernel.__module__

    def __call__(self, xp: ModuleType, *inputs: Any, **attrs: Any):
        """Run the kernel on raw arrays of ``xp``."""
        return self.kernel(xp, *inputs, **attrs)

    def __repr__(self) -> str:
        return f"<Operator {self.name}>"

    # -- declarations ------------------------------------------------------------------------------------------------
    def infer_shape(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Declare the shape rule: (*input shapes, **attributes) -> (completed input shapes, output shapes)."""
        self.shape_rule = function
        return function

    def infer_inputs(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Declare what the shapes of outputs say of those of inputs: (inputs, outputs, **attributes) -> inputs."""
        self.inverse_rule = function
        return function

    def infer_dtype(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Declare the dtype rule, in the same form as the shape rule."""
        self.dtype_rule = function
        return function

    def gradient(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Declare the gradient rule: (F, g, kept tensors, *, attributes) -> one gradient for each input."""
        self.rule = GradientRule(self, function)
        return function

    def join(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Declare of which nodes a compiled program may compute this operator instead, those that say ``joined_by``.

        ``function(node, alone)`` returns the inputs and attributes, or None where the node and what it reads are not of
        that form; ``alone(entry)`` tells whether nobody but the node reads an entry.
        """
        self.joining = function
        return function

    # -- what the declarations say -----------------------------------------------------------------------------------
    def num_outputs(self, attrs: dict[str, Any]) -> int:
        """Return the number of outputs, hidden ones included, without the new values of mutated inputs."""
        return self.outputs(self.complete(attrs)) if callable(self.outputs) else len(self.outputs)

    def num_visible(self, attrs: dict[str, Any]) -> int:
        """Return the number of outputs that a caller sees."""
        if self.visible is None:
            return self.num_outputs(attrs)
        return self.visible if isinstance(self.visible, int) else self.visible(self.complete(attrs))

    def output_names(self, attrs: dict[str, Any]) -> tuple[str, ...]:
        """Return the names of all outputs: ("output",), or ("output0", "output1", ...) where they have no own ones."""
        if not callable(self.outputs):
            return self.outputs
        count = self.num_outputs(attrs)
        return ("output",) if count == 1 else tuple(f"output{i}" for i in range(count))

    def input_names(self, attrs: dict[str, Any], count: int | None = None) -> tuple[str, ...]:
        """Return the names of the inputs that are in use under ``attrs``: without bias where no_bias is set."""
        if self.variadic:
            return tuple(f"arg{i}" for i in range(count or 0))
        if self.active_inputs is not None:
            active = self.active_inputs(self.complete(attrs))
            return active if isinstance(active, tuple) else self.inputs[:active]
        if self.optional and self.complete(attrs).get("no_bias"):
            return tuple(key for key in self.inputs if key != "bias")
        return self.inputs

    def formula_of(self, attrs: dict[str, Any]) -> Formula | None:
        """Return the formula under these attributes, None where there is none."""
        return self.formula(self.complete(attrs)) if callable(self.formula) else self.formula

    def is_identity(self, attrs: dict[str, Any], is_train: bool) -> bool:
        """Tell whether output 0 is exactly input 0 under these attributes."""
        return self.identity if isinstance(self.identity, bool) else self.identity(self.complete(attrs), is_train)

    def complete(self, attrs: Mapping[str, Any]) -> dict[Any, Any]:
        """Return the attributes with defaults filled in."""
        return {key: attrs.get(key, a.default) for key, a in self.attributes.items()}

    def parse_attribute(self, key: str, value: Any):
        """Return the parsed value of one attribute.

        Raises
        ------
        ArgumentError
            If the operator has no such attribute, or the value is not allowed.
        """
        attribute = self.attributes.get(key)
        if attribute is None:
            known = ", ".join((*self.inputs, *self.attributes))
            hint = nearest(key, (*self.inputs, *self.attributes))
            raise ArgumentError(f"{self.name}: unknown argument {key!r}.{hint}\n  It takes: {known}.")
        try:
            return attribute.parse(value)
        except ArgumentError as error:
            raise ArgumentError(f"{self.name}: argument {key!r}: {error}") from None

    def parse(self, attrs: Mapping[str, Any]) -> dict[Any, Any]:
        """Return all of ``attrs`` parsed; required ones must be there."""
        parsed = {key: self.parse_attribute(key, value) for key, value in attrs.items()}
        self.check_required(parsed)
        return parsed

    def check_required(self, attrs: Mapping[str, Any]) -> None:
        """Raise ArgumentError where a required attribute is missing."""
        for key in self.required:
            if key not in attrs:
                raise ArgumentError(f"{self.name}: the argument {key!r} is missing.\n  Pass {key}=...")

    def require_rule(self, node_name: str | None = None) -> Rule:
        """Return the gradient rule.

        Raises
        ------
        GradientError
            If the operator has none.
        """
        if self.rule is None:
            where = f" {node_name!r}" if node_name else ""
            raise GradientError(
                f"{self.name}{where}: this operator has no gradient.\n"
                "  Stop the gradient before it with BlockGrad, or compute it outside of autograd.record()."
            )
        return self.rule


class TapeOperator:
    """Stands on the tape for a computation with a gradient of its own that is no operator of the registry.

    It answers what readers of a graph ask an Operator. A subclass sets ``name`` and ``rule``.

    Parameters
    ----------
    outputs : names of the outputs
    """

    name = ""
    rule: Any = None
    differentiable = True
    variadic = True
    inputs = ("data",)
    optional: frozenset[str] = frozenset()
    like_inputs: frozenset[int] = frozenset()
    attributes: dict[str, Attribute] = {}
    aliases = aux = mutates = mutated_indices = ()
    active_inputs = shape_rule = dtype_rule = inverse_rule = None
    completes = ""
    wants_train = wants_rng = wants_out = fresh = identity = reshapes = False
    joined_by: tuple[str, ...] = ()

    def __init__(self, outputs: tuple[str, ...] = ("output",)):
        self.outputs = outputs

    def num_outputs(self, attrs: dict[str, Any]) -> int:
        """Return the number of outputs; all of them are visible."""
        return len(self.outputs)

    num_visible = num_outputs

    def output_names(self, attrs: dict[str, Any]) -> tuple[str, ...]:
        """Return the names of the outputs."""
        return self.outputs

    def input_names(self, attrs: dict[str, Any], count: int | None = None) -> tuple[str, ...]:
        """Return names for ``count`` inputs: arg0, arg1, ..."""
        return tuple(f"arg{i}" for i in range(count or 0))

    def complete(self, attrs: Mapping[str, Any]) -> dict[Any, Any]:
        """Return the attributes; there are no defaults."""
        return dict(attrs)

    def __repr__(self) -> str:
        return f"<Operator {self.name}>"


REGISTRY = Registry()


def operator(**options: Any) -> Callable[[Callable[..., Any]], Operator]:
    """Declare an operator; see the module's docstring and the class Operator for the options."""

    def declare(kernel: Callable[..., Any]) -> Operator:
        return REGISTRY.declare(Operator(kernel, **options))

    return declare


def find(name: str) -> Operator:
    """Return the operator of that name.

    Raises
    ------
    ArgumentError
        If there is none; the message has the nearest name.
    """
    op = REGISTRY.get(name)
    if op is None:
        raise ArgumentError(f"no operator is named {name!r}.{nearest(name, REGISTRY)}")
    return op


# -- F as raw arrays ---------------------------------------------------------------------------------------------------
class RawFunctions(SimpleNamespace):
    """Every operator as a function on raw arrays of one array module: the F of the fast reverse pass."""

    def __init__(self, xp: ModuleType):
        super().__init__(xp=xp)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        function = raw_function(find(name), self.xp)
        setattr(self, name, function)
        return function


def raw_function(op: Operator, xp: ModuleType) -> Callable[..., Any]:
    """Return the operator as a function of raw arrays that gives its visible outputs."""
    if op.ufunc is not None:
        return getattr(xp, op.ufunc)
    kernel = partial(op.kernel, xp, copy=False) if op.reshapes else partial(op.kernel, xp)
    if not op.mutates and op.visible is None:
        return kernel

    def visible_outputs(*inputs: Any, **attrs: Any):
        outputs = kernel(*inputs, **attrs)
        count = op.num_visible(attrs)
        return outputs[0] if count == 1 else outputs[:count]

    return visible_outputs


_raw: dict[str, RawFunctions] = {}


def raw_functions(xp: ModuleType) -> RawFunctions:
    """Return the one RawFunctions of an array module."""
    found = _raw.get(xp.__name__)
    if found is None:
        found = _raw[xp.__name__] = RawFunctions(xp)
    return found
