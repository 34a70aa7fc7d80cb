"""The report for people, and for programs."""

import json

import pytest

import mxlearn
from mxlearn.doctor import FORMAT, Finding, as_json, as_text, worst

WELL = Finding("ok", "3.12.4", "", {"version": "3.12.4"}, "Environment", "Python")
SLOW = Finding("warning", "not in use", "pip install 'mxlearn[onednn]'", {}, "Processor", "oneDNN")
ODD = Finding("warning", "this could not be checked: OSError", "", {}, "Jupyter", "kernel")
BAD = Finding("problem", "it is a file", "export MXLEARN_HOME=/other", {}, "Data", "data folder")


@pytest.mark.parametrize(
    ("findings", "state"), [([], "ok"), ([WELL], "ok"), ([WELL, SLOW], "warning"), ([BAD, SLOW, WELL], "problem")]
)
def test_the_worst_state_counts(findings, state):
    assert worst(findings) == state


def test_the_report_as_text():
    assert as_text([WELL, SLOW, BAD]) == (
        "Environment\n"
        "  ok       Python       3.12.4\n"
        "\n"
        "Processor\n"
        "  warning  oneDNN       not in use\n"
        "                        > pip install 'mxlearn[onednn]'\n"
        "\n"
        "Data\n"
        "  problem  data folder  it is a file\n"
        "                        > export MXLEARN_HOME=/other\n"
        "\n"
        "1 problem and 1 warning: the lines with > are commands that help."
    )


def test_all_is_well():
    assert as_text([WELL]).endswith("\n\nAll is well.")


def test_without_remedies_no_advice():
    assert as_text([ODD, ODD]).endswith("\n2 warnings.")


def test_long_lines_are_wrapped_and_commands_are_not():
    finding = Finding("problem", "word " * 60, "command " * 30, {}, "GPU", "CuPy")
    lines = as_text([finding], width=80).splitlines()
    assert max(len(line) for line in lines if ">" not in line) <= 80
    [command] = [line for line in lines if "> command" in line]
    assert command.count("command") == 30


def test_the_report_as_json():
    content = json.loads(as_json([WELL, BAD]))
    assert content["format"] == FORMAT and content["mxlearn"] == mxlearn.__version__
    assert content["state"] == "problem"
    assert content["findings"][0] == {
        "subject": "Environment", "check": "Python", "state": "ok", "seen": "3.12.4", "remedy": "",
        "facts": {"version": "3.12.4"},
    }  # fmt: skip
