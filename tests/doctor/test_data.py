"""Data sets, folders, and room on the disk."""

import os
import sys
from dataclasses import replace

import pytest

from mxlearn.base import DataError
from mxlearn.data.catalog import CATALOG
from mxlearn.doctor import data, folders

from .conftest import find, only

posix = pytest.mark.skipif(sys.platform == "win32", reason="another shell")


@pytest.fixture
def own_home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("MXLEARN_HOME", str(folder))
    return folder


def test_embedded_data_sets_are_as_recorded():
    found = only("Data", "data sets")
    assert found.state == "ok" and "digits" in found.facts["embedded"]


def test_a_damaged_data_set(monkeypatch):
    digits = CATALOG["digits"]
    wrong = replace(digits, files=(replace(digits.files[0], content="0" * 64), *digits.files[1:]))
    monkeypatch.setitem(CATALOG, "digits", wrong)
    found = only("Data", "data sets")
    assert found.state == "problem" and f"{digits.files[0].name}: its SHA-256 is not the recorded one" in found.seen
    assert found.remedy


def test_a_set_that_was_not_downloaded_is_no_fault(own_home):
    found = only("Data", "downloads")
    assert found.state == "ok" and "`mxlearn data get mnist` fetches it" in found.seen


def test_a_set_that_was_downloaded_in_part(own_home):
    folder = own_home / "datasets" / "mnist"
    folder.mkdir(parents=True)
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(b"")
    found = only("Data", "downloads")
    assert found.state == "warning" and found.remedy == "mxlearn data get mnist"
    assert len(found.facts["missing"]) == 3


# -- data folder -------------------------------------------------------------------------------------------------------
def test_a_folder_that_is_not_there_yet_is_not_made(own_home):
    found = only("Data", "data folder")
    assert found.state == "ok" and not own_home.exists()


def test_a_folder_that_is_there(own_home):
    own_home.mkdir()
    found = only("Data", "data folder")
    assert found.state == "ok" and list(own_home.iterdir()) == [] and found.facts["free"] > 0


@posix
def test_a_file_in_the_place_of_the_folder(own_home):
    own_home.write_text("", encoding="utf-8")
    found = only("Data", "data folder")
    assert found.state == "problem" and found.seen == f"{own_home} cannot be written: it is a file"
    assert found.remedy == "export MXLEARN_HOME=/path/of/another/folder"


@posix
def test_a_folder_that_is_read_only(own_home, monkeypatch):
    own_home.mkdir()

    def refuse(dir):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(folders.tempfile, "TemporaryFile", refuse)
    found = only("Data", "data folder")
    assert found.state == "problem" and found.seen == f"{own_home} cannot be written: Permission denied"
    assert found.facts["writable"] is False


@posix
def test_a_folder_that_cannot_be_made(own_home, monkeypatch):
    monkeypatch.setattr(folders.os, "access", lambda path, mode: False)
    found = only("Data", "data folder")
    assert found.state == "problem" and found.seen.endswith(f"{own_home.parent} is read-only")


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write it")
def test_a_folder_without_the_right_to_write(own_home):
    own_home.mkdir(mode=0o500)
    assert only("Data", "data folder").state == "problem"


@pytest.mark.parametrize(("free", "state"), [(10e6, "problem"), (200e6, "warning"), (2e9, "ok")])
def test_room_on_the_disk(own_home, monkeypatch, free, state):
    monkeypatch.setattr(data, "free", lambda folder: int(free))
    found = only("Data", "data folder")
    assert found.state == state and found.facts["free"] == free
    assert bool(found.remedy) == (state != "ok")


# -- course ------------------------------------------------------------------------------------------------------------
def test_the_course_and_the_folder_of_the_student(tmp_path, monkeypatch):
    monkeypatch.setenv("MXLEARN_COURSE", str(tmp_path / "mine"))
    lessons, place = find("Data", "course")
    assert lessons.state == place.state == "ok"
    assert lessons.facts["lessons"] >= 5 and str(tmp_path / "mine") in place.seen


def test_a_course_that_is_not_there(monkeypatch):
    def absent():
        raise DataError("mxlearn: its folder 'notebooks' was expected at one place.\n  Install mxlearn again.")

    monkeypatch.setattr(data, "lessons", absent)
    found = find("Data", "course")[0]
    assert found.state == "problem" and "'notebooks' was expected" in found.seen and found.remedy


def test_a_course_without_lessons(monkeypatch):
    monkeypatch.setattr(data, "lessons", lambda: ["README.md"])
    assert find("Data", "course")[0].seen == "the course has no lessons"
