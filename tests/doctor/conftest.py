"""Installations with faults: packages, drivers and folders that are not what they should be."""

import os
import sys

import pytest

from mxlearn import doctor
from mxlearn.doctor import installed


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Return a function that installs a package, in name only, where Python finds it first."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])

    def install(name, version, *lines):
        home = folder / f"{name.replace('-', '_')}-{version}.dist-info"
        home.mkdir()
        text = "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *lines])
        (home / "METADATA").write_text(text + "\n", encoding="utf-8")

    install.folder = folder
    return install


@pytest.fixture
def hidden(monkeypatch):
    """Return a function that makes an environment of which nothing is installed but what ``site`` installs."""

    def hide(folder):
        monkeypatch.setattr(sys, "path", [str(folder)])
        monkeypatch.setattr(installed, "find_spec", lambda name: name)  # pip is there

    return hide


@pytest.fixture
def nvidia_smi(tmp_path, monkeypatch):
    """Return a function that installs a driver whose tool answers with these lines; no other one is on the PATH."""
    if os.name == "nt":
        pytest.skip("the tool is a script of the shell")
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")

    def install(gpus=(), apps=(), mode="Default", says="", status=0):
        def answer(lines):
            return "".join(f"printf '%s\\n' '{line}'\n" for line in lines)

        script = f"""#!/bin/sh
if [ {status} -ne 0 ]; then echo '{says}'; exit {status}; fi
case "$*" in
*--query-compute-apps*) {answer(apps) or ":"}
;;
*--query-gpu=compute_mode*) {answer([mode])}
;;
*--query-gpu=driver_version*) {answer([gpu.split(", ")[3] for gpu in gpus]) or ":"}
;;
*--query-gpu=index*) {answer(gpus) or ":"}
;;
esac
"""
        path = folder / "nvidia-smi"
        path.write_text(script, encoding="utf-8")
        path.chmod(0o755)

    return install


@pytest.fixture
def without_driver(tmp_path, monkeypatch):
    """No NVIDIA driver is installed."""
    from mxlearn.doctor import nvidia

    monkeypatch.setattr(nvidia, "program", lambda: None)


def gpu(number=0, *, driver="580.65.06", total=80000, used=1000, name="NVIDIA H100"):
    """Return what nvidia-smi answers for a GPU; memory in MiB."""
    return f"{number}, GPU-{number}, {name}, {driver}, {total}, {used}, {total - used}"


def find(subject, name):
    """Return what one check finds."""
    [check] = [each for each in doctor.CHECKS if (each.subject, each.name) == (subject, name)]
    return doctor.examine([check])


def only(subject, name):
    """Return the one thing that a check finds."""
    [finding] = find(subject, name)
    return finding
