"""The exercises: open as delivered, and solved by the solution that the lesson hides below them.

A code cell with a line that calls ``check`` is an exercise: the student's part stands above that line. The Markdown
cell behind it holds the solution, a Python block inside of <details>.
"""
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent.parent
LESSONS = [path for path in sorted((ROOT / "notebooks").rglob("*.ipynb")) if path.stem != "05_gallery"]  # only shows
CHECK = re.compile(r"^(\w+ = )?check\(", re.MULTILINE)
SOLUTION = re.compile(r"<details>.*?```python\n(.*?)```.*?</details>", re.DOTALL)

pytestmark = [pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)]


def exercises(notebook):
    """Return (cell, the cell after it) for each exercise."""
    pairs = zip(notebook.cells, notebook.cells[1:], strict=False)
    return [(cell, after) for cell, after in pairs if cell.cell_type == "code" and CHECK.search(cell.source)]


def shown(cell):
    return "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def test_each_lesson_has_an_exercise_and_each_exercise_a_hidden_solution(path):
    found = exercises(nbformat.read(path, as_version=4))
    assert found
    for cell, after in found:
        assert after.cell_type == "markdown" and SOLUTION.search(after.source), cell.source


def test_an_exercise_is_delivered_open(path):
    for cell, _ in exercises(nbformat.read(path, as_version=4)):
        assert re.match(r"… [^\n]*: not yet\.", shown(cell)), cell.source


@pytest.mark.notebooks
def test_the_hidden_solutions_pass_the_checks_and_the_lesson_runs_on(path, monkeypatch):
    notebook = nbformat.read(path, as_version=4)
    for cell, after in exercises(notebook):
        end = CHECK.search(cell.source).start()  # of the student's part, which the solution overrides
        cell.source = f"{cell.source[:end]}\n{SOLUTION.search(after.source)[1]}\n{cell.source[end:]}"
    folders = [str(ROOT), str(ROOT / "widgets"), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, folders)))
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # spinning threads stall on a machine that is busy
        monkeypatch.setenv(threads, "1")
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    for cell, _ in exercises(notebook):
        assert re.match(r"✓ [^\n]*: right\.", shown(cell)), shown(cell)
