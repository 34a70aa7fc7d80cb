"""What is installed: the wheel holds both packages, the course and the small data sets, and finds them there."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from mxlearn import __version__
from mxlearn.course import lessons
from mxlearn.data.catalog import CATALOG

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout."""
    return Path(
        next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("dist")), versions=["standard"]))
    )


def test_it_holds_both_packages_the_course_and_the_data(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {"mxlearn/base.py", "mxlearn/cli/lab.py", "mxlearn_widgets/__init__.py"} <= names
    assert {"mxlearn/py.typed", "mxlearn/__init__.pyi", "mxlearn/ndarray/op.pyi", "mxlearn/symbol/op.pyi"} <= names
    assert {"mxlearn/kernels/cuda/common.cuh", "mxlearn/kernels/cuda/softmax.cu"} <= names
    assert {f"mxlearn/_course/{name}" for name in lessons()} <= names
    embedded = [dataset for dataset in CATALOG.values() if not dataset.mirrors]
    assert {f"mxlearn/_datasets/{entry.name}/{file.name}" for entry in embedded for file in entry.files} <= names


def test_it_holds_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
        left_over = [name for name in archive.namelist() if "__pycache__" in name or ".ipynb_checkpoints" in name]
    assert tops == {"mxlearn", "mxlearn_widgets", f"mxlearn-{__version__}.dist-info"}
    assert left_over == []


def test_an_installed_package_finds_its_course_and_data(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "from mxlearn.resources import course_folder, datasets_folder\n"
        "from mxlearn.data import load, mnist\n"
        "print(course_folder()); print(datasets_folder()); print(len(load('diabetes')), mnist('digits').name)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path, timeout=60
    )
    inside = tmp_path / "site" / "mxlearn"
    assert answer.stdout.splitlines() == [str(inside / "_course"), str(inside / "_datasets"), "442 digits"]


def test_a_laptop_is_not_made_to_install_cupy():
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "cupy" not in locked and "numpy==2." in locked


def test_the_lock_names_no_index_and_hashes_everything():
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if "://" in line or line.startswith("-")]
    requirements = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert requirements and all("==" in line and line.endswith("\\") for line in requirements)
