"""The operators and methods of Symbol that are operators of the registry: ``x + y``, ``x.exp()``, ``x.sum(axis=1)``."""
from collections.abc import Callable

from ..attribute import HIDDEN
from ..base import ArgumentError
from ..core.frontend import LazyMethod, bind
from ..core.operator import Operator, find
from ..ndarray.methods import FLUENT, is_number
from .making import create
from .symbol import Symbol

# python method: (operator, hint of two symbols, operator, hint of a scalar, reversed operator, its hint)
ARITHMETIC = {
    "add": ("elemwise_add", "_plus", "_plus_scalar", "_plusscalar", None, None),
    "sub": ("elemwise_sub", "_minus", "_minus_scalar", "_minusscalar", "_rminus_scalar", "_rminusscalar"),
    "mul": ("elemwise_mul", "_mul", "_mul_scalar", "_mulscalar", None, None),
    "truediv": ("elemwise_div", "_div", "_div_scalar", "_divscalar", "_rdiv_scalar", "_rdivscalar"),
    "mod": ("_mod", "_mod", "_mod_scalar", "_modscalar", "_rmod_scalar", "_rmodscalar"),
    "pow": ("_power", "_power", "_power_scalar", "_powerscalar", "_rpower_scalar", "_rpower_scalar"),
    "eq": ("_equal", "_equal", "_equal_scalar", "_equal_scalar", None, None),
    "ne": ("_not_equal", "_not_equal", "_not_equal_scalar", "_not_equal_scalar", None, None),
    "gt": ("_greater", "_greater", "_greater_scalar", "_greater_scalar", None, None),
    "ge": ("_greater_equal", "_greater_equal", "_greater_equal_scalar", "_greater_equal_scalar", None, None),
    "lt": ("_lesser", "_lesser", "_lesser_scalar", "_lesser_scalar", None, None),
    "le": ("_lesser_equal", "_lesser_equal", "_lesser_equal_scalar", "_lesser_equal_scalar", None, None),
}
_REVERSIBLE = ("add", "sub", "mul", "truediv", "mod", "pow")


def build(op: Operator) -> Callable:
    """Return the function ``mx.sym.<operator>``."""

    def function(*args, name=None, attr=None, out=None, **kwargs):
        user = dict(attr or {})
        for key in [k for k in kwargs if k in HIDDEN or (k.startswith("__") and k.endswith("__"))]:
            user[key] = str(kwargs.pop(key))
        kwargs.pop("ctx", None)  # a symbol gets its context when it is bound
        inputs, attrs = bind(op, args, kwargs)
        return create(op, inputs, attrs, name, function.__name__.lower(), user)

    return function


def operation(name: str, lhs, rhs):
    """Return ``lhs <name> rhs`` where each operand is a Symbol or a number, and one is a Symbol."""
    both, hint, scalar, scalar_hint, reverse, reverse_hint = ARITHMETIC[name]
    if isinstance(lhs, Symbol) and isinstance(rhs, Symbol):
        return create(find(both), (lhs, rhs), {}, None, hint)
    if isinstance(lhs, Symbol) and is_number(rhs):
        return _scalar(find(scalar), lhs, rhs, scalar_hint)
    if isinstance(rhs, Symbol) and is_number(lhs):
        return _scalar(find(reverse or scalar), rhs, lhs, reverse_hint or scalar_hint)
    raise ArgumentError(
        f"{name}: expected Symbols or numbers. Received: {type(lhs).__name__} and {type(rhs).__name__}."
    )


def _scalar(op: Operator, data: Symbol, value, hint: str) -> Symbol:
    return create(op, (data,), {"scalar": op.attributes["scalar"].parse(value)}, None, hint)


def _method(name: str) -> Callable:
    def method(self, other: Symbol | float) -> Symbol:
        return operation(name, self, other)

    return method


def _reversed(name: str) -> Callable:
    def method(self, other: Symbol | float) -> Symbol:
        return operation(name, other, self)

    return method


def _inplace(self, other):
    raise ArgumentError("a Symbol cannot be changed in place: write y = y + x instead of y += x")


def reshape(self, *shape, reverse: bool = False, **kwargs) -> Symbol:
    """Return the symbol in another shape; the codes 0, -1, -2, -3 and -4 of ``mx.sym.reshape`` are understood."""
    if len(shape) == 1 and isinstance(shape[0], (tuple, list)):
        shape = shape[0]
    shape = kwargs.pop("shape", shape)
    name = kwargs.pop("name", None)
    if kwargs:
        raise ArgumentError(f"reshape: unknown argument {next(iter(kwargs))!r}. It takes shape and reverse.")
    attrs = {"shape": tuple(int(n) for n in shape), **({"reverse": True} if reverse else {})}
    return create(find("Reshape"), (self,), attrs, name, "reshape")


def transpose(self, *axes, **kwargs) -> Symbol:
    """Return the symbol with its axes permuted; without arguments reversed."""
    axes = kwargs.pop("axes", axes)
    if len(axes) == 1 and isinstance(axes[0], (tuple, list)):
        axes = axes[0]
    return create(find("transpose"), (self,), {"axes": tuple(axes)} if axes else {}, None, "transpose")


def astype(self, dtype) -> Symbol:
    """Return the symbol converted to another dtype."""
    op = find("Cast")
    return create(op, (self,), op.parse({"dtype": dtype}), None, "cast")


def _shape_method(name: str, operator_name: str) -> Callable:
    def method(self, *args, inplace: bool = False, **kwargs) -> Symbol:
        function = build(find(operator_name))
        function.__name__ = name
        return function(self, *args, **kwargs)

    method.__name__ = name
    method.__doc__ = f"The operator ``mx.sym.{operator_name}`` on this symbol; ``inplace`` is for NDArrays alone."
    return method


def split_v2(self, indices_or_sections, axis: int = 0, squeeze_axis: bool = False) -> Symbol:
    """Return the symbol cut along ``axis``, into n equal parts or before each of the given indices."""
    from .functions import split_v2 as function

    return function(self, indices_or_sections, axis, squeeze_axis)


def as_np_ndarray(self):
    """Return the same outputs as a symbol in NumPy's manner: operators on it broadcast."""
    import importlib

    return importlib.import_module("..numpy.methods", __package__).NumpySymbol(self._entries)


def _simple(name: str, operator_name: str) -> Callable:
    def method(self, *args, **kwargs):
        op = find(operator_name)
        inputs, attrs = bind(op, (self, *args), kwargs)
        return create(op, inputs, attrs, None, name)

    method.__name__ = name
    method.__doc__ = f"The operator ``mx.sym.{operator_name}`` with this symbol as its first input."
    return method


def install() -> None:
    """Give Symbol its operators and methods."""
    for name in ARITHMETIC:
        setattr(Symbol, f"__{name}__", _method(name))
    for name in _REVERSIBLE:
        setattr(Symbol, f"__r{name}__", _reversed(name))
        setattr(Symbol, f"__i{name}__", _inplace)
    Symbol.__neg__ = lambda self: operation("mul", self, -1.0)
    Symbol.__abs__ = _simple("abs", "abs")
    for name in FLUENT:
        setattr(Symbol, name, LazyMethod(Symbol, name, build))
    Symbol._result_class = Symbol
    for name, operator_name in (("expand_dims", "expand_dims"), ("flatten", "Flatten"), ("squeeze", "squeeze")):
        setattr(Symbol, name, _shape_method(name, operator_name))
    for function in (reshape, transpose, astype, split_v2, as_np_ndarray):
        setattr(Symbol, function.__name__, function)
    for name, operator_name in (
        ("broadcast_to", "broadcast_to"),
        ("detach", "BlockGrad"),
        ("copy", "_copy"),
    ):
        setattr(Symbol, name, _simple(name, operator_name))


install()
