"""Running custom operators: on arrays, in graphs, and in the reverse pass."""
import os
import traceback
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..base import ArgumentError, FormatError, MXNetError, ShapeError, nearest, type_name
from ..context import Context
from ..core.attributes import parse_dtype
from ..core.operator import Rule
from ..core.own import OwnOperator, apply
from ..core.state import STATE
from ..ndarray.array import NDArray, numpy_face, wrap
from ..ndarray.dispatch import invoke
from ..recording import pause
from ..symbol.making import create
from ..symbol.symbol import Symbol
from ..util import is_np_array
from .custom import CustomOpProp, find_custom

__all__ = ["nd_custom", "sym_custom"]

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class _Held:
    """What a forward pass hands to its backward pass: the user's CustomOp, whose attributes may hold anything."""

    __slots__ = ("__weakref__", "nbytes", "op")

    def __init__(self, op):
        self.op = op
        self.nbytes = 0


class _Use:
    """One use of a custom operator: its property, and the CustomOp that runs it.

    A CustomOp serves one forward pass after the other, as in MXNet's Executor; while a backward pass may still need
    what it keeps on itself, another one is made.
    """

    def __init__(self, name: str, prop: CustomOpProp, ctx: Context | None):
        self.name = name
        self.prop = prop
        self.ctx = ctx
        self._key: tuple = ()
        self._op: Any = None
        self._held: Callable[[], _Held | None] = lambda: None

    def call(self, method: str, function: Callable, *args, **kwargs):
        """Call the user's function; what it raises is told with the line that raised it."""
        try:
            return function(*args, **kwargs)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            theirs = [frame for frame in frames if not os.path.abspath(frame.filename).startswith(_PACKAGE)]
            where = ""
            if theirs:
                last = theirs[-1]
                where = f"\n  File {last.filename!r}, line {last.lineno}, in {last.name}\n    {last.line}"
            raise MXNetError(f"Error in {self.name}.{method}: {type(error).__name__}: {error}{where}") from error

    def begin(self, raws: Sequence) -> _Held:
        """Return the CustomOp for a forward pass on these inputs."""
        ctx = self.ctx or context_of(raws)
        key = (ctx, *[(raw.shape, raw.dtype) for raw in raws])
        if key != self._key or self._op is None or self._held() is not None:
            shapes = [list(raw.shape) for raw in raws]
            types = [raw.dtype.type for raw in raws]
            self._op = self.call("create_operator", self.prop.create_operator, ctx, shapes, types)
            self._key = key
        held = _Held(self._op)
        self._held = weakref.ref(held)
        return held

    def wrapped(self, raws: Sequence) -> list[NDArray]:
        """Return raw arrays as the arrays that the user's code gets."""
        ctx = self.ctx or context_of(raws)
        cls: Any = numpy_face() if is_np_array() else NDArray
        return [wrap(raw, ctx, cls) for raw in raws]


def context_of(raws: Sequence) -> Context:
    """Return the context of raw arrays."""
    device = getattr(raws[0], "device", None) if raws else None
    return Context("gpu", device.id) if hasattr(device, "id") else Context("cpu", 0)  # type: ignore[union-attr]


class CustomOperator(OwnOperator):
    """The operator of one node: runs the user's CustomOp.

    Parameters
    ----------
    use : the property and the CustomOp
    name : "Custom", or "_Native" for the legacy classes
    file_attrs : attributes for the symbol file
    needs : None, or for each input whether a gradient is wanted
    """

    def __init__(self, use: _Use, name: str, file_attrs: dict[str, str], needs: Sequence[bool] | None = None):
        prop = use.prop
        self.use, self.needs = use, needs
        self.arguments = list(use.call("list_arguments", prop.list_arguments))
        self.results = list(use.call("list_outputs", prop.list_outputs))
        self.states = list(use.call("list_auxiliary_states", prop.list_auxiliary_states))
        if not self.results:
            raise ArgumentError(f"{use.name}: list_outputs must name at least one output")
        super().__init__(
            self._run,
            name=name,
            inputs=[*self.arguments, *self.states],
            outputs=self.results if needs is None else [*self.results, "held"],
            visible=len(self.results),
            shape=lambda **shapes: self._infer_shapes(list(shapes.values())),
            dtype=lambda **dtypes: self._infer_dtypes(list(dtypes.values())),
            aux=self.states,
            wants_train=True,
            file_attrs=file_attrs,
            doc=type(prop).__doc__,
        )
        self._declare_gradient()

    def recorded(self, needs: Sequence[bool]) -> "CustomOperator":
        """Return the operator that also hands its CustomOp to backward."""
        return CustomOperator(self.use, self.name, self.file_attrs, tuple(needs))

    # -- shapes and dtypes -------------------------------------------------------------------------------------------
    def _infer_shapes(self, given: list) -> tuple[list, list]:
        count = len(self.arguments)
        known = given[:count]
        unknown = [shape is None or -1 in shape for shape in known]
        if count and unknown[0]:
            return given, [None] * len(self.results)
        asked = [[] if shape is None else [max(n, 0) for n in shape] for shape in known]
        try:
            found = self.use.call("infer_shape", self.use.prop.infer_shape, asked)
        except MXNetError:
            if any(unknown):
                return given, [None] * len(self.results)
            raise
        arguments, outputs, states = self._groups("infer_shape", found)
        return [_shape(s) for s in [*arguments, *states]], [_shape(s) for s in outputs]

    def _infer_dtypes(self, given: list) -> tuple[list, list]:
        known = given[: len(self.arguments)]
        if known and known[0] is None:
            return given, [None] * len(self.results)
        asked = [None if dtype is None else dtype.type for dtype in known]
        found = self.use.call("infer_type", self.use.prop.infer_type, asked)
        arguments, outputs, states = self._groups("infer_type", found)
        return [_dtype(t) for t in [*arguments, *states]], [_dtype(t) for t in outputs]

    def _groups(self, method: str, found) -> tuple[list, list, list]:
        """Return what infer_shape or infer_type returned as three lists of the right lengths."""
        if not isinstance(found, (tuple, list)) or len(found) not in (2, 3):
            raise ArgumentError(f"{self.use.name}: {method} must return 2 or 3 lists. Received: {found!r}")
        groups = [list(group) for group in found] + [[]] * (3 - len(found))
        names = (self.arguments, self.results, self.states)
        for group, wanted, what in zip(groups, names, ("arguments", "outputs", "auxiliary states"), strict=True):
            if len(group) != len(wanted):
                raise ArgumentError(
                    f"{self.use.name}: {method} must return one entry for each of the {len(wanted)} {what}"
                    f" ({', '.join(wanted) or 'none'}). Received: {group!r}"
                )
        return groups[0], groups[1], groups[2]

    # -- forward -----------------------------------------------------------------------------------------------------
    def _run(self, xp, *inputs, is_train: bool = False):
        use, count, needs = self.use, len(self.arguments), self.needs
        shapes, out_shapes = self._infer_shapes([tuple(raw.shape) for raw in inputs])
        _, out_types = self._infer_dtypes([raw.dtype for raw in inputs])
        for name, raw, shape in zip(self.inputs, inputs, shapes, strict=True):
            if shape is not None and -1 not in shape and tuple(raw.shape) != shape:
                raise ShapeError(f"{use.name}: {name!r} must have shape {shape}. Received: {tuple(raw.shape)}")
        outputs = [xp.zeros(shape, dtype) for shape, dtype in zip(out_shapes, out_types, strict=True)]
        states = [raw.copy() for raw in inputs[count:]]
        held = use.begin(inputs)
        arrays = use.wrapped(outputs)
        keep = use.wrapped(states)
        with pause(train_mode=bool(is_train)):
            use.call(
                "forward",
                held.op.forward,
                is_train=bool(is_train),
                req=["write"] * len(outputs),
                in_data=use.wrapped(inputs[:count]),
                out_data=arrays,
                aux=keep,
            )
        found = [self._checked("out_data", array, raw) for array, raw in zip(arrays, outputs, strict=True)]
        results = [*found, *([] if needs is None else [held]), *(array._data for array in keep)]
        return tuple(results) if len(results) > 1 else results[0]

    def _checked(self, what: str, array: NDArray, raw):
        if array._data.shape != raw.shape or array._data.dtype != raw.dtype:
            raise ShapeError(f"{self.use.name}: write into {what} with assign or x[:] = ..., which keeps its shape")
        return array._data

    # -- backward ----------------------------------------------------------------------------------------------------
    def _declare_gradient(self) -> None:
        needs = self.needs
        inputs, results = len(self.inputs), len(self.results)
        asked = [True] * inputs if needs is None else needs
        wanted = tuple(want and i < len(self.arguments) for i, want in enumerate(asked))
        count = sum(wanted)
        first = [] if needs is None else ["held"]

        def run(xp, *values, is_train: bool = False):
            held, values = (None, values) if needs is None else (values[0], values[1:])
            return self._run_backward(xp, held, values, wanted, is_train)

        backward = OwnOperator(
            run,
            name=f"_backward_{self.name}",
            inputs=[*first, *self.inputs, *self.results, *(f"grad_{name}" for name in self.results)],
            outputs=["output"] if count == 1 else [f"output{i}" for i in range(count)],
            visible=count,
            shape=lambda **given: _of_wanted(given, len(first), wanted),
            dtype=lambda **given: _of_wanted(given, len(first), wanted),
            wants_train=True,
            doc=f"The gradients of {self.use.name}, by its own backward.",
        )

        def gradient(F, g, *kept):
            found = apply(F, backward, *kept, *(g if isinstance(g, tuple) else (g,))[:results])
            each = iter(found if isinstance(found, (tuple, list)) else (found,))
            return tuple(next(each) if want else None for want in wanted)

        outputs = tuple(~i for i in range(results))
        self.rule = Rule(gradient, (*(() if needs is None else (~results,)), *range(inputs), *outputs))

    def _run_backward(self, xp, held: _Held | None, values: Sequence, wanted: Sequence[bool], is_train: bool):
        use, count, results = self.use, len(self.arguments), len(self.results)
        inputs, values = values[: len(self.inputs)], values[len(self.inputs) :]
        outputs, gradients = values[:results], values[results:]
        if held is None:  # nobody kept the CustomOp of the forward pass: run it once more
            again: Any = self.recorded(wanted)._run(xp, *inputs, is_train=is_train)
            held = again[results]
        raws = [xp.zeros_like(raw) for raw in inputs[:count]]
        arrays = use.wrapped(raws)
        with pause(train_mode=True):
            use.call(
                "backward",
                held.op.backward,  # type: ignore[union-attr]
                req=["write" if want else "null" for want in wanted[:count]],
                out_grad=use.wrapped(gradients),
                in_data=use.wrapped(inputs[:count]),
                out_data=use.wrapped(outputs),
                in_grad=arrays,
                aux=use.wrapped(inputs[count:]),
            )
        pairs = zip(arrays, raws, wanted, strict=False)
        found = tuple(self._checked("in_grad", array, raw) for array, raw, want in pairs if want)
        return found[0] if len(found) == 1 else found


def _of_wanted(given: dict, skip: int, wanted: Sequence[bool]) -> tuple[list, list]:
    values = list(given.values())
    return values, [value for value, want in zip(values[skip:], wanted, strict=False) if want]


def _shape(shape) -> tuple[int, ...] | None:
    found = tuple(int(n) for n in shape)
    return tuple(n if n > 0 else -1 for n in found) if found else None


def _dtype(kind) -> np.dtype | None:
    return None if kind is None else parse_dtype(kind)


# -- the functions -----------------------------------------------------------------------------------------------------
def _operator(op_type, options: dict[str, str], ctx: Context | None = None) -> CustomOperator:
    if not isinstance(op_type, str) or not op_type:
        raise ArgumentError(
            "Custom: the argument 'op_type' is missing.\n"
            '  Pass the name that the operator was registered under: op_type="mine".'
        )
    use = _Use(op_type, find_custom(op_type, options), ctx)
    return CustomOperator(use, "Custom", {**options, "op_type": op_type})


def _sorted(args: Sequence, kwargs: dict, kind: type) -> tuple[Any, dict, dict[str, str]]:
    """Return (op_type, inputs by name, options as strings) of a call."""
    for value in args:
        if not isinstance(value, kind):
            raise ArgumentError(f"Custom: expected {kind.__name__}s. Received: {type_name(value)}")
    named = {key: value for key, value in kwargs.items() if isinstance(value, kind)}
    options = {key: str(v) for key, v in kwargs.items() if key not in named and key not in ("op_type", "num_args")}
    return kwargs.get("op_type"), named, options


def _placed(op: CustomOperator, args: Sequence, named: dict) -> list:
    """Return the inputs of a call in the operator's order, None where one is missing."""
    if len(args) > len(op.inputs):
        raise ArgumentError(
            f"{op.use.name}: takes {len(op.inputs)} inputs ({', '.join(op.inputs)}). Received: {len(args)}"
        )
    inputs: list = [*args, *[None] * (len(op.inputs) - len(args))]
    for key, value in named.items():
        if key not in op.inputs:
            raise ArgumentError(f"{op.use.name}: there is no input {key!r}.{nearest(key, op.inputs)}")
        index = op.inputs.index(key)
        if inputs[index] is not None:
            raise ArgumentError(f"{op.use.name}: the input {key!r} is given twice")
        inputs[index] = value
    return inputs


def run_eagerly(op: CustomOperator, inputs: Sequence, out=None) -> Any:
    """Run a custom operator on NDArrays; while recording, it is one node of the tape."""
    for name, value in zip(op.inputs, inputs, strict=True):
        if value is None:
            raise ArgumentError(f"{op.use.name}: the input {name!r} is missing. It takes: {', '.join(op.inputs)}.")
    if STATE.recording:
        needs = [value._entry is not None for value in inputs]
        if any(needs[: len(op.arguments)]):
            op = op.recorded(needs)
    return invoke(op, list(inputs), out=out)


def nd_custom(*data, **kwargs) -> Any:
    """Run an operator that was registered with ``mx.operator.register``.

    Parameters
    ----------
    *data : NDArrays, its arguments and then its auxiliary states; they may also be given by name
    op_type : name of the operator
    out : NDArray or list that receives the result
    **kwargs : options, which reach the property's ``__init__`` as strings

    Raises
    ------
    MXNetError
        Also for what the user's own code raised; the message names its line, and it is the ``__cause__``.
    """
    out = kwargs.pop("out", None)
    kwargs.pop("name", None)
    op_type, named, options = _sorted(data, kwargs, NDArray)
    first = next(iter([*data, *named.values()]), None)
    op = _operator(op_type, options, None if first is None else first._ctx)
    return run_eagerly(op, _placed(op, data, named), out)


def sym_custom(*data, **kwargs) -> Symbol:
    """Return the symbol of an operator that was registered with ``mx.operator.register``.

    Parameters
    ----------
    *data : Symbols, its arguments and then its auxiliary states; they may also be given by name, and those that are
        missing become variables
    op_type : name of the operator
    name, attr : of the symbol
    **kwargs : options, which reach the property's ``__init__`` as strings
    """
    name, attr = kwargs.pop("name", None), dict(kwargs.pop("attr", None) or {})
    for key in [key for key in kwargs if key.startswith("__") and key.endswith("__")]:
        attr[key] = str(kwargs.pop(key))
    op_type, named, options = _sorted(data, kwargs, Symbol)
    op = _operator(op_type, options)
    return create(op, _placed(op, data, named), {}, name, "custom", attr)


def from_file(
    name: str, attrs: dict[str, str], subgraphs: Sequence, num_inputs: int, where: str
) -> tuple[CustomOperator, dict[str, str]]:
    """Return the operator of a node of a symbol file, and those of its attributes that are the user's own.

    Raises
    ------
    FormatError
        If no such operator is registered here, or it takes other inputs.
    """
    user = {key: value for key, value in attrs.items() if key.startswith("__")}
    options = {key: value for key, value in attrs.items() if key not in user and key not in ("op_type", "num_args")}
    try:
        op = _operator(attrs.get("op_type"), options)
    except MXNetError as error:
        raise FormatError(f"{where}: {error}") from error.__cause__
    if num_inputs != len(op.inputs):
        raise FormatError(f"{where}: {num_inputs} inputs, but {op.use.name!r} takes {len(op.inputs)}.")
    return op, user
