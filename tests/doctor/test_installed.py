"""What is installed, what mxlearn asks for, and commands that can be pasted."""

import shlex
import sys

import pytest

from mxlearn.doctor import installed
from mxlearn.doctor.installed import Requirement, command, fits, install, named_like, pip, requirements, setting


@pytest.mark.parametrize(
    ("version", "versions", "inside"),
    [
        ("2.5.1", ">=2.0,<2.6", True),
        ("2.6", ">=2.0,<2.6", False),
        ("2.6.0rc1", "<2.6,>=2.0", False),
        ("1.26.4", "<2.6,>=2.0", False),
        ("2", ">=2.0", True),
        ("2023.2.0", "==2023.2", True),
        ("10.0", ">=9.1", True),
        ("1.0", "!=1", False),
        ("3.11.7", "", True),
        ("5", "~=4.2", True),  # a form that is not judged
    ],
)
def test_versions_are_compared_as_numbers(version, versions, inside):
    assert fits(version, versions) is inside


def test_a_package_is_found_under_all_spellings_of_its_name(site):
    site("Some_Package", "1.5")
    assert installed.version("some-package") == installed.version("Some.Package") == "1.5"
    assert installed.version("some") == ""


def test_both_of_two_installations_are_found(site, tmp_path, monkeypatch):
    site("twice", "2.0")
    first = site.folder
    second = tmp_path / "second"
    (second / "twice-1.0.dist-info").mkdir(parents=True)
    (second / "twice-1.0.dist-info" / "METADATA").write_text("Name: twice\nVersion: 1.0\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path, str(second), str(first)])
    assert [each.version for each in installed.installed("twice")] == ["2.0", "1.0"]
    assert installed.version("twice") == "2.0"  # the one that is imported


def test_a_folder_without_a_name_is_no_package(site):
    (site.folder / "left_over-1.0.dist-info").mkdir()
    assert named_like("left.over") == []


def test_what_mxlearn_asks_for(monkeypatch):
    lines = [
        "numpy<2.6,>=2.0",
        "jupyterlab<5,>=4.4; extra == 'lab'",
        "mxlearn[onednn]; extra == 'lab'",
        'cupy-cuda12x[ctk]<15,>=14.2; extra == "cuda12"',
        "onednn-cpu-gomp==2023.2.0; (sys_platform == 'linux' and platform_machine == 'x86_64') and extra == 'lab'",
    ]
    monkeypatch.setattr(installed.metadata, "requires", lambda name: lines)
    assert requirements("") == [Requirement("numpy", "<2.6,>=2.0", "")]
    assert requirements("lab") == [Requirement("jupyterlab", "<5,>=4.4", "lab")]
    assert requirements("cuda12") == [Requirement("cupy-cuda12x", "<15,>=14.2", "cuda12")]


def test_nothing_is_known_of_what_was_not_installed(monkeypatch):
    def absent(name):
        raise installed.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(installed.metadata, "requires", absent)
    assert requirements("", "lab") == []


def test_a_command_survives_the_shell():
    words = ["pip", "install", "numpy>=2.0,<2.6", "/a folder/mxlearn[lab]"]
    assert shlex.split(command(*words)) == words


def test_pip_is_the_one_of_this_environment():
    assert shlex.split(pip("install", "numpy")) == [sys.executable, "-m", "pip", "install", "numpy"]


def test_uv_installs_where_there_is_no_pip(monkeypatch):
    monkeypatch.setattr(installed, "find_spec", lambda name: None)
    assert shlex.split(pip("uninstall", "-y", "cupy")) == ["uv", "pip", "uninstall", "--python", sys.executable, "cupy"]


def test_an_extra_comes_from_the_clone_or_from_the_index(monkeypatch, tmp_path):
    monkeypatch.setattr(installed, "clone", lambda: tmp_path)
    assert shlex.split(install("lab"))[-2:] == ["-e", f"{tmp_path}[lab]"]
    monkeypatch.setattr(installed, "clone", lambda: None)
    assert shlex.split(install("lab"))[-1] == "mxlearn[lab]"


@pytest.mark.skipif(sys.platform == "win32", reason="another shell")
def test_a_variable_is_set_and_taken_away():
    assert setting("A", "two words") == "export A='two words'"
    assert setting("A", "") == "unset A"
