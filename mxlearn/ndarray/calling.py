"""From an operator to the function that a user calls on NDArrays.

``build`` gives ``mx.nd.<operator>`` and the methods, ``build_binary`` and ``build_scalar`` what stands behind Python's
operators. Each has a short way, for dense arrays on one device and arguments in the usual form, and leaves the rest to
``invoke``: other arguments, other arrays, and whatever raises, because ``invoke`` says what is wrong. The short way of
``build`` is written by ``short_form`` from the operator's declaration:

    def relu(data=None, /, *more, out=None, name=None, ctx=None, **unknown):
        if out is None and not more and not unknown:
            ...
                raw_data, at = data._data, data._ctx
                fits = data._result_class is NDArray
                raw = compute(at._xp or at.xp, raw_data) if fits else None
            ...
        return general(data, *more, out=out, name=name, ctx=ctx, **unknown)
"""
from collections.abc import Callable
from typing import Any

import numpy as np

from ..base import ArgumentError
from ..context import Context
from ..core import infer
from ..core.frontend import EMPTY, _Null, bind
from ..core.operator import Like, Operator, raw_function
from ..core.specialize import compiled
from ..core.state import STATE
from .array import NDArray
from .dispatch import check_dtypes, explain, invoke, mixed_contexts, record, where

CODES: dict[Any, str] = {}  # the code of each short way, and its operator's name; the profiler knows them by it


def build(op: Operator) -> Callable:
    """Return the function ``mx.nd.<operator>``."""

    def general(*args, out=None, name=None, ctx=None, **kwargs):
        inputs, attrs = bind(op, args, kwargs)
        if not op.variadic:
            check_given(op, inputs, attrs)
        return invoke(op, inputs, attrs, out, context_of(ctx) if not inputs else None)

    if not has_short_form(op):
        return general
    table = {
        "NDArray": NDArray, "new": NDArray.__new__, "state": STATE, "record": record, "Like": Like, "Null": _Null,
        "EMPTY": EMPTY, "np": np, "op": op, "general": general, "compute": op.kernel,
        "on_numpy": raw_function(op, np), **{f"parse_{key}": each.parse for key, each in op.attributes.items()},
    }  # fmt: skip
    function = compiled(op.name, short_form(op), table, op.name)
    CODES[function.__code__] = op.name
    return function


def context_of(ctx) -> Context | None:
    """Return the context that an argument names: a Context, or its text, such as "cpu(1)" in an attribute."""
    if ctx is None or isinstance(ctx, Context):
        return ctx
    if isinstance(ctx, str):
        kind, _, number = ctx.rstrip(")").partition("(")
        return Context(kind, int(number or 0))
    raise ArgumentError(f"ctx must be a Context such as mx.cpu(). Received: {ctx!r}")


def check_given(op: Operator, inputs: list, attrs: dict) -> None:
    """Drop inputs that ``attrs`` switch off, and name one that is missing."""
    names = op.input_names(attrs)
    for i, name in enumerate(op.inputs):
        if name not in names:
            if i < len(inputs) and op.active_inputs is None:
                inputs[i] = None
        elif (i >= len(inputs) or inputs[i] is None) and (name not in op.optional or _wants_bias(op, name)):
            hint = "\n  Pass no_bias=True to compute without." if _wants_bias(op, name) else ""
            raise ArgumentError(f"{where(op)}: the input {name!r} is missing. It takes: {', '.join(names)}.{hint}")
    if op.active_inputs is not None:
        del inputs[len(names) :]


def _wants_bias(op: Operator, name: str) -> bool:
    """Tell whether an input is a bias that only ``no_bias=True`` makes unnecessary, as in MXNet."""
    return name == "bias" and "no_bias" in op.attributes


# -- the short way of one operator -------------------------------------------------------------------------------------
# What the text of a short form calls its own things
_WORDS = frozenset(
    ("NDArray", "new", "state", "record", "Like", "Null", "EMPTY", "np", "op", "general", "compute", "on_numpy", "out")
    + ("name", "ctx", "more", "unknown", "attrs", "at", "fits", "raw", "raws", "array", "entries", "saved")
)


def has_short_form(op: Operator) -> bool:
    """Tell whether an operator is of the plain kind: a fixed number of inputs, one output, nothing that it changes."""
    if op.variadic or op.mutates or op.wants_rng or callable(op.outputs) or op.visible is not None:
        return False
    if op.rule is not None and "outs" in op.rule.kept:
        return False
    optional_alone = not op.optional or set(op.inputs[-1:]) == op.optional
    unclear = _WORDS.intersection((*op.inputs, *op.attributes))
    return bool(op.inputs) and len(op.outputs) == 1 and op.active_inputs is None and optional_alone and not unclear


def short_form(op: Operator) -> str:
    """Return the text of a function that does for this operator what ``general`` does for all."""
    inputs, attributes = op.inputs, tuple(op.attributes)
    first, raws = inputs[0], [f"raw_{name}" for name in inputs]
    values = [f"{n}._data" if n not in op.optional else f"None if {n} is None else {n}._data" for n in inputs]
    given = ", ".join([*inputs, "*more", *(f"{key}={key}" for key in attributes), "out=out", "name=name", "ctx=ctx"])
    attrs = "attrs" if attributes else "EMPTY"
    keywords = ["is_train=state.training"] * op.wants_train + ["**attrs"] * bool(attributes)
    result = f"compute(at._xp or at.xp, {', '.join([*raws, *keywords])})"
    if op.ufunc is not None:
        result = f"(on_numpy({', '.join(raws)}) if at._xp is np else {result})"
    entries = f"({', '.join(f'{name}._entry' for name in inputs)},)"
    if op.optional:
        given_ones = f"({', '.join(f'{name}._entry' for name in inputs[:-1])},)"
        entries = f"{entries} if {inputs[-1]} is not None else {given_ones}"
    parameters = ["=None, ".join(inputs) + "=None", "/", "*more", *(f"{key}=Null" for key in attributes)]
    lines = [
        f"def {op.name}({', '.join(parameters)}, out=None, name=None, ctx=None, **unknown):",
        "    if out is None and not more and not unknown:",
        "        try:",
        *(["            attrs = {}"] if attributes else []),
        *(f"            if {key} is not Null: attrs[{key!r}] = parse_{key}({key})" for key in attributes),
        f"            {', '.join([*raws, 'at'])} = {', '.join([*values, f'{first}._ctx'])}",
        f"            fits = {' and '.join(_conditions(op, raws))}",
        f"            raw = {result} if fits else None",
        "        except Exception:",
        "            raw = None  # the long way says what is wrong",
        "        if raw is not None:",
        "            array = new(NDArray)",
        "            array._data = raw",
        "            array._ctx = at",
        "            array._entry = None",
        "            if state.recording:",
        f"                entries = {entries}",
        "                if any(entries):" if len(inputs) > 1 else "                if entries[0] is not None:",
        f"                    saved = ({_saved(op, raws)})",
        f"                    raws = ({', '.join(raws)},)",
        f"                    array._entry = (record(op, entries, {attrs}, saved, raws, (raw,)), 0)",
        "            return array",
        f"    return general({given}, **unknown)",
    ]
    return "\n".join(lines) + "\n"


def _conditions(op: Operator, raws: list[str]) -> list[str]:
    """Return what must hold for the short way, as expressions."""
    first, *others = op.inputs
    found = [f"{first}._result_class is NDArray", *(f"{key!r} in attrs" for key in op.required)]
    for name, raw in zip(others, raws[1:], strict=True):
        same = f"{name}._ctx is at"
        if op.dtype_rule is infer.same_dtype:
            same += f" and {raw}.dtype is {raws[0]}.dtype"
        if op.ufunc is not None and op.elementwise:  # the function of the array module would broadcast
            same += f" and {raw}.shape == {raws[0]}.shape"
        found.append(f"({name} is None or {same})" if name in op.optional else same)
    if "bias" in op.optional and "no_bias" in op.attributes:
        found.append(f"(bias is None) is attrs.get('no_bias', {op.attributes['no_bias'].default})")
    return found


def _saved(op: Operator, raws: list[str]) -> str:
    """Return what the tape keeps, as the inside of a tuple."""
    text = ""
    for source, like in zip(op.rule.kept, op.rule.like, strict=True) if op.rule is not None else ():
        value = "raw" if source == ~0 else raws[source]
        if like:
            optional = source >= 0 and op.inputs[source] in op.optional
            value = f"None if {value} is None else " * optional + f"Like({value}.shape, {value}.dtype)"
        text += f"{value}, "
    return text.strip()


# -- Python's operators ------------------------------------------------------------------------------------------------
def saver(op: Operator) -> Callable:
    """Return ``(a, b, out) -> saved values``, specialised for what the rule of a two-input operator names."""
    rule = op.rule
    if rule is None or not rule.kept:
        return lambda a, b, out: ()
    return lambda a, b, out: rule.save((a, b), (out,))


def build_binary(elementwise: Operator, broadcasting: Operator, cls: Any = NDArray) -> Callable:
    """Return ``f(array, array)`` that runs ``elementwise`` on equal shapes and ``broadcasting`` otherwise.

    cls : class of the arrays, NDArray or np.ndarray
    """
    plain = cls is NDArray
    on_numpy = raw_function(elementwise, np)
    on_numpy_broadcast = raw_function(broadcasting, np)
    save, save_broadcast = saver(elementwise), saver(broadcasting)
    rule = elementwise.rule
    keeps_both = rule is not None and rule.kept == (0, 1) and not any(rule.like)
    new, state = NDArray.__new__, STATE

    def function(lhs, rhs):
        try:
            a, b, ctx = lhs._data, rhs._data, lhs._ctx
        except AttributeError:
            from .sparse import operators as sparse  # no dense elements: see there

            return sparse.binary(elementwise, broadcasting, lhs, rhs)
        if ctx is not rhs._ctx:
            raise mixed_contexts(elementwise, (lhs, rhs))
        if a.dtype is not b.dtype and a.dtype != b.dtype:
            check_dtypes(elementwise, (a, b))
        same = a.shape == b.shape
        try:
            if ctx._xp is np:
                raw = on_numpy(a, b) if same else on_numpy_broadcast(a, b)
            else:
                raw = raw_function(elementwise if same else broadcasting, ctx.xp)(a, b)
        except Exception as error:
            found = explain(broadcasting, (a, b), EMPTY, error)
            raise found from found.__cause__
        if not plain:
            raw = cls.raw(raw)
        array = new(cls)
        array._data = raw
        array._ctx = ctx
        array._entry = None
        if state.recording:
            x, y = lhs._entry, rhs._entry
            if x is not None or y is not None:
                op = elementwise if same else broadcasting
                raws = (a, b)
                saved = raws if same and keeps_both else (save if same else save_broadcast)(a, b, raw)
                array._entry = (record(op, (x, y), EMPTY, saved, raws, (raw,)), 0)
        return array

    return function


def build_scalar(op: Operator, cls: Any = NDArray) -> Callable:
    """Return ``f(array, number)`` for an operator with the one attribute ``scalar``; cls as for ``build_binary``."""
    plain = cls is NDArray
    kernel, rule = op.kernel, op.rule
    new, state = NDArray.__new__, STATE
    parse = op.attributes["scalar"].parse

    def function(data, scalar):
        try:
            a, ctx = data._data, data._ctx
        except AttributeError:  # sparse
            return invoke(op, (data,), {"scalar": parse(scalar)})
        if type(scalar) is not float and type(scalar) is not int:
            scalar = parse(scalar)
        try:
            raw = kernel(ctx._xp or ctx.xp, a, scalar=scalar)
        except Exception as error:
            found = explain(op, (a,), {"scalar": scalar}, error)
            raise found from found.__cause__
        if not plain:
            raw = cls.raw(raw)
        array = new(cls)
        array._data = raw
        array._ctx = ctx
        array._entry = None
        if state.recording and data._entry is not None:
            saved = rule.save((a,), (raw,)) if rule is not None else ()
            array._entry = (record(op, (data._entry,), {"scalar": scalar}, saved, (a,), (raw,)), 0)
        return array

    return function


