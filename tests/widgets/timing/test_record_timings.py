"""The command that makes recordings, on a machine without a GPU; tests/gpu/test_race.py has the other one."""

import re
import subprocess
import sys

import pytest
from mxlearn_widgets import record_timings
from mxlearn_widgets.timing import recording as recordings

from mxlearn import backend


@pytest.fixture(autouse=True)
def no_gpu(monkeypatch):
    monkeypatch.setattr(backend, "_found", backend.Found(None, "CuPy is not installed", 0))


def test_without_a_gpu_it_says_what_is_needed(capsys, tmp_path):
    assert record_timings.main(["--out", str(tmp_path / "x.json")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "CuPy is not installed" in said.err and "pip install 'mxlearn[cuda12]'" in said.err
    assert "--cpu-only" in said.err
    assert list(tmp_path.iterdir()) == []


def test_the_cpu_alone_is_recorded_and_named_so(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(recordings, "FOLDER", tmp_path)
    monkeypatch.setattr(record_timings, "QUICK_BUDGET", 0.05)
    assert record_timings.main(["--cpu-only", "--quick", "--case", "launches", "--case", "hybridize"]) == 0
    (path,) = tmp_path.iterdir()
    assert re.fullmatch(r"cpu-only-.*-\d{4}-\d\d-\d\d\.json", path.name)
    found = recordings.read(path)
    assert not found.has_gpu and found.machine.driver == ""
    assert list(found.cases) == ["launches", "hybridize"]
    assert "launches 1: cpu(0) " in capsys.readouterr().out


def test_each_case_gets_the_budget_that_was_given(tmp_path, monkeypatch):
    budgets = []
    monkeypatch.setattr(record_timings, "measure", lambda results, who, budget: budgets.append(budget) or ())
    monkeypatch.setattr(recordings, "FOLDER", tmp_path)
    for arguments in (["--budget", "3.5"], [], ["--quick"]):
        record_timings.main(["--cpu-only", "--case", "copies", *arguments])
    assert budgets == [3.5, record_timings.BUDGET, record_timings.QUICK_BUDGET]


def test_an_unwritable_place_is_an_error(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(record_timings, "QUICK_BUDGET", 0.02)
    out = str(tmp_path / "nowhere" / "x.json")
    assert record_timings.main(["--cpu-only", "--quick", "--case", "launches", "--out", out]) == 1
    assert "error: " in capsys.readouterr().err


def test_help_names_the_cases(capsys):
    with pytest.raises(SystemExit):
        record_timings.main(["--help"])
    said = capsys.readouterr().out
    assert "matmul" in said and "--cpu-only" in said


def test_recording_needs_no_front_end():
    program = (
        "import sys; import mxlearn_widgets.record_timings;"
        "print([m for m in ('anywidget', 'ipywidgets', 'IPython') if m in sys.modules])"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"
