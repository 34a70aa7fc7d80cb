"""Freeze the widgets of saved notebooks: ``python -m mxlearn_widgets.freeze notebook.ipynb``.

A saved widget view needs its kernel: opened without one it shows an error. Freezing drops the view and keeps the image
and the text that stand beside it, so that a committed lesson is readable everywhere. Nothing else changes.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from mxlearn.base import FormatError, MXNetError, atomic_write

VIEW = "application/vnd.jupyter.widget-view+json"


def freeze_notebook(path: str | Path, *, check: bool = False) -> int:
    """Drop the live widget views of a notebook, in place and atomically.

    Parameters
    ----------
    path : the .ipynb file
    check : only count them

    Returns
    -------
    int, the number of views

    Raises
    ------
    FormatError
        If the file is no notebook of format 4, or a view in it has nothing beside it that could stay.
    """
    path = Path(path)
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise FormatError(f"{path}: not a notebook: {error}") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise FormatError(f"{path}: not a notebook of format 4: it has no list of cells.")
    views = 0
    for number, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if VIEW not in data:
                continue
            del data[VIEW]
            views += 1
            if "text/html" not in data:
                raise FormatError(
                    f"{path}: cell {number}: a widget has no static form (text/html).\n"
                    "  Run the notebook again, or end the cell with the widget's freeze()."
                )
    state = notebook.get("metadata", {}).pop("widgets", None)
    if (views or state is not None) and not check:
        with atomic_write(path, "w") as file:
            file.write(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
    return views


def main(arguments: Sequence[str] | None = None) -> int:
    """Freeze the notebooks named on the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m mxlearn_widgets.freeze", description="Drop live widget views from notebooks."
    )
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="notebook.ipynb")
    parser.add_argument("--check", action="store_true", help="change nothing; fail where a live view is left")
    options = parser.parse_args(arguments)
    status = 0
    for path in options.notebooks:
        try:
            views = freeze_notebook(path, check=options.check)
        except (OSError, MXNetError) as error:
            print(f"error: {error}", file=sys.stderr)
            status = 1
            continue
        if options.check and views:
            print(f"{path}: {views} live widget views; freeze it with: python -m mxlearn_widgets.freeze {path}")
            status = 1
        elif views:
            print(f"{path}: froze {views} widget{'s' if views > 1 else ''}")
    return status


if __name__ == "__main__":
    sys.exit(main())
