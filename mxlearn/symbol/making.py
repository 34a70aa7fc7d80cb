"""Making symbols: variables, groups, and operators applied to symbols."""
from collections.abc import Iterable, Sequence

import numpy as np

from ..attribute import AttrScope, stored
from ..base import ArgumentError
from ..core import source
from ..core.attributes import parse_shape, to_string
from ..core.graph import Entry, Node
from ..core.operator import Operator
from ..core.own import OwnOperator
from ..core.state import STATE
from ..name import NameManager
from .symbol import Symbol

STORAGE_TYPES = ("default", "row_sparse", "csr")  # by their number in JSON


def Variable(
    name: str,
    attr: dict | None = None,
    shape=None,
    lr_mult=None,
    wd_mult=None,
    dtype=None,
    init=None,
    stype=None,
    **kwargs,
) -> Symbol:
    """Return a variable: a symbol to which an array is bound later.

    Parameters
    ----------
    name : str
    attr : dict of str, user attributes
    shape : tuple of int, 0 for unknown dimensions
    lr_mult, wd_mult : multipliers of learning rate and weight decay
    dtype : of the array
    init : Initializer, or its dumps()
    stype : storage type of the array that simple_bind makes: "default" (dense), "row_sparse" or "csr"
    **kwargs : further attributes, whose names begin and end with two underscores

    Raises
    ------
    ArgumentError
        If the name is no string or an attribute has another name.
    """
    if not isinstance(name, str):
        raise ArgumentError(f"Variable: the name must be a string. Received: {name!r}")
    for key, value in (attr or {}).items():
        if not isinstance(value, str):
            raise ArgumentError(f"Variable: attributes must be strings. Received: {key}={value!r}")
    meta = stored(AttrScope.current.get(attr))
    if shape is not None:
        parse_shape(shape)  # raises where it is none
        meta["__shape__"] = str(shape)
    if lr_mult is not None:
        meta["__lr_mult__"] = str(lr_mult)
    if wd_mult is not None:
        meta["__wd_mult__"] = str(wd_mult)
    if dtype is not None:
        names = ("float32", "float64", "float16", "uint8", "int32", "int8", "int64", "bool")
        found = np.dtype(dtype).name
        meta["__dtype__"] = str(names.index(found)) if found in names else found
    if init is not None:
        meta["__init__"] = init if isinstance(init, str) else init.dumps()
    if stype is not None:
        if stype not in STORAGE_TYPES:
            raise ArgumentError(f"Variable: stype must be one of {', '.join(STORAGE_TYPES)}. Received: {stype!r}")
        meta["__storage_type__"] = str(STORAGE_TYPES.index(stype))
    for key, value in kwargs.items():
        if not (key.startswith("__") and key.endswith("__")):
            raise ArgumentError(
                f"Variable: unknown argument {key!r}."
                f" User attributes need names such as __{key}__, or use attr={{...}}."
            )
        meta[key] = str(value)
    node = Node(None, (), {}, name, meta=meta or None, scope=STATE.scope)
    if source.note is not None:
        node.source = source.note(2)
    return Symbol([(node, 0)])


var = Variable


def Group(symbols: Iterable[Symbol]) -> Symbol:
    """Return one symbol with the outputs of several."""
    symbols = list(symbols)
    if not symbols or not all(isinstance(s, Symbol) for s in symbols):
        raise ArgumentError("Group: expected a non-empty list of Symbols")
    return Symbol([entry for s in symbols for entry in s._entries])


# How the variables of some operators start where nothing else is said; MXNet writes it on the variable.
_AVERAGES = {"moving_mean": '["zero", {}]', "moving_var": '["one", {}]'}
_INITIALIZERS = {
    "BatchNorm": _AVERAGES,
    "BatchNorm_v1": _AVERAGES,
    "IdentityAttachKLSparseReg": {"moving_avg": '["zero", {}]'},
    "_contrib_BatchNormWithReLU": _AVERAGES,
    "_contrib_SyncBatchNorm": _AVERAGES,
    "LeakyReLU": {"gamma": '["Constant", {"value": 0.25}]'},
}


def create(
    op: Operator, inputs: Sequence, attrs: dict, name: str | None, hint: str, attr: dict | None = None
) -> Symbol:
    """Return the symbol of an operator applied to symbols; missing inputs become variables named after it."""
    user = stored(AttrScope.current.get(attr))
    name = NameManager.current.get(name, hint)
    own = isinstance(op, OwnOperator)
    strings = dict(op.file_attrs) if own else {key: to_string(value) for key, value in attrs.items()}
    names = op.input_names(attrs, len(inputs))
    entries: list[Entry | None] = []
    for i, key in enumerate(names if not op.variadic else [""] * len(inputs)):
        given = inputs[i] if i < len(inputs) else None
        if given is not None:
            entries.append(_entry_of(op, given))
        elif key in op.optional and op.active_inputs is None and key != "bias":
            entries.append(None)
        else:
            meta = {**strings, **user} or None
            entries.append((Node(None, (), {}, f"{name}_{key}", meta=meta, scope=STATE.scope), 0))
    if not op.variadic and "bias" in op.inputs and "bias" not in names:
        pass  # no_bias: the kernel's default None stands for it
    while entries and entries[-1] is None:
        entries.pop()
    for key, initializer in _INITIALIZERS.get(op.name, {}).items():
        index = op.inputs.index(key)
        entry = entries[index] if index < len(entries) else None
        variable = entry[0] if entry is not None else None
        if variable is not None and variable.op is None and "__init__" not in (variable.meta or {}):
            variable.meta = {**(variable.meta or {}), "__init__": initializer}
    node = Node(op, tuple(entries), attrs, name, op.num_outputs(attrs), (), STATE.scope, user or None)
    if source.note is not None:
        node.source = source.note(2)
    kind = next((x._result_class for x in inputs if x is not None), Symbol)
    return kind([(node, i) for i in range(op.num_visible(attrs))])


def _entry_of(op: Operator, value) -> Entry:
    if not isinstance(value, Symbol):
        raise ArgumentError(
            f"{op.name}: expected a Symbol. Received: {type(value).__name__}.\n"
            "  Symbols and NDArrays do not mix; inside hybrid_forward use the functions of F."
        )
    if len(value._entries) != 1:
        raise ArgumentError(f"{op.name}: an input has {len(value._entries)} outputs; choose one, as in symbol[0]")
    return value._entries[0]
