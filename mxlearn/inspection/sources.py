"""From the place where a node was made to the line of the user's code, and to the names that it holds."""

import ast
import linecache
from itertools import islice
from typing import Any

from ..base import MXNetError
from ..core import source
from ..core.graph import Node
from ..core.operator import find
from ..core.source import Place
from .records import Source

LONGEST = 24  # characters of an expression that may stand for a name


def trace_source(on: bool = True, *, library: str | None = None) -> None:
    """Note, from now on, which line of the user's code makes each node of a tape or a Symbol.

    Off at first: then recording pays one comparison a node. On, it pays about half a microsecond for an operator that
    the user's code calls, and two inside deep Blocks. ``import mxlearn_widgets`` switches it on.

    Parameters
    ----------
    on : whether to note lines
    library : a folder whose files are no user's code, besides mxlearn's own

    Examples
    --------
    >>> import mxlearn as mx
    >>> mx.inspection.trace_source()
    >>> x = mx.nd.array([1.0, 2.0])
    >>> x.attach_grad()
    >>> with mx.autograd.record():
    ...     y = x * x
    >>> mx.inspection.graph(y).nodes[1].source.line
    2
    >>> mx.inspection.trace_source(False)
    """
    if library is not None:
        source.skip(library)
    source.note = source.here if on else None


class Lines:
    """Resolves places, each once; a reading of a graph makes one."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], Source] = {}
        self._calls: dict[tuple[int, int], ast.AST | None] = {}
        self._operands: dict[tuple, str | None] = {}
        self._checked: set[str] = set()

    def source(self, place: Place | None) -> Source | None:
        """Return the line of a place, None for none."""
        if place is None:
            return None
        code, offset = place
        found = self._found.get((id(code), offset))
        if found is None:
            line = _position(place)[0] or code.co_firstlineno
            found = Source(code.co_filename, line, self._text(code.co_filename, line).strip())
            self._found[id(code), offset] = found
        return found

    def operand(self, node: Node, index: int) -> str | None:
        """Return the words that the user's code has for input ``index`` of a node, None where it does not show them.

        They are known where the node's operator stands in the code itself, as in ``x * w`` or ``nd.dot(x, w)``.
        """
        if node.source is None:
            return None
        key = (id(node.source[0]), node.source[1], node.op.name, len(node.inputs), index)
        if key not in self._operands:
            self._operands[key] = self._operand(node, index)
        return self._operands[key]

    def _operand(self, node: Node, index: int) -> str | None:
        call = self._call(node.source)
        if isinstance(call, ast.BinOp):
            operands = [call.left, call.right]
        elif isinstance(call, ast.Compare) and len(call.comparators) == 1:
            operands = [call.left, call.comparators[0]]
        elif isinstance(call, ast.Call) and _calls(call.func, node.op):
            return self._argument(call, node, index)
        else:
            return None
        return _words(operands[index]) if len(node.inputs) == 2 else None

    @staticmethod
    def _argument(call: ast.Call, node: Node, index: int) -> str | None:
        if any(isinstance(each, ast.Starred) for each in call.args):
            return None
        names = node.op.input_names(node.attrs, len(node.inputs))
        named = {each.arg: each.value for each in call.keywords}
        if index < len(names) and names[index] in named:
            return _words(named[names[index]])
        given = list(call.args)
        count = len(given) + sum(name in named for name in names)
        if count < len(node.inputs) and isinstance(call.func, ast.Attribute):
            given.insert(0, call.func.value)  # a method: x.dot(w)
        return _words(given[index]) if index < len(given) else None

    def _call(self, place: Place | None) -> ast.AST | None:
        """Return the expression that runs at a place."""
        if place is None:
            return None
        key = (id(place[0]), place[1])
        if key not in self._calls:
            self._calls[key] = self._parse(place)
        return self._calls[key]

    def _parse(self, place: Place) -> ast.AST | None:
        first, last, start, end = _position(place)
        if first is None or last is None or start is None or end is None:
            return None
        lines = [self._text(place[0].co_filename, k).encode() for k in range(first, last + 1)]
        lines[-1] = lines[-1][:end]
        lines[0] = lines[0][start:]
        text = b"".join(lines).decode(errors="replace")
        try:
            return ast.parse(f"({text}\n)", mode="eval").body
        except SyntaxError:  # a statement, or the file changed since it ran
            return None

    def _text(self, file: str, line: int) -> str:
        if file not in self._checked:
            linecache.checkcache(file)
            self._checked.add(file)
        return linecache.getline(file, line)


def _position(place: Place) -> tuple[int | None, int | None, int | None, int | None]:
    """Return (first line, last line, start, end) of what runs at a place; start and end are offsets in UTF-8 bytes."""
    code, offset = place
    return next(islice(code.co_positions(), offset // 2, None), (None, None, None, None))


def _calls(function: ast.expr, op: Any) -> bool:
    """Say whether a called expression names the operator, as nd.dot does."""
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name == op.name:
        return True
    try:
        return find(name) is op
    except MXNetError:
        return False


def _words(expression: ast.expr) -> str | None:
    text = ast.unparse(expression)
    return text if len(text) <= LONGEST else None
