"""The sweep: every operator of the registry, against its samples. See sampling.py for what is checked and how to add.

No operator can be forgotten: one without samples, or without an example in its docstring, fails here by name.
"""
import importlib
import inspect
from pathlib import Path

import pytest

from mxlearn.core.operator import REGISTRY

from . import sampling

for _path in sorted(Path(__file__).parent.glob("samples_*.py")):
    importlib.import_module(f".{_path.stem}", __package__)

OPERATORS = sorted({op.name for op in REGISTRY.values()})
CASES = [
    pytest.param(name, index, id=f"{name}-{index}")
    for name in OPERATORS
    for index in range(len(sampling.samples_of(name)))
]


def call_of(name: str, index: int) -> sampling.Call:
    return sampling.Call(REGISTRY[name], sampling.samples_of(name)[index])


@pytest.mark.parametrize("name", OPERATORS)
def test_operator_has_samples_of_several_shapes(name):
    found = sampling.samples_of(name)
    assert found, f"{name} has no samples: add them in tests/ops/samples_<family>.py"


def test_samples_name_operators():
    unknown = sorted(set(sampling.SAMPLES) - set(OPERATORS))
    assert not unknown, f"samples for what is no operator (an alias, perhaps): {unknown}"


@pytest.mark.parametrize(("name", "index"), CASES)
def test_rules_agree_with_the_kernel(name, index):
    sampling.check_rules(call_of(name, index))


@pytest.mark.parametrize(("name", "index"), CASES)
def test_kernel_is_pure(name, index):
    sampling.check_purity(call_of(name, index))


@pytest.mark.parametrize(("name", "index"), CASES)
def test_eager_interpreted_and_compiled_agree(name, index):
    sampling.check_executions(call_of(name, index))


@pytest.mark.parametrize(("name", "index"), CASES)
def test_first_order_gradient(name, index):
    sampling.check_first_order(call_of(name, index))


@pytest.mark.parametrize(("name", "index"), CASES)
def test_second_order_gradient(name, index):
    sampling.check_second_order(call_of(name, index))


@pytest.mark.parametrize("name", OPERATORS)
def test_docstring_has_an_example_that_runs(name):
    count, failures = sampling.run_examples(inspect.cleandoc(REGISTRY[name].__doc__ or ""), name)
    assert count, f"{name}: the docstring has no >>> example"
    assert not failures, failures
