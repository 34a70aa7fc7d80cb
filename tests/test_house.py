"""What holds for every file of the package: its size, its words, what it may import and what it may never do."""
import ast
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "mxlearn"
FILES = sorted(path for folder in (PACKAGE, ROOT / "widgets/mxlearn_widgets") for path in folder.rglob("*.py"))
LINES = 500

# Files with one subject that needs more lines, and how many they may have.
LONGER: dict[str, int] = {}

# Code that may only come from the program itself: a worker's error travels to its parent process, nothing else does.
UNPICKLES = {"mxlearn/gluon/data/workers.py"}
EXECUTES = {"mxlearn/core/specialize.py"}
FORBIDDEN_MODULES = {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """Return a file as the lists above name it."""
    return path.relative_to(ROOT).as_posix().removeprefix("widgets/")


def imported(path: Path) -> set[str]:
    """Return the top-level names of the packages that a file imports anywhere, by statement."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


each_file = pytest.mark.parametrize("path", FILES, ids=name_of)


# -- size --------------------------------------------------------------------------------------------------------------
@each_file
def test_file_is_short_enough_to_hold_one_subject(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGER.get(name_of(path), LINES)


def test_no_exception_is_left_over():
    longer = {name_of(path) for path in FILES if path.read_text(encoding="utf-8").count("\n") > LINES}
    assert set(LONGER) == longer


# -- docstrings --------------------------------------------------------------------------------------------------------
def without_docstring(path: Path) -> list[str]:
    """Return public functions, classes and methods that do not say what they do.

    Left out are setters, and methods that a base class describes.
    """
    missing = [] if ast.get_docstring(tree(path)) else ["the file"]

    def visit(body: list[ast.stmt], prefix: str, described: set[str]) -> None:
        for node in body:
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name.startswith("_"):
                continue
            decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
            is_setter = any(text.endswith(".setter") for text in decorators)
            if not is_setter and not ast.get_docstring(node) and node.name not in described:
                missing.append(prefix + node.name)
            if isinstance(node, ast.ClassDef):
                visit(node.body, f"{prefix}{node.name}.", described_by_bases(node))

    visit(tree(path).body, "", set())
    return missing


@cache
def methods_with_docstring() -> dict[str, tuple[set[str], set[str]]]:
    """Return for each class name of the package the methods that have a docstring, and the names of the bases."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                methods, bases = found.setdefault(node.name, (set(), set()))
                methods |= {m.name for m in node.body if isinstance(m, ast.FunctionDef) and ast.get_docstring(m)}
                bases |= {ast.unparse(base).rpartition(".")[2] for base in node.bases} - {node.name}
    return found


def described_by_bases(node: ast.ClassDef) -> set[str]:
    """Return the names of methods that a base class of the package describes."""
    found: set[str] = set()
    seen: set[str] = set()
    pending = [ast.unparse(base).rpartition(".")[2] for base in node.bases]
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            methods, bases = methods_with_docstring().get(name, (set(), set()))
            found |= methods
            pending += bases
    return found


@each_file
def test_everything_public_has_a_docstring(path):
    assert without_docstring(path) == []


# -- what no file does -------------------------------------------------------------------------------------------------
@each_file
def test_only_backend_imports_cupy(path):
    assert name_of(path) == "mxlearn/backend/__init__.py" or not imported(path) & {"cupy", "cupyx"}


@each_file
def test_no_file_evaluates_or_executes_text(path):
    found = {node.func.id for node in calls(path) if isinstance(node.func, ast.Name)}
    forbidden = {"eval"} if name_of(path) in EXECUTES else {"eval", "exec", "compile", "__import__"}
    assert found & forbidden == set()


@each_file
def test_no_file_unpickles(path):
    assert name_of(path) in UNPICKLES or not imported(path) & FORBIDDEN_MODULES
    for node in calls(path):
        allowed = [keyword.value for keyword in node.keywords if keyword.arg == "allow_pickle"]
        assert all(isinstance(value, ast.Constant) and value.value is False for value in allowed)
        text = ast.unparse(node.func)
        if text in ("np.load", "numpy.load"):
            assert allowed, "np.load without allow_pickle=False"


@each_file
def test_no_file_is_left_unfinished(path):
    text = path.read_text(encoding="utf-8")
    assert not [word for word in ("TODO", "FIXME", "XXX") if word in text]


# -- importing mxlearn -------------------------------------------------------------------------------------------------
_IMPORT = """
import json, socket, sys
opened = []
def refuse(self, *args, **kwargs):
    opened.append(args)
    raise OSError("no socket may be opened")
socket.socket.__init__ = refuse
before = set(sys.modules)
import mxlearn
print(json.dumps({"opened": len(opened), "modules": sorted(set(sys.modules) - before)}))
"""


@pytest.fixture(scope="module")
def fresh_import() -> dict:
    """What ``import mxlearn`` does in a new interpreter."""
    paths = [str(ROOT), str(ROOT / "widgets"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    answer = subprocess.run(
        [sys.executable, "-c", _IMPORT], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    return json.loads(answer.stdout)


def test_importing_mxlearn_opens_no_socket(fresh_import):
    assert fresh_import["opened"] == 0


@pytest.mark.parametrize(
    "name",
    ["IPython", "PIL", "anywidget", "cupy", "ipywidgets", "matplotlib", "mxlearn.gluon", "mxlearn_widgets"]
    + ["asyncio", "concurrent", "email", "http", "multiprocessing", "urllib.request"],
)
def test_importing_mxlearn_does_not_import(fresh_import, name):
    heavy = [module for module in fresh_import["modules"] if module == name or module.startswith(f"{name}.")]
    assert heavy == []
