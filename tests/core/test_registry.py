"""The registry: families of operators are imported when they are needed, and nobody can tell."""
import subprocess
import sys

import pytest

from mxlearn.base import MXNetError
from mxlearn.core.operator import REGISTRY, Operator
from mxlearn.core.registry import Registry


def fresh(program):
    """Return what a program prints in a process of its own."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Return (a registry, a function that writes a family of its package)."""
    registry = Registry()
    package = tmp_path / "families_of_a_test"
    package.mkdir()
    (package / "__init__.py").write_text("registry = None\n")
    monkeypatch.syspath_prepend(tmp_path)

    def write(family, *names, also=""):
        lines = ["from mxlearn.core.operator import Operator", "from families_of_a_test import registry"]
        for name in names:
            lines += [f"def {name}(xp, data): ...", f"registry.declare(Operator({name}))", also]
        (package / f"{family}.py").write_text("\n".join(lines))

    import families_of_a_test

    families_of_a_test.registry = registry
    yield registry, write
    for name in [name for name in sys.modules if name.startswith("families_of_a_test")]:
        del sys.modules[name]


def imported():
    return sorted(name.partition(".")[2] for name in sys.modules if name.startswith("families_of_a_test."))


def test_a_family_is_imported_with_the_first_of_its_operators(shelf):
    registry, write = shelf
    write("one", "first", "second")
    write("two", "third")
    registry.shelve("families_of_a_test", {"one": "first second", "two": "third"})
    assert "second" in registry and imported() == []
    assert registry["second"].name == "second" and imported() == ["one"]
    assert registry.get("first") is registry["first"] and imported() == ["one"]
    assert sorted(registry) == ["first", "second", "third"] and imported() == ["one", "two"]


def test_a_name_that_the_index_misses_is_found(shelf):
    registry, write = shelf
    write("one", "first", "second")
    registry.shelve("families_of_a_test", {"other": "third"})
    assert registry["second"].name == "second"
    assert len(registry) == 2


def test_what_python_asks_of_a_module_imports_nothing(shelf):
    registry, write = shelf
    write("one", "first")
    registry.shelve("families_of_a_test", {"one": "first"})
    assert registry.get("_random___path__") is None and imported() == []


def test_a_name_that_does_not_exist_is_none(shelf):
    registry, write = shelf
    write("one", "first")
    registry.shelve("families_of_a_test", {"one": "first gone"})
    assert registry.get("never") is None and "never" not in registry
    with pytest.raises(KeyError):
        registry["gone"]


def test_an_import_that_was_interrupted_is_done_again(shelf):
    registry, write = shelf
    write("one", "first", also="raise KeyboardInterrupt")
    registry.shelve("families_of_a_test", {"one": "first"})
    with pytest.raises(KeyboardInterrupt):
        registry["first"]
    write("one", "first", "second_")  # another length: Python looks at the size of a source before it reads its cache
    assert registry["first"].name == "first"


def test_a_name_is_declared_once():
    def kernel(xp, data): ...

    registry = Registry()
    registry.declare(Operator(kernel, name="one", aliases=("other",)))
    with pytest.raises(MXNetError, match="'other' is declared twice"):
        registry.declare(Operator(kernel, name="other"))


# -- the operators of mxlearn ------------------------------------------------------------------------------------------
def test_importing_mxlearn_imports_few_families():
    program = "import mxlearn, sys; print(*(name for name in sys.modules if name.startswith('mxlearn.ops.')))"
    found = fresh(program)
    assert "mxlearn.ops.arithmetic" in found
    assert not {"mxlearn.ops.nn_convolution", "mxlearn.ops.linalg", "mxlearn.ops.optimizer_op"} & set(found)


@pytest.mark.parametrize(
    "program",
    [
        "from mxlearn.ndarray.random import normal; mx.random.seed(1); normal(0, 1, (2,))",
        "net = mx.gluon.nn.Dense(2); net.initialize(); net.hybridize(); net(mx.nd.ones((1, 2)))",
        "mx.mod.Module(mx.sym.SoftmaxOutput(mx.sym.var('data'), name='softmax'))",
        "mx.nd.contrib.box_iou(mx.nd.ones((1, 4)), mx.nd.ones((1, 4)))",
    ],
)
def test_a_program_imports_what_it_uses(program):
    told = "print(mx.core.operator.REGISTRY._complete)"
    assert fresh(f"import mxlearn as mx; {program}; {told}") == ["False"]


def test_everything_is_listed_from_the_start():
    for expression, needed in (
        ("dir(mxlearn.nd)", {"Convolution", "sgd_update", "relu"}),
        ("dir(mxlearn.sym.contrib)", {"box_nms", "ROIAlign"}),
        ("dir(mxlearn.nd.linalg)", {"gemm2", "potrf"}),
        ("mxlearn.operator.get_all_registered_operators()", set(REGISTRY)),
    ):
        assert needed <= set(fresh(f"import mxlearn; print(*{expression})")), expression
