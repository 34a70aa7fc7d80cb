"""From a Symbol and arrays, or shapes, to an Executor: what Symbol.bind and Symbol.simple_bind do."""

import numpy as np

from .base import ArgumentError, DTypeError, NotFoundError, ShapeError
from .context import Context
from .core.placing import context_of_group
from .executor import Executor
from .ndarray.array import GRAD_REQS, NDArray
from .ndarray.creation import zeros
from .symbol.making import STORAGE_TYPES
from .symbol.symbol import Symbol


def _by_name(given, names: list[str], what: str, optional: bool = False) -> list:
    """Return arrays in the order of ``names`` from a list or a dict."""
    if given is None:
        given = {}
    if isinstance(given, dict):
        missing = [name for name in names if name not in given]
        if missing and not optional:
            raise NotFoundError(f"bind: the {what} {missing[0]!r} is missing.\n  It needs: {', '.join(names)}.")
        return [given.get(name) for name in names]
    given = list(given)
    if len(given) != len(names):
        raise ArgumentError(
            f"bind: {len(names)} {what}s are needed, {len(given)} given.\n  In this order: {', '.join(names)}."
        )
    return given


def _requests(grad_req, names: list[str]) -> list[str]:
    if isinstance(grad_req, str):
        requests = [grad_req] * len(names)
    elif isinstance(grad_req, dict):
        requests = [grad_req.get(name, "null") for name in names]
    else:
        requests = list(grad_req)
        if len(requests) != len(names):
            raise ArgumentError(f"bind: {len(names)} arguments, but {len(requests)} entries in grad_req")
    for request in requests:
        if request not in GRAD_REQS:
            raise ArgumentError(f"bind: grad_req must be one of {GRAD_REQS}. Received: {request!r}")
    return requests


def bind(symbol: Symbol, ctx, args, args_grad, grad_req, aux_states, group2ctx) -> Executor:
    """Return an Executor of ``symbol`` on given arrays; see Symbol.bind."""
    if not isinstance(ctx, Context):
        raise ArgumentError(f"bind: ctx must be a Context such as mx.cpu(). Received: {ctx!r}")
    names = symbol.list_arguments()
    arguments = _by_name(args, names, "argument")
    auxiliary = _by_name(aux_states, symbol.list_auxiliary_states(), "auxiliary state")
    for name, array in zip([*names, *symbol.list_auxiliary_states()], [*arguments, *auxiliary], strict=True):
        if not isinstance(array, NDArray):
            raise ArgumentError(f"bind: {name!r} must be an NDArray. Received: {type(array).__name__}")
    gradients = _by_name(args_grad, names, "gradient", optional=True) if args_grad is not None else [None] * len(names)
    requests = _requests(grad_req, names)
    requests = ["null" if grad is None else request for grad, request in zip(gradients, requests, strict=True)]
    return Executor(symbol, ctx, arguments, gradients, requests, auxiliary, group2ctx)


def simple_bind(symbol: Symbol, ctx, grad_req, type_dict, group2ctx, shared_exec, shapes: dict) -> Executor:
    """Return an Executor of ``symbol`` on new arrays; see Symbol.simple_bind."""
    if not isinstance(ctx, Context):
        raise ArgumentError(f"simple_bind: ctx must be a Context such as mx.cpu(). Received: {ctx!r}")
    shapes = {name: shape for name, shape in shapes.items() if name in symbol.list_inputs()} or shapes
    arg_shapes, _, aux_shapes = symbol.infer_shape(**shapes)
    if arg_shapes is None:
        raise ShapeError(
            "simple_bind: the given shapes do not determine all others.\n"
            f"  Give the shapes of the inputs by name, among {', '.join(symbol.list_arguments())}."
        )
    types = {name: np.dtype(dtype) for name, dtype in (type_dict or {}).items()}
    names = symbol.list_arguments()
    arg_types, aux_types = _types(symbol, types)
    requests = _requests(grad_req, names)
    contexts = _contexts(symbol, ctx, group2ctx)
    for context in {ctx, *contexts.values()}:
        context.xp  # noqa: B018 - an error where this machine cannot use it
    other = shared_exec
    shared = ({}, {}, {}) if other is None else (other.arg_dict, other.grad_dict, other.aux_dict)
    storages = _storages(symbol)
    args, grads = [], []
    for name, shape, dtype, request in zip(names, arg_shapes, arg_types, requests, strict=True):
        own = name in shapes
        where, stype = contexts[name], storages[name]
        args.append(_array(None if own else shared[0].get(name), shape, where, dtype, stype))
        stype = "default" if stype == "csr" else stype
        old = None if own else shared[1].get(name)
        grads.append(None if request == "null" else _array(old, shape, where, dtype, stype))
    aux = [
        _array(shared[2].get(name), shape, contexts[name], dtype)
        for name, shape, dtype in zip(symbol.list_auxiliary_states(), aux_shapes, aux_types, strict=True)
    ]
    return Executor(symbol, ctx, args, grads, requests, aux, group2ctx)


def _contexts(symbol: Symbol, ctx: Context, group2ctx: dict | None) -> dict[str, Context]:
    """Return the context of each argument and auxiliary state: that of its group, where group2ctx gives some."""
    nodes = [node for nodes in symbol._variables() for node in nodes]
    if not group2ctx:
        return {str(node.name): ctx for node in nodes}
    return {str(node.name): context_of_group(node, group2ctx, ctx) for node in nodes}


def _storages(symbol: Symbol) -> dict[str, str]:
    """Return the storage type that each argument was declared with."""
    numbers = {str(node.name): (node.meta or {}).get("__storage_type__", "0") for node in symbol._variables()[0]}
    return {name: STORAGE_TYPES[int(n) if n in ("1", "2") else 0] for name, n in numbers.items()}


def _array(shared: NDArray | None, shape, ctx, dtype, stype: str = "default") -> NDArray:
    """Return the array of a shared executor where it fits, otherwise zeros."""
    if shared is not None and shared.shape == shape and np.dtype(shared.dtype) == dtype and shared.context is ctx:
        return shared
    return zeros(shape, ctx, dtype, stype=stype)


def _types(symbol: Symbol, types: dict) -> tuple[list, list]:
    """Return the dtypes of arguments and auxiliary states; where nothing says otherwise float32."""
    arguments, auxiliary = symbol._variables()
    given = {node: types[str(node.name)] for node in [*arguments, *auxiliary] if str(node.name) in types}
    arg_types, _, aux_types = symbol._infer_type(given)
    if any(dtype is None for dtype in [*arg_types, *aux_types]):
        default = np.dtype("float32")
        for node, dtype in zip(arguments, arg_types, strict=True):
            if dtype is None:
                try:
                    symbol._infer_type({**given, node: default})
                except DTypeError:
                    continue
                given[node] = default
        arg_types, _, aux_types = symbol._infer_type(given)
    fill = np.dtype("float32")
    return [dtype or fill for dtype in arg_types], [dtype or fill for dtype in aux_types]
