"""The sweep: every operator of the registry against its samples. sampling.py says what is checked, and how to add one.

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
CHECKS = [
    sampling.check_rules,
    sampling.check_purity,
    sampling.check_executions,
    sampling.check_first_order,
    sampling.check_second_order,
]


@pytest.mark.parametrize("name", OPERATORS)
def test_operator_has_samples_of_several_shapes(name):
    found = sampling.samples_of(name)
    assert found, f"{name} has no samples: add them in tests/ops/samples_<family>.py"
    # of shapes and dtypes; an operator without inputs takes them from attributes
    variants = {(tuple(None if x is None else (x.shape, x.dtype) for x in s.inputs), repr(s.attrs)) for s in found}
    assert len(variants) >= 3, f"{name} has samples of {len(variants)} variants: it takes three"


def test_samples_name_operators():
    unknown = sorted(set(sampling.SAMPLES) - set(OPERATORS))
    assert not unknown, f"samples for what is no operator (an alias, perhaps): {unknown}"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
@pytest.mark.parametrize("name", OPERATORS)
def test_every_sample(name, check):
    for index, sample in enumerate(sampling.samples_of(name)):
        try:
            check(sampling.Call(REGISTRY[name], sample))
        except Exception as error:
            error.add_note(f"{name}, sample {index}: {sample}")
            raise


@pytest.mark.parametrize("name", OPERATORS)
def test_docstring_has_an_example_that_runs(name):
    count, failures = sampling.run_examples(inspect.cleandoc(REGISTRY[name].__doc__ or ""), name)
    assert count, f"{name}: the docstring has no >>> example"
    assert not failures, failures
