"""From an operator to the function that a user calls: argument binding, signatures, docstrings, namespaces.

``mx.nd`` and ``mx.sym`` share this file. Functions are made when a name is first looked up, so that importing mxlearn
costs nothing for operators that nobody calls; ``dir()`` and tab completion list all of them.
"""
import inspect
from collections.abc import Callable

from ..base import ArgumentError
from .operator import REGISTRY, REQUIRED, Operator


class _NullType:
    """MXNet's mark for "argument not given"."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "_Null"

    def __bool__(self) -> bool:
        return False


_Null = _NullType()
EMPTY: dict = {}


def bind(op: Operator, args: tuple, kwargs: dict) -> tuple[list, dict]:
    """Sort the arguments of a call into tensor inputs and parsed attributes.

    Positional arguments fill the tensor inputs first, then the attributes in the order of the signature, as in MXNet.
    An input that is not given is None; trailing ones are left out.

    Raises
    ------
    ArgumentError
        If an argument is unknown, given twice, missing, or has a value that is not allowed.
    """
    attrs: dict = {}
    if op.variadic:
        inputs = list(args[0]) if len(args) == 1 and isinstance(args[0], (list, tuple)) else list(args)
        for key, value in kwargs.items():
            if value is _Null or key == "num_args":
                continue
            attrs[key] = op.parse_attribute(key, value)
        op.check_required(attrs)
        return inputs, attrs
    names = op.inputs
    count = len(names)
    inputs = list(args[:count])
    if len(args) > count:
        keys = list(op.attributes)
        if len(args) - count > len(keys):
            raise ArgumentError(f"{op.name}: takes at most {count + len(keys)} arguments. Received: {len(args)}")
        for key, value in zip(keys, args[count:], strict=False):
            if value is not _Null:
                attrs[key] = op.parse_attribute(key, value)
    for key, value in kwargs.items():
        if value is _Null:
            continue
        if key in names:
            index = names.index(key)
            if index < len(args) and args[index] is not None:
                raise ArgumentError(f"{op.name}: the input {key!r} is given twice")
            inputs.extend([None] * (index + 1 - len(inputs)))
            inputs[index] = value
        elif key in attrs:
            raise ArgumentError(f"{op.name}: the argument {key!r} is given twice")
        else:
            attrs[key] = op.parse_attribute(key, value)
    if op.required:
        op.check_required(attrs)
    return inputs, attrs


def signature_of(op: Operator) -> inspect.Signature:
    """Return the signature that ``?`` and tab completion show: inputs, attributes with defaults, out, name."""
    kinds = inspect.Parameter
    parameters = []
    if op.variadic:
        parameters.append(kinds(op.inputs[0], kinds.VAR_POSITIONAL))
    else:
        parameters += [kinds(key, kinds.POSITIONAL_OR_KEYWORD, default=None) for key in op.inputs]
    kind = kinds.KEYWORD_ONLY if op.variadic else kinds.POSITIONAL_OR_KEYWORD
    for key, attribute in op.attributes.items():
        default = _Null if attribute.default is REQUIRED else attribute.default
        parameters.append(kinds(key, kind, default=default, annotation=attribute.annotation))
    parameters.append(kinds("out", kinds.KEYWORD_ONLY, default=None))
    parameters.append(kinds("name", kinds.KEYWORD_ONLY, default=None))
    return inspect.Signature(parameters)


def dress(function: Callable, op: Operator, name: str, module: str) -> Callable:
    """Give a generated function the name, signature and docstring of its operator."""
    function.__name__ = function.__qualname__ = name
    function.__module__ = module
    function.__doc__ = op.__doc__
    function.__signature__ = signature_of(op)  # type: ignore[attr-defined]
    function.operator = op  # type: ignore[attr-defined]
    return function


def namespace(module: dict, build: Callable[[Operator], Callable], prefixes: tuple[str, ...] = ("",)):
    """Return ``(__getattr__, __dir__)`` for a module that offers operators as functions.

    Parameters
    ----------
    module : the module's globals; a function that was made once is kept there
    build : makes the function of an operator
    prefixes : prefixes under which the registry holds this module's operators: ("_linalg_", "linalg_") for nd.linalg
    """

    def __getattr__(name: str):
        for prefix in prefixes:
            op = REGISTRY.get(prefix + name)
            if op is not None:
                function = dress(build(op), op, name, module["__name__"])
                module[name] = function
                return function
        raise AttributeError(f"module {module['__name__']!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        names = {key for key in module if not key.startswith("__")}
        for prefix in prefixes:
            cut = len(prefix)
            names |= {key[cut:] for key in REGISTRY if key.startswith(prefix) and (prefix or not key.startswith("_"))}
        return sorted(names)

    return __getattr__, __dir__
