"""Gradient rules: what a rule keeps of an operation, what it asks for, and how the reverse pass calls it.

A rule is a function ``(F, g, *kept, **asked)`` that returns one gradient for each input. Its signature says the rest:
the names behind ``g`` are inputs or outputs that the tape keeps, keyword-only names are attributes of the operator.
"""
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .specialize import compiled

if TYPE_CHECKING:
    from .operator import Operator


class Like:
    """The shape and dtype of an array, without its memory.

    As an annotation of a parameter of a gradient rule or kernel it says that nothing else of that array is read, so
    that neither the tape nor a compiled program keeps the array alive for it.
    """

    __slots__ = ("dtype", "shape")

    def __init__(self, shape: tuple[int, ...], dtype: Any):
        self.shape = shape
        self.dtype = dtype

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        size = 1
        for extent in self.shape:
            size *= extent
        return size


class Rule:
    """A gradient rule that takes what its node kept, and nothing else.

    Parameters
    ----------
    function : (F, g, *kept) -> one gradient for each input; None for none, trailing ones may be left out
    kept : in the order of the function's parameters after ``g``, where each value comes from: an integer i >= 0 is
        input i, ~i is output i, "outs" all outputs, "inputs" the variadic inputs
    like : for each of them, whether only its shape and dtype are read
    """

    __slots__ = ("function", "kept", "like")

    attrs: tuple[str, ...] = ()
    wants_needs = wants_train = False

    def __init__(self, function: Callable[..., Any], kept: tuple[Any, ...] = (), like: tuple[bool, ...] | None = None):
        self.function = function
        self.kept = kept
        self.like = (False,) * len(kept) if like is None else like

    def apply(self, F: Any, g: Any, saved: Any, attrs: dict[str, Any], needs: Any, is_train: bool) -> Any:
        """Return the gradients of the inputs.

        Parameters
        ----------
        F : namespace of operators
        g : the gradient of the output, a tuple of them where there are several
        saved : values for ``kept``, as ``save`` gives them
        attrs : of the node
        needs : one value for each input, true where its gradient is wanted
        is_train : whether the node ran in training
        """
        return self.function(F, g, *saved)

    def save(self, raws: Any, outs: Any) -> tuple[Any, ...]:
        """Return what the tape keeps of the raw inputs and the raw outputs."""
        if not self.kept:
            return ()
        saved: list[Any] = []
        for source, like in zip(self.kept, self.like, strict=True):
            value: Any
            if source == "outs":
                value = tuple(outs)
            elif source == "inputs":
                value = tuple(raws)
            else:
                value = outs[~source] if source < 0 else raws[source] if source < len(raws) else None
            if like and value is not None:
                if source in ("outs", "inputs"):
                    value = tuple(Like(v.shape, v.dtype) for v in value)
                else:
                    value = Like(value.shape, value.dtype)
            saved.append(value)
        return tuple(saved)


class GradientRule(Rule):
    """The gradient rule of an operator of the registry: its signature says what it keeps and asks for.

    A parameter annotated with Like is read for its shape and dtype alone. Keyword-only parameters are attributes,
    ``**attrs`` stands for all of them; ``needs`` gets one value for each input, true where its gradient is wanted, and
    ``is_train`` whether the node ran in training. ``apply`` is made to measure at its first call.
    """

    __slots__ = ("_defaults", "_of", "apply", "attrs", "wants_needs", "wants_train")

    apply: Callable[..., Any]  # pyright: ignore[reportIncompatibleMethodOverride]

    def __init__(self, operator: "Operator", function: Callable[..., Any]):
        names, _, keyword_only = parameters_of(function)
        kept = tuple(_kept_source(operator, name) for name in names[2:])
        super().__init__(function, kept, tuple(function.__annotations__.get(name) is Like for name in names[2:]))
        self.wants_needs = "needs" in keyword_only
        self.wants_train = "is_train" in keyword_only
        asked = tuple(name for name in keyword_only if name not in ("needs", "is_train"))
        takes_all = function.__code__.co_flags & inspect.CO_VARKEYWORDS
        self.attrs = tuple(operator.attributes) if takes_all else asked
        unknown = [name for name in self.attrs if name not in operator.attributes]
        if unknown:
            raise TypeError(f"gradient rule of {operator.name}: no attributes {unknown}")
        self._defaults = {name: operator.attributes[name].default for name in self.attrs}
        self._of = operator.name
        self.apply = self._first

    def _first(self, *arguments: Any) -> Any:
        self.apply = self._specialized()
        return self.apply(*arguments)

    def _specialized(self) -> Callable[..., Any]:
        """Return ``apply`` as a careful reader of the rule's signature would write it."""
        values = [f"value{i}" for i in range(len(self.kept))]
        asked = [f"{name}=attrs.get({name!r}, default_{name})" for name in self.attrs]
        asked += ["needs=needs"] * self.wants_needs + ["is_train=is_train"] * self.wants_train
        text = "def apply(F, g, saved, attrs, needs, is_train):\n"
        text += f"    {', '.join(values)}, = saved\n" if values else ""
        text += f"    return rule({', '.join(['F', 'g', *values, *asked])})\n"
        table = {"rule": self.function, **{f"default_{name}": value for name, value in self._defaults.items()}}
        return compiled("apply", text, table, f"gradient of {self._of}")


def _kept_source(operator: "Operator", name: str) -> int | str:
    if operator.variadic and name == operator.inputs[0]:
        return "inputs"
    if name in operator.inputs:
        return operator.inputs.index(name)
    if name == "outs":
        return "outs"
    if name == "out":
        return ~0
    if not callable(operator.outputs) and name in operator.outputs:
        return ~operator.outputs.index(name)
    raise TypeError(f"gradient rule of {operator.name}: {name!r} is no input or output of it")


def parameters_of(function: Callable[..., Any]) -> tuple[tuple[str, ...], str | None, tuple[str, ...]]:
    """Return (positional names, name of the variadic, keyword-only names) of a Python function."""
    code = function.__code__
    names = code.co_varnames
    positional, keyword_only = code.co_argcount, code.co_kwonlyargcount
    variadic = names[positional + keyword_only] if code.co_flags & inspect.CO_VARARGS else None
    return names[:positional], variadic, names[positional : positional + keyword_only]
