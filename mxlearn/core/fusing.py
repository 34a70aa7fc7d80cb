"""Elementwise nodes as one kernel of a GPU.

Adding two arrays takes a GPU about as long as reading and writing them, and so does every further step on the result.
Where each value is read by the next node alone, the steps are done element by element in one kernel, and what lies
between never leaves the registers:

    relu(x * w + b)    becomes    v0 = x * w;  v1 = v0 + b;  out = v1 > 0 ? v1 : 0

The kernel's text is made from the table below, numbered variables, and the dtypes. Names and numbers of the graph never
reach it: constants are passed as arguments, so that one text serves them all. float16 is computed in float32.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from . import passes
from .graph import Entry, Node, with_inputs
from .operator import Operator

MOST_ARGUMENTS = 24  # of one kernel

# Functions of the array module, as CUDA C++ of variables. As in NumPy, nan wins a comparison.
EXPRESSIONS = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "power": "pow({}, {})",
    "maximum": "isnan({0}) || {0} > {1} ? {0} : {1}",
    "minimum": "isnan({0}) || {0} < {1} ? {0} : {1}",
    "negative": "-{}",
    "abs": "fabs({})",
    "square": "{0} * {0}",
    "reciprocal": "1 / {}",
    **{
        name: f"{name}({{}})"
        for name in ("exp", "expm1", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "tanh", "sinh", "cosh")
        + ("sin", "cos", "tan", "floor", "ceil", "trunc")
    },
    **{f"arc{name}": f"a{name}({{}})" for name in ("sin", "cos", "tan", "sinh", "tanh")},
}
_TYPES = {"e": "float16", "f": "float32", "d": "float64"}


class Line(NamedTuple):
    """One step: a function of the table, and its arguments: ("x", 0) is an array, ("c", 1) a constant, ("v", 0) the
    result of an earlier step.
    """

    function: str
    arguments: tuple[tuple[str, int], ...]


class Fused(Operator):
    """The operator of fused nodes: one for each text, whatever the constants.

    Attributes
    ----------
    lines : the steps; the last one gives the result
    """

    def __init__(self, lines: tuple[Line, ...], chars: str, char: str):
        count = 1 + max((i for line in lines for kind, i in line.arguments if kind == "c"), default=-1)
        text = source(lines, char)
        inputs = ", ".join([f"{_TYPES[c]} x{i}" for i, c in enumerate(chars)])
        number = "float64" if char == "d" else "float32"
        parameters = ", ".join(filter(None, [inputs, *(f"{number} c{i}" for i in range(count))]))
        names = tuple(f"c{i}" for i in range(count))
        title = "fused_" + "_".join(line.function for line in lines)
        made: list[Any] = []  # the kernel: CuPy is there when it first runs

        def kernel(xp: Any, *arrays: Any, out: Any = None, **constants: Any):
            if not made:
                made.append(xp.ElementwiseKernel(parameters, f"{_TYPES[char]} out", text, title[:60]))
            given = [*arrays, *(constants[name] for name in names)]
            return made[0](*given) if out is None else made[0](*given, out)

        super().__init__(kernel, name=title[:60])
        self.lines = lines


@lru_cache(maxsize=512)
def operator_of(lines: tuple[Line, ...], chars: str, char: str) -> Fused:
    """Return the operator of these steps on arrays of dtypes ``chars``, with a result of dtype ``char``."""
    return Fused(lines, chars, char)


def source(lines: Sequence[Line], char: str) -> str:
    """Return the body of the kernel, for one element."""
    real = "double" if char == "d" else "float"
    body: list[str] = []
    for i, line in enumerate(lines):
        arguments = [f"({real}){kind}{k}" if kind == "x" else f"{kind}{k}" for kind, k in line.arguments]
        body.append(f"const {real} v{i} = {EXPRESSIONS[line.function].format(*arguments)};")
    return "\n".join([*body, f"out = v{len(lines) - 1};"])


def for_gpu(steps: Sequence[Any]) -> list[Any]:
    """Return passes with `fuse_kernels` before `passes.fuse_elementwise`, which is left with single nodes."""
    return [each for step in steps for each in ((fuse_kernels, step) if step is passes.fuse_elementwise else (step,))]


def fuse_kernels(graph: passes.Graph) -> passes.Report:
    """Join elementwise nodes of which each value is read by the next one alone."""
    order = graph.operators
    report = passes.Report("fuse_kernels", len(order), len(order))
    readers: dict[Entry, set[Node]] = {}
    for node in order:
        for entry in node.inputs:
            if entry is not None:
                readers.setdefault(entry, set()).add(node)
    heads = set(graph.heads)
    into: dict[Node, Node] = {}  # a node, and the node at the end of what it is joined to
    groups: dict[Node, list[Node]] = {}
    for node in reversed(order):
        if not _fusable(node, graph):
            continue
        entry = (node, 0)
        users = readers.get(entry, set())
        ends = {into.get(user) for user in users}
        end = ends.pop() if len(ends) == 1 else None
        joins = end is not None and entry not in heads and _alike(node, end, graph)
        if joins and end is not None and _arguments([*groups[end], node]) <= MOST_ARGUMENTS:
            into[node] = end
            groups[end].append(node)
        else:
            into[node] = node
            groups[node] = [node]
    joined = {end: nodes[::-1] for end, nodes in groups.items() if len(nodes) > 1}

    # The end of a group is rebuilt last, when it is known what became of all that the group reads.
    became: dict[Node, Node | tuple[Any, ...]] = {}

    def replace(node: Node, inputs: tuple[Any, ...]):
        new = _joined(joined[node], became, graph) if node in joined else with_inputs(node, inputs)
        became[node] = new
        return new

    graph.transform(replace)
    for end, nodes in joined.items():
        kernel = became[end]
        assert isinstance(kernel, Node)
        report.events.append(passes.Event("joined", tuple(nodes[::-1]), kernel))
    report.after = len(graph.operators)
    report.total = f"{len(joined)} kernels in place of {sum(map(len, joined.values()))}" if joined else ""
    return report


def _fusable(node: Node, graph: passes.Graph) -> bool:
    """Tell whether a node is a function of the table, of floating arrays of its own shape."""
    if not passes.writes_in_place(node, graph) or graph.dtypes[node, 0].char not in _TYPES:
        return False
    function, parameters = node.op.formula_of(node.attrs)
    if function not in EXPRESSIONS:
        return False
    used = [node.inputs[node.op.inputs.index(p)] for p in parameters if p in node.op.inputs]
    shape = graph.shapes[node, 0]
    return all(
        entry is not None and graph.shapes.get(entry) == shape and _char(entry, graph) in _TYPES for entry in used
    )


def _char(entry: Entry, graph: passes.Graph) -> str:
    dtype = graph.dtypes.get(entry)
    return "" if dtype is None else dtype.char


def _alike(node: Node, end: Node, graph: passes.Graph) -> bool:
    return graph.shapes[node, 0] == graph.shapes[end, 0] and graph.dtypes[node, 0] == graph.dtypes[end, 0]


def _arguments(nodes: Sequence[Node]) -> int:
    """Return at most how many arguments the kernel of these nodes would have."""
    return sum(len(node.op.formula_of(node.attrs)[1]) for node in nodes)


def _joined(nodes: Sequence[Node], became: dict[Node, Any], graph: passes.Graph) -> Node:
    """Return the node that stands for several, given in an order in which each follows what it reads."""
    inputs: dict[Entry, int] = {}  # of the graph as it was: the number of the array
    constants: list[float] = []
    lines: list[Line] = []
    position = {node: i for i, node in enumerate(nodes)}
    for node in nodes:
        function, parameters = node.op.formula_of(node.attrs)
        attrs = node.op.complete(node.attrs)
        arguments: list[tuple[str, int]] = []
        for parameter in parameters:
            if parameter in node.op.inputs:
                entry = node.inputs[node.op.inputs.index(parameter)]
                inside = position.get(entry[0])
                arguments.append(("x", inputs.setdefault(entry, len(inputs))) if inside is None else ("v", inside))
            else:
                constants.append(float(attrs[parameter] if isinstance(parameter, str) else parameter))
                arguments.append(("c", len(constants) - 1))
        lines.append(Line(function, tuple(arguments)))
    end = nodes[-1]
    op = operator_of(tuple(lines), "".join(_char(entry, graph) for entry in inputs), _char((end, 0), graph))
    read = tuple(_now(entry, became) for entry in inputs)
    numbers = {f"c{i}": value for i, value in enumerate(constants)}
    return Node(op, read, numbers, end.name, 1, (), end.scope, end.meta, end.forward)


def _now(entry: Entry, became: dict[Node, Any]) -> Entry:
    new = became[entry[0]]
    return (new, entry[1]) if isinstance(new, Node) else new[entry[1]]
