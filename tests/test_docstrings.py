"""The examples in docstrings run and print what they say. Those of operators are run by the sweep in tests/ops."""
import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import mxlearn as mx

OPERATORS = ("mxlearn.ops",)  # their examples leave out the blank line that MXNet prints before an array


class HandWritten(doctest.DocTestFinder):
    """Leaves out functions and methods that were made from operators: a module holds those that somebody has used."""

    def _from_module(self, module, object):
        return not hasattr(object, "operator") and super()._from_module(module, object)


def module_names() -> list[str]:
    names = [info.name for info in pkgutil.walk_packages(mx.__path__, "mxlearn.")]
    return [name for name in names if not name.startswith(OPERATORS) and not name.endswith("__main__")]


@pytest.mark.parametrize("name", module_names())
def test_examples_of_a_module_print_what_they_say(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    finder = HandWritten(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    for test in finder.find(module, name, extraglobs={"mx": mx, "np": np}):
        if test.examples:
            mx.random.seed(0)
            runner.run(test)
    assert runner.summarize(verbose=False).failed == 0
