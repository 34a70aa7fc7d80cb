"""Python, mxlearn itself, versions, and the lock file."""

import platform
import sys
from pathlib import Path

import pytest

import mxlearn
from mxlearn.doctor import environment, installed
from mxlearn.resources import PACKAGE

from .conftest import find, only

HERE = str(PACKAGE)


def test_python_is_well_here():
    found = only("Environment", "Python")
    assert found.state == "ok" and platform.python_version() in found.seen
    assert found.facts["executable"] == sys.executable


def test_another_python_is_a_problem(monkeypatch):
    monkeypatch.setattr(environment.metadata, "metadata", lambda name: {"Requires-Python": "<3.15,>=3.11"})
    monkeypatch.setattr(platform, "python_version", lambda: "3.10.4")
    found = only("Environment", "Python")
    assert found.state == "problem" and found.seen == "Python 3.10.4, and mxlearn needs <3.15,>=3.11"
    assert found.remedy


def test_mxlearn_that_is_not_installed(site, hidden):
    hidden(site.folder)
    found = only("Environment", "mxlearn")
    assert found.state == "warning" and "without being installed" in found.seen
    assert "install" in found.remedy and HERE in found.seen


def test_mxlearn_installed_twice(site, tmp_path, monkeypatch):
    site("mxlearn", "0.0.7")
    second = tmp_path / "other" / "mxlearn-0.0.8.dist-info"
    second.mkdir(parents=True)
    (second / "METADATA").write_text("Name: mxlearn\nVersion: 0.0.8\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(site.folder), str(tmp_path / "other")])
    found = only("Environment", "mxlearn")
    assert found.state == "problem" and "installed 2 times" in found.seen
    assert "0.0.7" in found.seen and "0.0.8" in found.seen
    assert "uninstall" in found.remedy and " && " in found.remedy


def test_mxlearn_of_another_version_than_its_package(site, hidden):
    site("mxlearn", "0.0.7")
    hidden(site.folder)
    found = only("Environment", "mxlearn")
    assert found.state == "problem"
    assert found.seen == f"{mxlearn.__version__} is imported from {HERE}, and 0.0.7 is installed"


def test_mxlearn_from_another_folder_than_its_package(site, hidden):
    site("mxlearn", mxlearn.__version__)
    hidden(site.folder)
    found = only("Environment", "mxlearn")
    assert found.state == "warning" and found.seen == f"imported from {HERE}, and installed in {site.folder}"


def test_an_installation_that_points_at_the_clone(site, hidden):
    site("mxlearn", mxlearn.__version__)
    [home] = site.folder.iterdir()
    origin = f'{{"url": "{PACKAGE.parent.as_uri()}", "dir_info": {{"editable": true}}}}'
    (home / "direct_url.json").write_text(origin, encoding="utf-8")
    hidden(site.folder)
    assert only("Environment", "mxlearn").state == "ok"


# -- versions ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def asks_for(monkeypatch):
    """Return a function that says what mxlearn needs."""

    def ask(*lines):
        monkeypatch.setattr(installed.metadata, "requires", lambda name: list(lines))

    return ask


def test_versions_are_listed(site, hidden, asks_for):
    asks_for("numpy<2.6,>=2.0", "jupyterlab<5,>=4.4; extra == 'lab'")
    site("numpy", "2.5.0")
    site("jupyterlab", "4.6.6")
    hidden(site.folder)
    found = only("Environment", "packages")
    assert (found.state, found.seen) == ("ok", "numpy 2.5.0, jupyterlab 4.6.6")
    assert found.facts["versions"] == {"numpy": "2.5.0", "jupyterlab": "4.6.6"}


def test_a_version_that_mxlearn_does_not_work_with(site, hidden, asks_for):
    asks_for("numpy<2.6,>=2.0")
    site("numpy", "1.26.4")
    hidden(site.folder)
    fault, listed = find("Environment", "packages")
    assert fault.state == "problem" and fault.seen == "numpy is 1.26.4, and mxlearn needs <2.6,>=2.0"
    assert fault.remedy.endswith("install 'numpy<2.6,>=2.0'")
    assert listed.state == "ok"


def test_a_package_of_the_lessons_that_is_missing(site, hidden, asks_for):
    asks_for("matplotlib>=3.10; extra == 'lab'")
    hidden(site.folder)
    found = only("Environment", "packages")
    assert (found.state, found.seen) == ("warning", "matplotlib is not installed; the course in JupyterLab uses it")
    assert "[lab]" in found.remedy


def test_several_packages_of_the_lessons_that_are_missing(site, hidden, asks_for):
    asks_for("matplotlib>=3.10; extra == 'lab'", "pillow>=11; extra == 'lab'")
    hidden(site.folder)
    found = only("Environment", "packages")
    assert found.seen == "matplotlib, pillow are not installed; the course in JupyterLab uses them"
    assert found.facts["missing"] == ["matplotlib", "pillow"]


# -- lock --------------------------------------------------------------------------------------------------------------
LOCK = """\
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:00
numpy==2.5.0 ; python_full_version >= '3.12' \\
    --hash=sha256:01
    # via mxlearn
Tornado[x]==6.6.1 \\
    --hash=sha256:02
appnope==1.0.0 ; sys_platform == 'darwin' \\
    --hash=sha256:03
"""


@pytest.fixture
def locked(tmp_path, monkeypatch):
    """A clone with a lock file."""
    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / "requirements.lock").write_text(LOCK, encoding="utf-8")
    monkeypatch.setattr(environment, "clone", lambda: folder)
    return folder


def test_either_version_of_a_platform_is_as_locked(locked, site, hidden):
    site("numpy", "2.5.0")
    site("tornado", "6.6.1")
    hidden(site.folder)
    found = only("Environment", "lock")
    assert (found.state, found.seen) == ("ok", "2 packages are as requirements.lock has them")


def test_drift_from_the_lock_file(locked, site, hidden):
    site("numpy", "2.3.0")
    site("tornado", "6.6.1")
    hidden(site.folder)
    found = only("Environment", "lock")
    assert found.state == "warning"
    assert found.seen == "1 of 2 packages differ from requirements.lock: numpy 2.3.0 (lock: 2.4.6 or 2.5.0)"
    assert found.facts["different"] == {"numpy": "2.3.0"}
    assert f"--require-hashes -r {locked / 'requirements.lock'}" in found.remedy


def test_drift_of_the_environment_that_make_made(locked, site, hidden, monkeypatch):
    site("tornado", "6.0")
    hidden(site.folder)
    monkeypatch.setattr(sys, "prefix", str(locked / ".venv"))
    assert only("Environment", "lock").remedy == f"rm -f {locked}/.venv/.ready && make -C {locked} install"


def test_an_installed_package_has_no_lock_file(monkeypatch):
    monkeypatch.setattr(environment, "clone", lambda: None)
    assert find("Environment", "lock") == []


def test_the_lock_file_of_this_clone_is_read():
    lock = Path(__file__).resolve().parent.parent.parent / "requirements.lock"
    found = environment._locked(lock.read_text(encoding="utf-8"))
    assert {"numpy", "jupyterlab", "anywidget", "pytest"} <= set(found)
    assert all(versions for versions in found.values())
