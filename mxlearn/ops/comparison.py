"""Comparisons and logic: 1 where it holds and 0 elsewhere, in the dtype of the inputs, as in MXNet.

Each has three forms: ``_equal`` of equal shapes, ``broadcast_equal``, and ``_equal_scalar`` with a Python number (first
truncated to the dtype of an integer array, so that ``x == 7.5`` is ``x == 7`` there). None has a gradient: they are
flat wherever they are differentiable.
"""
from ..core.attributes import Scalar
from ..core.infer import broadcast_shape
from ..core.operator import Operator, operator
from .arithmetic import equal_shapes
from .scalar import integral, scalar_dtype


def declare(name: str, function: str, formula: str, compared_with_two: str) -> tuple[Operator, Operator, Operator]:
    """Declare the three forms of a comparison.

    Parameters
    ----------
    name : str, "equal" for _equal, broadcast_equal and _equal_scalar
    function : str, the function of the array module that compares
    formula : str, for the docstring
    compared_with_two : str, what [0, 1, 2, 3] compared with 2 prints, for the docstring
    """

    def equal_shaped(xp, lhs, rhs):
        equal_shapes(lhs, rhs)
        return getattr(xp, function)(lhs, rhs).astype(lhs.dtype)

    def broadcasting(xp, lhs, rhs):
        return getattr(xp, function)(lhs, rhs).astype(lhs.dtype)

    def with_scalar(xp, data, *, scalar: Scalar = 1.0):
        if data.dtype.kind != "f":
            data, scalar = integral(data, scalar)
        return getattr(xp, function)(data, scalar).astype(data.dtype)

    def document(what: str, call: str) -> str:
        return f"{what}\n\n    >>> {call}\n    {compared_with_two}\n    <NDArray 4 @cpu(0)>\n    "

    data, two = "mx.nd.array([0, 1, 2, 3])", "mx.nd.array([2])"
    equal_shaped.__doc__ = document(
        f"Return 1 where ``{formula}`` holds and 0 elsewhere, of two arrays of equal shape.",
        f"mx.nd._internal._{name}({data}, mx.nd.array([2, 2, 2, 2]))",
    )
    broadcasting.__doc__ = document(
        f"Return 1 where ``{formula}`` holds and 0 elsewhere, broadcasting the shapes.",
        f"mx.nd.broadcast_{name}({data}, {two})",
    )
    with_scalar.__doc__ = document(
        f"Return 1 where ``{formula.replace('lhs', 'data').replace('rhs', 'scalar')}`` holds and 0 elsewhere.",
        f"mx.nd._internal._{name}_scalar({data}, scalar=2)",
    )
    title = "_".join(word.capitalize() for word in name.split("_"))
    options = {"differentiable": False}
    return (
        operator(name=f"_{name}", aliases=(f"_{title}",), elementwise=True, **options)(equal_shaped),
        operator(name=f"broadcast_{name}", shape=broadcast_shape, **options)(broadcasting),
        operator(
            name=f"_{name}_scalar",
            aliases=(f"_{title.replace('_', '')}Scalar",),
            elementwise=True,
            dtype=scalar_dtype,
            **options,
        )(with_scalar),
    )


declare("equal", "equal", "lhs == rhs", "[0. 0. 1. 0.]")
declare("not_equal", "not_equal", "lhs != rhs", "[1. 1. 0. 1.]")
declare("greater", "greater", "lhs > rhs", "[0. 0. 0. 1.]")
declare("greater_equal", "greater_equal", "lhs >= rhs", "[0. 0. 1. 1.]")
declare("lesser", "less", "lhs < rhs", "[1. 1. 0. 0.]")
declare("lesser_equal", "less_equal", "lhs <= rhs", "[1. 1. 1. 0.]")
declare("logical_and", "logical_and", "lhs and rhs", "[0. 1. 1. 1.]")
declare("logical_or", "logical_or", "lhs or rhs", "[1. 1. 1. 1.]")
declare("logical_xor", "logical_xor", "lhs xor rhs", "[1. 0. 0. 0.]")
