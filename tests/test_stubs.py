"""What editors, type checkers, ``?`` and tab completion are told about the functions that are made at run time."""
import importlib.util
import inspect
from pathlib import Path

import pytest

import mxlearn as mx
from mxlearn.core.operator import REGISTRY

ROOT = Path(__file__).parent.parent
_spec = importlib.util.spec_from_file_location("make_stubs", Path(__file__).parent / "make_stubs.py")
make_stubs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_stubs)
STUBS = make_stubs.stubs()
PUBLIC = sorted(name for name in REGISTRY if not name.startswith("_"))


# -- stored stubs ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", STUBS, ids=lambda path: str(path.relative_to(ROOT)))
def test_stored_stub_is_what_the_registry_gives(path):
    assert path.exists(), "run: python tests/make_stubs.py"
    assert path.read_text() == STUBS[path], "out of date; run: python tests/make_stubs.py"


def test_stored_index_is_what_the_registry_gives():
    path, text = make_stubs.index()
    assert path.read_text() == text, "out of date; run: python tests/make_stubs.py"


def test_no_stub_is_left_over():
    stored = set((ROOT / "mxlearn").rglob("*.pyi"))
    assert stored == set(STUBS)


def test_stubs_are_python():
    for path, text in STUBS.items():
        compile(text, str(path), "exec")


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "mxlearn" / "py.typed").exists()


@pytest.mark.parametrize("package", ["ndarray", "symbol"])
def test_every_operator_is_in_a_stub(package):
    text = "".join((ROOT / "mxlearn" / package / f"{name}.pyi").read_text() for name in ("op", "_internal"))
    missing = [name for name in REGISTRY if f"def {name}(" not in text and f"\n{name} = " not in text]
    assert missing == []


def test_stub_of_an_operator_has_its_inputs_attributes_and_first_line():
    text = (ROOT / "mxlearn/ndarray/op.pyi").read_text()
    start = text.index("def Flatten(")
    assert text[start:].startswith(
        "def Flatten(data: NDArray, *, out: NDArray | Sequence[NDArray] | None = None, name: str | None = None)"
        ' -> NDArray:\n    """'
    )


def test_stub_of_a_method_has_self_for_the_first_input():
    text = (ROOT / "mxlearn/ndarray/generated.pyi").read_text()
    assert "    def exp(self, *, out: NDArray" in text


# -- completion and help ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("namespace", [mx.nd, mx.sym], ids=["nd", "sym"])
def test_dir_lists_every_public_operator(namespace):
    assert set(PUBLIC) <= set(dir(namespace))


@pytest.mark.parametrize("namespace", [mx.nd, mx.sym], ids=["nd", "sym"])
def test_every_name_of_dir_can_be_looked_up(namespace):
    assert [name for name in dir(namespace) if not hasattr(namespace, name)] == []


@pytest.mark.parametrize("namespace", [mx.nd, mx.sym], ids=["nd", "sym"])
def test_dir_lists_no_machinery(namespace):
    assert [name for name in dir(namespace) if name.startswith("_") or name in ("dispatch", "methods", "build")] == []


def test_signature_lists_inputs_then_attributes_then_options():
    found = inspect.signature(mx.nd.FullyConnected).parameters
    assert list(found) == ["data", "weight", "bias", "num_hidden", "no_bias", "flatten", "out", "name"]
    assert found["flatten"].default is True
    assert found["out"].kind is inspect.Parameter.KEYWORD_ONLY


def test_signature_of_a_symbol_function_has_attr():
    assert list(inspect.signature(mx.sym.Flatten).parameters) == ["data", "name", "attr", "out"]


def test_signature_speaks_of_python_types():
    assert str(inspect.signature(mx.nd.Pooling).parameters["kernel"]).startswith("kernel: int | tuple[int, ...]")


@pytest.mark.parametrize("value", [mx.nd.ones((1,)), mx.sym.var("x")], ids=["NDArray", "Symbol"])
def test_method_has_the_signature_of_its_operator_without_the_first_input(value):
    assert list(inspect.signature(value.sum).parameters)[:3] == ["axis", "keepdims", "exclude"]
    assert value.sum.__qualname__ == f"{type(value).__name__}.sum"
    assert value.sum.__doc__ == REGISTRY["sum"].__doc__


@pytest.mark.parametrize("package", [mx.nd, mx.sym], ids=["nd", "sym"])
def test_every_operator_has_a_signature_and_a_docstring(package):
    for name in PUBLIC:
        function = getattr(package, name)
        assert inspect.signature(function).parameters, name
        assert function.__doc__, name
        assert function.__name__ == name


# -- in IPython --------------------------------------------------------------------------------------------------------
@pytest.fixture
def complete():
    """Return ``f(text)``: what the tab key offers behind a text, without Jedi (it reads the stubs instead)."""
    completer = pytest.importorskip("IPython.core.completer")
    names = {"mx": mx, "x": mx.nd.ones((2, 3))}
    shell = completer.IPCompleter(namespace=names, use_jedi=False)

    def complete(text: str) -> set[str]:
        with completer.provisionalcompleter():
            return {found.text.lstrip(".") for found in shell.completions(text, len(text))}

    return complete


def test_tab_completes_operators(complete):
    assert "Convolution" in complete("mx.nd.Conv")
    assert "gemm" in complete("mx.sym.linalg.ge")
    assert "uniform_like" in complete("mx.nd.random.uni")


def test_tab_completes_methods(complete):
    assert {"softmax", "softmin"} <= complete("x.soft")


def test_tab_completes_modules_that_are_not_imported_yet(complete):
    assert "gluon" in complete("mx.glu")


def test_question_mark_shows_signature_and_docstring():
    oinspect = pytest.importorskip("IPython.core.oinspect")
    found = oinspect.Inspector(theme_name="nocolor").info(mx.nd.Convolution, oname="mx.nd.Convolution")
    assert found["definition"].startswith("mx.nd.Convolution(")
    assert "num_filter: int" in found["definition"]
    first = REGISTRY["Convolution"].__doc__.strip().splitlines()[0]
    assert found["docstring"].strip().startswith(first)
