"""Freezing saved notebooks: the live view goes, the picture stays, nothing else changes."""

import json

import pytest
from mxlearn_widgets.freeze import VIEW, freeze_notebook, main

from mxlearn.base import FormatError


def notebook(tmp_path, data, **metadata):
    path = tmp_path / "lesson.ipynb"
    output = {"data": data, "execution_count": 1, "metadata": {}, "output_type": "execute_result"}
    cell = {"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "outputs": [output], "source": ["é"]}
    content = {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


LIVE = {VIEW: {"model_id": "1"}, "text/html": ["<img>"], "text/plain": ["<graph>"]}


def test_the_view_and_the_widget_state_go_and_the_rest_stays(tmp_path):
    path = notebook(tmp_path, LIVE, widgets={"state": {}}, language_info={"name": "python"})
    expected = notebook(tmp_path / ".", {k: v for k, v in LIVE.items() if k != VIEW}, language_info={"name": "python"})
    wanted = expected.read_text(encoding="utf-8")
    path = notebook(tmp_path, LIVE, widgets={"state": {}}, language_info={"name": "python"})
    assert freeze_notebook(path) == 1
    assert path.read_text(encoding="utf-8") == wanted


def test_a_frozen_notebook_is_not_written_again(tmp_path):
    path = notebook(tmp_path, {"text/html": ["<img>"]})
    path.chmod(0o444)
    before = path.stat().st_mtime_ns
    assert freeze_notebook(path) == 0
    assert path.stat().st_mtime_ns == before


def test_a_view_without_a_static_form_is_an_error_and_leaves_the_file_whole(tmp_path):
    path = notebook(tmp_path, {VIEW: {}, "text/plain": ["x"]})
    before = path.read_bytes()
    with pytest.raises(FormatError, match="cell 0: a widget has no static form"):
        freeze_notebook(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", ["", "[]", "{", '{"cells": 3}', "\x00"])
def test_what_is_no_notebook_is_refused(tmp_path, content):
    path = tmp_path / "x.ipynb"
    path.write_text(content)
    with pytest.raises(FormatError, match="not a notebook"):
        freeze_notebook(path)
    assert path.read_text() == content


def test_check_changes_nothing_and_fails_on_live_views(tmp_path, capsys):
    path = notebook(tmp_path, LIVE)
    before = path.read_bytes()
    assert main(["--check", str(path)]) == 1
    assert path.read_bytes() == before and "1 live widget views" in capsys.readouterr().out
    assert main([str(path)]) == 0
    assert main(["--check", str(path)]) == 0


def test_a_missing_file_is_reported_and_the_others_are_frozen(tmp_path, capsys):
    path = notebook(tmp_path, LIVE)
    assert main([str(tmp_path / "none.ipynb"), str(path)]) == 1
    assert VIEW not in path.read_text() and "none.ipynb" in capsys.readouterr().err
