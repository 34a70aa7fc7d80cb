"""JupyterLab, the kernel of a lesson, folders, and the front end of the widgets."""

import json
import shutil
import sys
from pathlib import Path

import jupyter_core.paths
import pytest

from mxlearn.doctor import jupyter

from .conftest import find, only

WIDGETS = Path(__file__).resolve().parent.parent.parent / "widgets" / "mxlearn_widgets"


def test_jupyterlab_is_named():
    found = only("Jupyter", "JupyterLab")
    assert found.state == "ok" and found.facts["jupyterlab"]


def test_without_jupyterlab(site, hidden):
    hidden(site.folder)
    found = only("Jupyter", "JupyterLab")
    assert found.state == "problem" and "cannot start" in found.seen and "[lab]" in found.remedy


# -- kernel ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def kernels(tmp_path, monkeypatch):
    """Return a function that gives the user a kernel "python3", which goes before that of the environment."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.delenv("JUPYTER_PATH", raising=False)

    def add(*argv, under=tmp_path / "data"):
        folder = under / "kernels" / "python3"
        folder.mkdir(parents=True)
        spec = {"argv": [*argv, "-m", "ipykernel_launcher", "-f", "{connection_file}"], "display_name": "Python 3"}
        (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
        return folder

    return add


def test_the_kernel_of_this_environment():
    found = only("Jupyter", "kernel")
    assert (found.state, found.seen) == ("ok", f"'python3' starts {sys.executable}")


@pytest.mark.parametrize("program", ["python", "python3", sys.executable])
def test_a_kernel_of_the_user_that_leads_here(kernels, program):
    kernels(program)
    assert only("Jupyter", "kernel").state == "ok"


def test_a_kernel_that_starts_another_python(kernels, tmp_path):
    other = tmp_path / "other" / "bin"
    other.mkdir(parents=True)
    (other / "python").symlink_to(Path(sys.executable).resolve())  # as of another environment
    folder = kernels(str(other / "python"))
    found = only("Jupyter", "kernel")
    assert found.state == "problem"
    assert f"in {folder} starts {other / 'python'}, another Python than {sys.executable}" in found.seen
    assert found.remedy == f"{sys.executable} -m ipykernel install --user"


def test_a_kernel_whose_python_is_gone(kernels):
    kernels("/gone/bin/python3.10")
    found = only("Jupyter", "kernel")
    assert found.state == "problem" and "starts /gone/bin/python3.10, which is not there" in found.seen
    assert found.remedy.endswith("ipykernel install --user")


@pytest.mark.skipif(sys.platform == "win32", reason="another shell")
def test_a_kernel_that_a_variable_brings_in(kernels, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "shared"))
    kernels("/gone/bin/python", under=tmp_path / "shared")
    found = only("Jupyter", "kernel")
    assert found.state == "problem" and found.remedy == "unset JUPYTER_PATH"


def test_a_kernel_that_starts_through_a_script(kernels):
    kernels("/bin/sh")
    found = only("Jupyter", "kernel")
    assert found.state == "warning" and "may lead to another Python" in found.seen


def test_a_damaged_kernel_is_no_end(kernels):
    folder = kernels("python")
    (folder / "kernel.json").write_text("{", encoding="utf-8")
    assert only("Jupyter", "kernel").state in ("ok", "warning")  # Jupyter passes over it, or the check says why not


def test_without_ipykernel(site, hidden):
    hidden(site.folder)
    found = only("Jupyter", "kernel")
    assert found.state == "problem" and found.remedy.endswith("install ipykernel")


# -- folders -----------------------------------------------------------------------------------------------------------
def test_folders_of_jupyter(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    found = only("Jupyter", "folders")
    assert found.state == "ok" and str(tmp_path / "config") in found.seen


@pytest.mark.skipif(sys.platform == "win32", reason="another shell")
def test_a_folder_of_jupyter_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "file"))
    found = only("Jupyter", "folders")
    assert found.state == "problem" and found.seen == f"{tmp_path / 'file'} cannot be written: it is a file"
    assert found.remedy.startswith("export JUPYTER_RUNTIME_DIR=")


# -- widgets -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the widgets."""
    folder = tmp_path / "mxlearn_widgets"
    shutil.copytree(WIDGETS, folder, ignore=shutil.ignore_patterns("__pycache__"))

    class Spec:
        origin = str(folder / "__init__.py")

    monkeypatch.setattr(jupyter, "find_spec", lambda name: Spec)
    return folder


def test_each_widget_has_its_front_end(package):
    found = only("Jupyter", "widgets")
    assert found.state == "ok" and len(found.facts["bundles"]) == 9


@pytest.mark.parametrize("name", ["graphs.js", "timing.css", "theme.css"])
def test_a_front_end_that_is_missing(package, name):
    (package / "static" / name).unlink()
    found = only("Jupyter", "widgets")
    assert found.state == "problem" and f"{name} is missing" in found.seen and found.remedy


def test_a_front_end_of_another_version(package):
    program = package / "static" / "timing.js"
    program.write_text(program.read_text(encoding="utf-8").replace("replay_rows", "old_rows"), encoding="utf-8")
    found = only("Jupyter", "widgets")
    assert found.state == "problem" and "timing.js does not know replay_rows" in found.seen


def test_without_the_widgets(monkeypatch):
    monkeypatch.setattr(jupyter, "find_spec", lambda name: None)
    assert only("Jupyter", "widgets").state == "problem"


# -- extensions --------------------------------------------------------------------------------------------------------
@pytest.fixture
def labextensions(tmp_path, monkeypatch):
    """Return a function that puts an extension of JupyterLab into a folder; the environment is ``tmp_path/env``."""
    own, users = tmp_path / "env" / "labextensions", tmp_path / "user" / "labextensions"
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "env"))
    monkeypatch.setattr(jupyter_core.paths, "jupyter_path", lambda name: [str(users), str(own)])

    def add(name, version, *, user=False):
        folder = (users if user else own) / name
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(json.dumps({"version": version}), encoding="utf-8")

    return add


def test_extensions_of_this_environment(labextensions):
    labextensions("anywidget", "0.11.0")
    labextensions("@jupyter-widgets/jupyterlab-manager", "5.0.16")
    found = only("Jupyter", "extensions")
    assert (found.state, found.seen) == ("ok", "anywidget 0.11.0, @jupyter-widgets/jupyterlab-manager 5.0.16")


def test_an_extension_that_is_missing(labextensions):
    labextensions("anywidget", "0.11.0")
    found = only("Jupyter", "extensions")
    assert found.state == "problem" and "does not find the extension @jupyter-widgets/jupyterlab-manager" in found.seen
    assert found.remedy.endswith("--force-reinstall --no-deps jupyterlab-widgets")


@pytest.mark.skipif(sys.platform == "win32", reason="another shell")
def test_an_older_extension_of_the_user_goes_before_ours(labextensions):
    labextensions("anywidget", "0.9.0", user=True)
    labextensions("anywidget", "0.11.0")
    labextensions("@jupyter-widgets/jupyterlab-manager", "5.0.16")
    fault = find("Jupyter", "extensions")[0]
    assert fault.state == "problem" and "loads anywidget 0.9.0 from" in fault.seen and "not 0.11.0" in fault.seen
    assert fault.remedy == "export JUPYTER_PREFER_ENV_PATH=1"
