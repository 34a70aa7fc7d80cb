"""Gradients handed over on a GPU: the array of attach_grad() takes the new memory where nobody can tell."""

import numpy as np

import mxlearn as mx
from mxlearn import autograd

GPU = mx.gpu(0)


def differentiated(x, factor):
    """Let x.grad be 2 * factor * x."""
    with autograd.record():
        y = x * x * factor
    y.backward()
    return x.grad


def test_a_gradient_takes_the_memory_that_it_was_computed_in(cupy):
    x = mx.nd.array([1, 2, 3], ctx=GPU)
    x.attach_grad()
    grad, before = x.grad, x.grad._data
    address = before.data.ptr
    del before
    assert differentiated(x, 1) is grad
    assert grad._data.data.ptr != address
    assert grad.asnumpy().tolist() == [2, 4, 6]


def test_a_view_of_a_gradient_sees_the_new_values(cupy):
    x = mx.nd.array([1, 2, 3], ctx=GPU)
    x.attach_grad()
    view = x.grad[1:]
    differentiated(x, 1)
    assert view.asnumpy().tolist() == [4, 6]


def test_two_variables_never_share_a_gradient(cupy):
    x, y = (mx.nd.array([1.0, 2.0], ctx=GPU) for _ in range(2))
    for array in (x, y):
        array.attach_grad()
    with autograd.record():
        z = x + y
    z.backward()
    x.grad[:] = 7
    assert y.grad.asnumpy().tolist() == [1, 1]


def test_gradients_that_add_up_stay_where_they_are(cupy):
    x = mx.nd.array([1, 2], ctx=GPU)
    x.attach_grad("add")
    address = x.grad._data.data.ptr
    for _ in range(3):
        differentiated(x, 1)
    assert x.grad._data.data.ptr == address
    np.testing.assert_array_equal(x.grad.asnumpy(), [6, 12])


def test_a_gradient_from_another_device_is_copied(cupy, second_gpu):
    x = mx.nd.array([1, 2], ctx=GPU)
    x.attach_grad()
    with autograd.record():
        y = (x.as_in_context(second_gpu) * 3).as_in_context(GPU)
    y.backward()
    assert x.grad.context == GPU and x.grad._data.device.id == 0
    assert x.grad.asnumpy().tolist() == [3, 3]
