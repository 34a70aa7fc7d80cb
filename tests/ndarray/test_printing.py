"""The printed form, as MXNet 1.9.1 prints it."""
import numpy as np
import pytest

import mxlearn as mx


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: mx.nd.array([1, 2]), "\n[1. 2.]\n<NDArray 2 @cpu(0)>"),
        (lambda: mx.nd.array([[1.5, 2], [3, 4]]), "\n[[1.5 2. ]\n [3.  4. ]]\n<NDArray 2x2 @cpu(0)>"),
        (lambda: mx.nd.array([1, 2], dtype="int32", ctx=mx.cpu(1)), "\n[1 2]\n<NDArray 2 @cpu(1)>"),
        (lambda: mx.nd.array([True, False], dtype="bool"), "\n[ True False]\n<NDArray 2 @cpu(0)>"),
        (lambda: mx.nd.zeros((0, 3)), "\n[]\n<NDArray 0x3 @cpu(0)>"),
        (lambda: mx.nd.array([[[1e-10]]]), "\n[[[1.e-10]]]\n<NDArray 1x1x1 @cpu(0)>"),
        (lambda: mx.nd.array([np.nan, np.inf]), "\n[nan inf]\n<NDArray 2 @cpu(0)>"),
    ],
)
def test_elements_shape_and_context(make, text):
    assert repr(make()) == str(make()) == text


def test_long_arrays_are_shortened_as_numpy_shortens_them():
    text = str(mx.nd.arange(2000))
    assert text.startswith("\n[0.000e+00 1.000e+00") and " ... " in text
    assert text.endswith("\n<NDArray 2000 @cpu(0)>")


def test_the_print_options_of_numpy_count():
    with np.printoptions(precision=2):
        assert "[3.14]" in str(mx.nd.array([3.14159]))


def test_formats_of_one_element_and_of_many():
    assert f"{mx.nd.array([2.5]):.3f}" == "2.500"
    assert f"{mx.nd.array([2.5])}" == "\n[2.5]\n<NDArray 1 @cpu(0)>"
    assert f"{mx.nd.array([1, 2])}" == "\n[1. 2.]\n<NDArray 2 @cpu(0)>"
