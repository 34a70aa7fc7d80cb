"""What a gradient rule says, as a formula: the rule itself is run with an F that writes instead of computing.

So each of the operators has its formula, and none can disagree with what backward() does.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..core.attributes import to_string
from ..core.frontend import bind
from ..core.graph import Node
from ..core.operator import REGISTRY, find

COMPARED, SUM, TERM, SIGN, POWER, ATOM = range(6)  # how strongly it binds: a > b, a + b, a * b, -a, a ** b, f(a)
Shapes = tuple[Sequence[tuple[int, ...] | None], tuple[int, ...] | None]  # of the inputs, and of output 0

LONGEST = 120  # letters of a formula that is worth reading

_INFIX = {
    **dict.fromkeys(("elemwise_add", "broadcast_add", "_grad_add", "_plus_scalar"), ("+", SUM)),
    **dict.fromkeys(("elemwise_sub", "broadcast_sub", "_minus_scalar", "_rminus_scalar"), ("-", SUM)),
    **dict.fromkeys(("elemwise_mul", "broadcast_mul", "_mul_scalar", "_scale_channels"), ("*", TERM)),
    **dict.fromkeys(("elemwise_div", "broadcast_div", "_div_scalar", "_rdiv_scalar"), ("/", TERM)),
    **dict.fromkeys(("_power", "broadcast_power", "_power_scalar", "_rpower_scalar"), ("**", POWER)),
    **dict.fromkeys(("_mod", "broadcast_mod", "_mod_scalar", "_rmod_scalar"), ("%", TERM)),
    **dict.fromkeys(("broadcast_greater", "_greater", "_greater_scalar"), (">", COMPARED)),
    **dict.fromkeys(("broadcast_greater_equal", "_greater_equal", "_greater_equal_scalar"), (">=", COMPARED)),
    **dict.fromkeys(("broadcast_lesser", "_lesser", "_lesser_scalar"), ("<", COMPARED)),
    **dict.fromkeys(("broadcast_lesser_equal", "_lesser_equal", "_lesser_equal_scalar"), ("<=", COMPARED)),
    **dict.fromkeys(("broadcast_equal", "_equal", "_equal_scalar"), ("==", COMPARED)),
    **dict.fromkeys(("broadcast_not_equal", "_not_equal", "_not_equal_scalar"), ("!=", COMPARED)),
}
_LEAVES_AS_IT_IS = frozenset(  # it changes the shape or the dtype, which stand beside the formula
    {"reshape_like", "_cast_like", "Reshape", "Flatten", "_copy", "identity", "broadcast_like", "expand_dims"}
)
_REPEATS = frozenset({"_stretch_like", "_unreduce", "broadcast_to", "broadcast_axis"})
_TRANSPOSED_BY = {"dot": ("transpose_a", "transpose_b"), "batch_dot": ("transpose_a", "transpose_b")}


class Formula:
    """A formula in the making: what a rule gets in the place of an array."""

    __slots__ = ("level", "shape", "text")

    def __init__(self, text: str, level: int = ATOM, shape: tuple[int, ...] | None = None):
        self.text, self.level, self.shape = text, level, shape

    def inside(self, level: int) -> str:
        """Return the text, in brackets where the formula around it holds more strongly."""
        return self.text if self.level >= level else f"({self.text})"


ONE, ZERO = Formula("1"), Formula("0")


class _Writer:
    """The F that writes: each operator is a function of Formulas.

    Parameters
    ----------
    shape : of the output of the node that is differentiated, None where unknown
    ignore_sums : whether the sum that undoes a broadcast is left out
    """

    def __init__(self, shape: tuple[int, ...] | None, ignore_sums: bool):
        self._shape, self._ignore_sums = shape, ignore_sums

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        op = find(name)

        def function(*args: Any, **keywords: Any):
            values, attrs = bind(op, args, keywords)
            return self.apply(op, values, attrs)

        self.__dict__[name] = function
        return function

    def apply(self, op: Any, values: Sequence[Any], attrs: dict[str, Any]) -> Any:
        """Return the outputs of an operator as formulas: one, or a tuple of them."""
        count = op.num_visible(attrs)
        if count > 1:
            whole = _call(op.name, values, attrs).text
            return tuple(Formula(f"{whole}[{k}]") for k in range(count))
        if op.name == "_sum_like":
            return self._summed(values[0], values[1].shape)
        return written(op.name, values, attrs)

    def _summed(self, value: Formula, shape: tuple[int, ...] | None) -> Formula:
        if self._ignore_sums or (shape is not None and shape == self._shape):
            return value
        axes = "" if shape is None or self._shape is None else f", axis={axes_text(stretched(shape, self._shape))}"
        return Formula(f"sum({value.text}{axes})")


def stretched(shape: tuple[int, ...], whole: tuple[int, ...]) -> tuple[int, ...]:
    """Return the axes of ``whole`` along which an array of ``shape`` was repeated to reach it."""
    extra = len(whole) - len(shape)
    return tuple(k for k, n in enumerate(whole) if k < extra or (shape[k - extra] == 1 and n != 1))


def axes_text(axes: tuple[int, ...]) -> str:
    """Return axes as a caller writes them: 0, or (0, 1)."""
    return str(axes[0]) if len(axes) == 1 else str(axes)


def written(name: str, values: Sequence[Formula | None], attrs: dict[str, Any]) -> Formula:
    """Return an operator, applied to formulas, as it would be written in Python."""
    first = values[0] if values and values[0] is not None else ZERO
    if name in _INFIX:
        return _infix(name, values, attrs)
    if name in _LEAVES_AS_IT_IS:
        return first
    if name == "negative":
        return ZERO if first is ZERO else Formula(f"-{first.inside(SIGN)}", SIGN)
    if name == "square":
        return Formula(f"{first.inside(ATOM)} ** 2", POWER)
    if name == "reciprocal":
        return _over(ONE, first)
    if name == "ones_like":
        return ONE
    if name == "zeros_like":
        return ZERO
    if name == "add_n":
        return Formula(" + ".join(v.inside(SUM) for v in values if v is not None), SUM)
    if name in _TRANSPOSED_BY:
        turned = [attrs.get(key) for key in _TRANSPOSED_BY[name]]
        pair = [transposed(v) if turn else v.text for v, turn in zip(values, turned, strict=True) if v is not None]
        return Formula(f"{name}({', '.join(pair)})")
    if name == "_dot_left_gradient":
        return _dot_gradient(values[0], values[1], attrs, left=True)
    if name == "_dot_right_gradient":
        return _dot_gradient(values[0], values[1], attrs, left=False)
    if name == "transpose" and not attrs.get("axes"):
        return Formula(transposed(first))
    if name == "Activation":
        return Formula(f"{attrs.get('act_type')}({first.text})")
    if name == "FullyConnected":
        return _dense(values)
    if name in _REPEATS:
        count = " / count" if attrs.get("share") else ""
        return Formula(f"repeat({first.inside(TERM) if count else first.text}{count})")
    return _call(name, values, attrs)


def _infix(name: str, values: Sequence[Formula | None], attrs: dict[str, Any]) -> Formula:
    sign, level = _INFIX[name]
    operands = [v if v is not None else ZERO for v in values]
    if "scalar" in name:
        number = Formula(number_of(attrs.get("scalar", 1.0)))
        if number.text.startswith("-"):
            number.level = SIGN
        operands = [number, operands[0]] if name.startswith("_r") or name == "_mul_scalar" else [operands[0], number]
    a, b = operands
    if sign == "*":
        if ZERO in (a, b):
            return ZERO
        if a is ONE or b is ONE:
            return b if a is ONE else a
    if sign == "/" and a is ZERO:
        return ZERO
    if sign == "-" and b is ZERO:
        return a
    if sign == "+" and ZERO in (a, b):
        return b if a is ZERO else a
    if sign == "**":
        if b.text == "1":
            return a
        return Formula(f"{a.inside(ATOM)} ** {b.inside(ATOM)}", POWER)
    binds = sign in ("-", "/", "%") or (sign == "*" and " / " in b.text)
    right = level + 1 if binds else level
    return Formula(f"{a.inside(level)} {sign} {b.inside(right)}", level)


def _over(a: Formula, b: Formula) -> Formula:
    return Formula(f"{a.inside(TERM)} / {b.inside(SIGN)}", TERM)


def _dot_gradient(g: Formula | None, other: Formula | None, attrs: dict[str, Any], *, left: bool) -> Formula:
    """Write the two gradients of dot, which have a kernel of their own for arrays of more than two dimensions."""
    g, other = g or ONE, other or ONE
    turned_a, turned_b = attrs.get("transpose_a"), attrs.get("transpose_b")
    if left:
        pair = [other.text if turned_b else transposed(other)]
        pair = [transposed(Formula(pair[0])) if turned_a else g.text, transposed(g) if turned_a else pair[0]]
    elif turned_b:
        pair = [transposed(g), transposed(other) if turned_a else other.text]
    else:
        pair = [other.text if turned_a else transposed(other), g.text]
    return Formula(f"dot({', '.join(pair)})")


def _dense(values: Sequence[Formula | None]) -> Formula:
    data, weight = values[0] or ONE, values[1] or ONE
    product = Formula(f"dot({data.text}, {transposed(weight)})")
    bias = values[2] if len(values) > 2 else None
    return product if bias is None else Formula(f"{product.text} + {bias.inside(TERM)}", SUM)


def transposed(value: Formula) -> str:
    """Return the text of a transposed matrix; two of them undo each other."""
    text = value.inside(ATOM)
    return text[:-2] if text.endswith(".T") else f"{text}.T"


def _call(name: str, values: Sequence[Formula | None], attrs: dict[str, Any]) -> Formula:
    arguments = [v.text for v in values if v is not None]
    known = REGISTRY.get(name)  # an operator of one node is not in it, and has no attributes
    defaults = {} if known is None else {key: attribute.default for key, attribute in known.attributes.items()}
    arguments += [f"{key}={to_string(v)}" for key, v in attrs.items() if v is not None and v != defaults.get(key)]
    return Formula(f"{name.lstrip('_')}({', '.join(arguments)})")


def number_of(value: Any) -> str:
    """Return a number as a formula has it: 2, not 2.0."""
    text = f"{float(value):.4g}"
    return text.removeprefix("+")


def forward(node: Node, names: Sequence[str]) -> Formula:
    """Return what a node computes, from the names of its inputs.

    Examples
    --------
    >>> import mxlearn as mx
    >>> forward((mx.sym.var("a") * mx.sym.var("b"))._entries[0][0], ["a", "b"]).text
    'a * b'
    """
    if not hasattr(node.op, "complete") or node.op.name in ("Function", "CachedOp"):
        return Formula(f"{node.name or node.op.name}({', '.join(names)})")
    values = [Formula(name) for name in names]
    if node.op.name in _LEAVES_AS_IT_IS or node.op.name in _REPEATS:
        return _call(node.op.name, values, node.attrs)  # inside a longer formula it would be in the way
    return written(node.op.name, values, node.attrs)


def _run(node: Node, g: Formula, names: Sequence[str], shapes: Shapes, *, ignore_sums: bool) -> list[str]:
    """Run the gradient rule of a node on formulas; return one for each input, [] where the rule looks at numbers."""
    op, rule = node.op, node.op.rule
    if not isinstance(getattr(rule, "kept", None), tuple) or not hasattr(op, "kernel"):
        return []
    whole, count = forward(node, names), node.num_outputs
    outs = [whole] if count == 1 else [Formula(f"{whole.inside(ATOM)}[{k}]") for k in range(count)]
    visible = op.num_visible(node.attrs)
    for k, name in enumerate(op.output_names(node.attrs)[visible:], visible):
        outs[k] = Formula(name)  # such as the mask of Dropout
    if visible == 1:
        outs[0] = whole
    inputs = [Formula(name, shape=shape) for name, shape in zip(names, shapes[0], strict=True)]
    kept: list[Any] = []
    for source in rule.kept:
        if source == "outs":
            kept.append(tuple(outs))
        elif source == "inputs":
            kept.append(tuple(inputs))
        elif source < 0:
            kept.append(outs[~source])
        else:
            kept.append(inputs[source] if source < len(inputs) else None)
    gradients = g if count == 1 else tuple(Formula(f"g[{k}]") if visible > 1 else g for k in range(count))
    try:
        writer = _Writer(shapes[1], ignore_sums)
        found = rule.apply(writer, gradients, kept, node.attrs, (True,) * len(inputs), bool(node.training))
    except Exception:  # the rule looks into its arrays: it has no short formula
        return []
    found = list(found) if isinstance(found, (tuple, list)) else [found]
    return [f.text if isinstance(f, Formula) and len(f.text) <= LONGEST else "" for f in found]


def contributions(node: Node, names: Sequence[str], shapes: Shapes) -> list[str]:
    """Return the formula of each input's contribution, with g for the upstream gradient; "" where it has none."""
    return _run(node, Formula("g"), names, shapes, ignore_sums=False)


def derivatives(node: Node, names: Sequence[str], shapes: Shapes) -> list[str]:
    """Return d output / d input of a node whose elements depend on one element of each input; "" where unknown."""
    return _run(node, ONE, names, shapes, ignore_sums=True)
