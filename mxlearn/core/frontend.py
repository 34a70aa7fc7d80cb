"""From an operator to the function that a user calls: argument binding, signatures, docstrings, namespaces.

``mx.nd`` and ``mx.sym`` share this file. Functions are made when a name is first looked up, so that importing mxlearn
costs nothing for operators that nobody calls; ``dir()`` and tab completion list all of them.
"""
import inspect
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any, cast

from ..base import ArgumentError, missing
from .attributes import public_type
from .operator import REGISTRY, REQUIRED, Operator, find


class _NullType:
    """MXNet's mark for "argument not given"."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "_Null"

    def __bool__(self) -> bool:
        return False


_Null = _NullType()
EMPTY: dict[str, Any] = {}


def bind(op: Operator, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Sort the arguments of a call into tensor inputs and parsed attributes.

    Positional arguments fill the tensor inputs first, then the attributes in the order of the signature, as in MXNet.
    An input that is not given is None; trailing ones are left out.

    Raises
    ------
    ArgumentError
        If an argument is unknown, given twice, missing, or has a value that is not allowed.
    """
    attrs: dict[str, Any] = {}
    if op.variadic:
        inputs: list[Any] = list(args)
        if len(args) == 1 and isinstance(args[0], (list, tuple)):
            inputs = list(cast(tuple[Any, ...], args[0]))
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
    while inputs and inputs[-1] is None:
        inputs.pop()
    if op.required:
        op.check_required(attrs)
    if op.active_inputs is not None and any(x is None for x in inputs):
        active = op.input_names(attrs)  # an input that these attributes do without leaves its place to the next one
        inputs = [x for key, x in zip(names, inputs, strict=False) if x is not None or key in active]
    return inputs, attrs


def signature_of(op: Operator, options: Iterable[str] = (), *, method: bool = False) -> inspect.Signature:
    """Return the signature that ``?`` and tab completion show: inputs, attributes with their defaults, options.

    Parameters
    ----------
    options : names of the keywords that the function takes beside the operator's own, such as out and name
    method : the first input is called ``self``
    """
    kinds = inspect.Parameter
    parameters: list[inspect.Parameter] = []
    if method:
        parameters.append(kinds("self", kinds.POSITIONAL_OR_KEYWORD))
        parameters += [kinds(key, kinds.POSITIONAL_OR_KEYWORD, default=None) for key in op.inputs[1:]]
    elif op.variadic:
        parameters.append(kinds(op.inputs[0], kinds.VAR_POSITIONAL))
    else:
        parameters += [kinds(key, kinds.POSITIONAL_OR_KEYWORD, default=None) for key in op.inputs]
    kind = kinds.KEYWORD_ONLY if op.variadic else kinds.POSITIONAL_OR_KEYWORD
    for key, attribute in op.attributes.items():
        default = _Null if attribute.default is REQUIRED else attribute.default
        parameters.append(kinds(key, kind, default=default, annotation=public_type(attribute.annotation)))
    parameters += [kinds(key, kinds.KEYWORD_ONLY, default=None) for key in options]
    return inspect.Signature(parameters)


def dress(function: FunctionType, op: Operator, name: str, module: str, owner: str = "") -> Callable[..., Any]:
    """Give a generated function the name, signature and docstring of its operator.

    Parameters
    ----------
    owner : name of the class of which the function becomes a method; "" for a function of the module
    """
    function.__name__ = name
    function.__qualname__ = f"{owner}.{name}" if owner else name
    function.__module__ = module
    function.__doc__ = op.__doc__
    # what the function takes beside inputs and attributes; only an operator without inputs asks for a context
    hidden = {*op.attributes, "ctx"} if op.inputs else set(op.attributes)
    options = [key for key in function.__kwdefaults__ or () if key not in hidden]
    function.__dict__["__signature__"] = signature_of(op, options, method=bool(owner))
    function.__dict__["operator"] = op
    return function


class LazyMethod:
    """An operator as a method, made when it is first used, so that importing mxlearn stays cheap."""

    __slots__ = ("build", "name", "owner")

    def __init__(self, owner: type, name: str, build: Callable[[Operator], FunctionType]):
        self.owner = owner
        self.name = name
        self.build = build

    def __get__(self, instance: object, owner: type) -> Callable[..., Any]:
        op = find(self.name)
        method = dress(self.build(op), op, self.name, self.owner.__module__, self.owner.__name__)
        setattr(self.owner, self.name, method)  # from now on without this detour
        return getattr(owner if instance is None else instance, self.name)


def namespace(
    module: dict[str, Any], build: Callable[[Operator], FunctionType], prefixes: tuple[str, ...] = ("",)
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``(__getattr__, __dir__)`` for a module that offers operators as functions.

    Parameters
    ----------
    module : the module's globals; a function that was made once is kept there
    build : makes the function of an operator
    prefixes : prefixes under which the registry holds this module's operators: ("_linalg_", "linalg_") for nd.linalg
    """

    def __getattr__(name: str) -> Any:
        for prefix in prefixes:
            op = REGISTRY.get(prefix + name)
            if op is not None:
                function = dress(build(op), op, name, module["__name__"])
                module[name] = function
                return function
        raise missing(module["__name__"], name, __dir__)

    def __dir__() -> list[str]:
        names: set[str] = set(module.get("__all__", ()))
        for prefix in prefixes:
            cut = len(prefix)
            names |= {key[cut:] for key in REGISTRY if key.startswith(prefix) and (prefix or not key.startswith("_"))}
        return sorted(names)

    return __getattr__, __dir__
