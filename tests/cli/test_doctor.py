"""``mxlearn doctor``: what it prints, and its exit status."""

import io
import json
import sys

import pytest

from mxlearn import doctor
from mxlearn.cli import main
from mxlearn.doctor import Finding


@pytest.fixture
def finds(monkeypatch):
    """Return a function that sets what is found."""

    def set_to(state, seen="something"):
        monkeypatch.setattr(doctor, "examine", lambda: [Finding(state, seen, "", {}, "Data", "course")])

    return set_to


@pytest.mark.parametrize(("state", "status"), [("ok", 0), ("warning", 0), ("problem", 1)])
def test_the_exit_status_tells_whether_there_is_a_problem(finds, capsys, state, status):
    finds(state)
    assert main(["doctor"]) == status
    assert f"  {state:7}  course  something" in capsys.readouterr().out
    assert main(["doctor", "--json"]) == status
    assert json.loads(capsys.readouterr().out)["state"] == state


def test_this_installation(capsys):
    main(["doctor"])
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if line in doctor.SUBJECTS] == list(doctor.SUBJECTS)


def test_a_terminal_without_the_letters_of_a_folder(finds, monkeypatch):
    finds("ok", "in /home/ζωή")
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(["doctor"]) == 0
    terminal.flush()
    assert b"/home/\\u03b6" in terminal.buffer.getvalue()


def test_help_describes_the_json(capsys):
    with pytest.raises(SystemExit):
        main(["doctor", "--help"])
    out = capsys.readouterr().out
    assert all(
        f'"{name}"' in out for name in ("format", "state", "findings", "subject", "check", "seen", "remedy", "facts")
    )


def test_help_lists_the_command(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "doctor" in capsys.readouterr().out
