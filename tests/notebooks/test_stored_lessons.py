"""What stands in the repository: each lesson has been run from top to bottom, and is readable without a kernel.

nbval compares the outputs of a cell only where the cell has an execution count, so a lesson without counts would pass
without being compared.
"""
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LESSONS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
WIDGET = "application/vnd.jupyter.widget-view+json"
LARGEST = 1_000_000  # bytes

pytestmark = [pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)]


def code_cells(path):
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def test_it_is_a_valid_notebook_of_the_python_kernel(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"


def test_it_was_run_from_top_to_bottom_in_one_go(path):
    cells = code_cells(path)
    assert cells
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


def test_no_error_is_stored_but_those_that_it_shows_on_purpose(path):
    for cell in code_cells(path):
        if "raises-exception" not in cell.metadata.get("tags", []):
            assert [output.evalue for output in cell.outputs if output.output_type == "error"] == []


def test_a_widget_has_a_form_that_needs_no_kernel(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            data = output.get("data", {})
            if WIDGET in data:
                assert {"image/svg+xml", "text/html", "image/png"} & set(data), cell.source


def test_it_names_no_folder_of_the_machine_that_ran_it(path):
    for cell in code_cells(path):
        text = nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
        assert not [word for word in ("/home/", "/Users/", "/root/", "/tmp/", "site-packages") if word in text]


def test_it_is_small_enough_to_be_reviewed(path):
    assert path.stat().st_size < LARGEST
