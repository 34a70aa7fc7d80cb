"""Functions made to measure: the text of a function that does for one operator what a general one does for all.

What an operator's declaration settles once need not be asked again at each call: how many inputs it has, which
attributes, what its gradient rule names. ``compiled`` turns such text into a function. The text is made from the
library's own declarations only, names that the registry checked to be Python's; values are bound through a table. It is
in linecache, so that a traceback shows its lines.
"""
import linecache
from collections.abc import Callable
from typing import Any


def compiled(name: str, text: str, table: dict[str, Any], purpose: str) -> Callable[..., Any]:
    """Return the function ``name`` that ``text`` defines.

    Parameters
    ----------
    table : what the text's global names stand for
    purpose : a word for tracebacks, such as "gradient of relu"
    """
    filename = f"<mxlearn {purpose}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace = {"__name__": __name__, **table}
    exec(compile(text, filename, "exec"), namespace)  # our own text, see the module's docstring
    return namespace[name]
