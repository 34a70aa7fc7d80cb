"""From text that the library wrote to a function: the one place that executes text.

A compiled program is such text, see compile.py, and so are functions made to measure: what an operator's declaration
settles once, how many inputs it has, which attributes, what its gradient rule names, need not be asked again at each
call. The text never holds what comes from a user or a file: names are Python's own or made from letters and digits
alone, values are bound through a table. It is in linecache, so that a traceback shows its lines.
"""
import linecache
from collections.abc import Callable
from typing import Any

_unused: list[str] = []  # names under which linecache holds texts whose functions are gone


def forget(filename: str) -> None:
    """Let linecache drop a text, at the next ``compiled``: now it may just be going through its texts."""
    _unused.append(filename)


def compiled(name: str, text: str, table: dict[str, Any], purpose: str) -> Callable[..., Any]:
    """Return the function ``name`` that ``text`` defines.

    Parameters
    ----------
    table : what the text's global names stand for
    purpose : a word for tracebacks, such as "gradient of relu"
    """
    while _unused:
        linecache.cache.pop(_unused.pop(), None)
    filename = f"<mxlearn {purpose}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": __name__, **table}
    exec(compile(text, filename, "exec"), namespace)
    return namespace[name]
