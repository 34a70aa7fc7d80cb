"""The registry: each check has its place, and one that breaks does not stop the others."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mxlearn import doctor
from mxlearn.doctor.checks import Check
from mxlearn.doctor.finding import ok, problem

ROOT = Path(__file__).resolve().parent.parent.parent


def sound():
    yield ok("well")


def broken():
    yield ok("the first half")
    raise KeyError("Name")


def test_no_check_is_there_twice():
    places = [(check.subject, check.name) for check in doctor.CHECKS]
    assert len(places) == len(set(places)) > 15


def test_the_order_of_the_report():
    subjects = [finding.subject for finding in doctor.examine()]
    assert subjects == sorted(subjects, key=doctor.SUBJECTS.index)
    assert set(subjects) == set(doctor.SUBJECTS)


@pytest.mark.parametrize("check", doctor.CHECKS, ids=lambda check: f"{check.subject}-{check.name}")
def test_each_check_says_what_it_is_for(check):
    assert check.look.__doc__


@pytest.mark.parametrize("check", doctor.CHECKS, ids=lambda check: f"{check.subject}-{check.name}")
def test_no_check_of_this_environment_is_broken(check):
    for finding in doctor.examine([check]):
        assert "could not be checked" not in finding.seen
        assert finding.seen and (finding.remedy or finding.state != "problem")
        json.dumps(finding.facts)


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on():
    found = doctor.examine([Check("Data", "a", broken), Check("Data", "b", sound)])
    assert [(each.name, each.state) for each in found] == [("a", "ok"), ("a", "warning"), ("b", "ok")]
    assert found[1].seen == "this could not be checked: KeyError: 'Name'"


def test_subject_and_name_are_filled_in():
    [found] = doctor.examine([Check("GPU", "fans", lambda: [problem("they stand still", "spin")])])
    assert (found.subject, found.name, found.remedy) == ("GPU", "fans", "spin")


def test_a_run_uses_no_network_and_changes_no_file(monkeypatch, tmp_path):
    monkeypatch.setenv("MXLEARN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MXLEARN_COURSE", str(tmp_path / "course"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))

    def refuse(*_):
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    doctor.examine()
    assert list(tmp_path.iterdir()) == []


def test_what_is_examined_is_not_imported():
    program = "import sys; from mxlearn import doctor; doctor.examine(); print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "widgets")])}
    answer = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert not set(answer.stdout.split()) & {"jupyterlab", "notebook", "matplotlib", "ipywidgets", "mxlearn_widgets"}


def test_a_hanging_driver_is_given_up(nvidia_smi, monkeypatch, tmp_path):
    from mxlearn.doctor import nvidia

    nvidia_smi()
    (tmp_path / "bin" / "nvidia-smi").write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    monkeypatch.setattr(nvidia, "SECONDS", 0.2)
    begin = time.monotonic()
    with pytest.raises(nvidia.NoAnswer, match="did not answer within 0.2 seconds"):
        nvidia.devices()
    assert time.monotonic() - begin < 30  # it was not waited for
