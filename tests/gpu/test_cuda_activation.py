"""The kernels of activation functions against their references."""

import numpy as np
import pytest

from mxlearn.kernels import activation, cuda

from .agreement import DTYPES, close, numbers

VALUES = [0.0, -0.0, 1.0, -30.0, 30.0, -200.0, 200.0, np.nan]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["sigmoid", "softplus"])
def test_smooth_functions(xp, name, dtype):
    data = np.concatenate([numbers(300, dtype), np.array(VALUES, dtype)])
    got = getattr(activation, name)(xp, xp.asarray(data))
    close(got, getattr(activation, name)(np, data.astype("float64" if dtype == "float64" else "float32")), 2)


def test_sigmoid_writes_where_it_is_told(xp):
    data, out = xp.asarray(numbers(10, "float32")), xp.zeros(10, "float32")
    assert activation.sigmoid(xp, data, out) is out
    close(out, activation.sigmoid(np, data.get().astype("float64")))


@pytest.mark.parametrize("dtype", DTYPES)
def test_gradient_of_relu(xp, dtype):
    out, grad = np.maximum(numbers((7, 50), dtype), 0), numbers((7, 50), dtype, 1)
    got = cuda.relu_gradient(xp, xp.asarray(grad), xp.asarray(out))
    np.testing.assert_array_equal(got.get(), np.where(out > 0, grad, 0))
    np.testing.assert_array_equal(activation.relu_gradient(np, grad, out), np.where(out > 0, grad, 0))
