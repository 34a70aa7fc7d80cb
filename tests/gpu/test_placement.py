"""Graphs of which a part is on a GPU and a part on the CPU, or on two GPUs."""

import numpy as np
import pytest

import mxlearn as mx
from tests.test_placement import filled, network, numbers

GPU = mx.gpu(0)


@pytest.mark.parametrize("groups", [(mx.cpu(), GPU), (GPU, mx.cpu())], ids=["cpu first", "gpu first"])
def test_the_numbers_are_those_of_one_device(groups):
    first, second = groups
    one = filled(network().simple_bind(mx.cpu(), data=(8, 4)))
    two = filled(network().simple_bind(second, group2ctx={"first": first, "second": second}, data=(8, 4)))
    for executor in (one, two):
        executor.forward(is_train=True)
        executor.backward()
    assert two.arg_dict["fc1_weight"].context is first and two.outputs[0].context is second
    for kind in ("output_dict", "grad_dict", "aux_dict"):
        expected, found = numbers(getattr(one, kind)), numbers(getattr(two, kind))
        for name, value in expected.items():
            np.testing.assert_allclose(found[name], value, rtol=1e-4, atol=1e-5, err_msg=name)
