"""mx.contrib: the places and functions of old programs."""
import subprocess
import sys

import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError
from mxlearn.contrib import autograd as old


def test_operators_are_those_of_the_present_place():
    assert mx.contrib.nd.MultiBoxPrior is mx.nd.contrib.MultiBoxPrior
    assert mx.contrib.symbol.MultiBoxPrior is mx.sym.contrib.MultiBoxPrior
    assert "box_nms" in dir(mx.contrib.ndarray)


def test_programs_import_from_the_old_places():
    program = "from mxnet.contrib.ndarray import MultiBoxPrior; from mxnet.contrib import autograd, sym; print(1)"
    command = [sys.executable, "-c", f"import mxlearn.compat; mxlearn.compat.install(); {program}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1\n"


def test_gradients_and_value_of_a_function():
    gradients, value = old.grad_and_loss(lambda x, y: x * x * y)(mx.nd.array([3.0]), mx.nd.array([2.0]))
    assert ([g.asscalar() for g in gradients], value.asscalar()) == ([12, 9], 18)
    (only,) = old.grad(lambda x, y: x * y, argnum=1)(mx.nd.array([3.0]), mx.nd.array([2.0]))
    assert only.asscalar() == 3
    assert [g.asscalar() for g in old.grad(lambda x: [x, x * x])(mx.nd.array([3.0]))] == [7]


def test_sections():
    with old.train_section():
        assert (mx.autograd.is_training(), mx.autograd.is_recording()) == (True, True)
        with old.test_section():
            assert (mx.autograd.is_training(), mx.autograd.is_recording()) == (False, False)
    assert old.set_is_training(True) is False
    assert mx.autograd.is_recording()
    assert old.set_is_training(False) is True


def test_what_is_no_array_is_refused():
    with pytest.raises(ArgumentError, match="only NDArrays have gradients. Received: int"):
        old.grad(lambda x: x)(3)
    with pytest.raises(ArgumentError, match="list or tuple"):
        old.backward(mx.nd.ones(1))


@pytest.mark.parametrize("name", ["onnx", "text", "quantization", "tensorboard", "amp"])
def test_what_is_not_here_says_what_to_do(name):
    with pytest.raises(AttributeError, match=f"no attribute '{name}'. [A-Z]"):
        getattr(mx.contrib, name)
