"""A gradient reaches its array without a copy where nobody can tell, and by a copy where somebody could."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.ndarray.handover import SMALL, exchange

LARGE = (SMALL // 4,)  # elements of float32: just large enough not to be copied


def target_and_holder(shape=LARGE):
    return mx.nd.zeros(shape), [np.ones(shape, "float32")]


def test_an_array_takes_over_memory_that_nothing_else_refers_to():
    target, holder = target_and_holder()
    address = holder[0].__array_interface__["data"][0]
    assert exchange(target, holder)
    assert target._data.__array_interface__["data"][0] == address and target.asnumpy().min() == 1


@pytest.mark.parametrize(
    ("what", "spoil"),
    [
        ("a name for the new array", lambda target, holder: holder[0]),
        ("a view of the new array", lambda target, holder: holder[0][:3]),
        ("a name for the old array", lambda target, holder: target._data),
        ("a view of the old array", lambda target, holder: target[:3]),
        ("another NDArray of the same memory", lambda target, holder: mx.nd.NDArray(target)),
        ("a view instead of an array", lambda target, holder: holder.append(holder.pop().reshape(2, -1).reshape(-1))),
        ("another dtype", lambda target, holder: holder.append(holder.pop().astype("float64"))),
        ("another shape", lambda target, holder: holder.append(np.ones((2, *LARGE), "float32") + holder.pop())),
        ("another order", lambda target, holder: holder.append(np.asfortranarray(holder.pop().reshape(2, -1)))),
    ],
)
def test_nothing_changes_where_somebody_could_tell(what, spoil):
    target, holder = target_and_holder()
    kept = spoil(target, holder)
    assert not exchange(target, holder)
    assert target.asnumpy().max() == 0
    del kept


def test_what_is_small_is_left_to_be_copied():
    assert not exchange(*target_and_holder((8,)))


def network():
    x, w = mx.nd.ones((4, 512)), mx.nd.ones((64, 512))
    w.attach_grad()

    def step(scale=1.0):
        with mx.autograd.record():
            loss = (mx.nd.FullyConnected(x * scale, w, num_hidden=64, no_bias=True)).sum()
        loss.backward()

    return w, step


def test_a_gradient_array_stays_the_same_object_and_its_views_see_each_step():
    w, step = network()
    gradient, row = w.grad, w.grad[0]
    for scale in (1.0, 2.0, 3.0):
        step(scale)
        assert w.grad is gradient
        assert gradient.asnumpy().max() == row.asnumpy().min() == 4 * scale


def test_a_copy_of_an_earlier_gradient_keeps_its_values():
    w, step = network()
    step()
    before, host = w.grad.copy(), w.grad.asnumpy()
    step(5.0)
    assert before.asnumpy().max() == host.max() == 4 and w.grad.asnumpy().min() == 20


def test_added_gradients_add_up():
    w, step = network()
    w.attach_grad("add")
    step()
    step(2.0)
    assert w.grad.asnumpy().min() == w.grad.asnumpy().max() == 12


def test_gradients_that_are_one_array_are_given_to_each_variable_apart():
    x, y = mx.nd.ones(LARGE), mx.nd.ones(LARGE)
    x.attach_grad()
    y.attach_grad()
    with mx.autograd.record():
        z = x + y
    z.backward()
    x.grad[:] = 7
    assert y.grad.asnumpy().max() == 1


def test_an_executor_hands_its_gradients_over():
    x = mx.sym.Variable("x")
    executor = mx.sym.FullyConnected(x, num_hidden=64, no_bias=True, name="fc").simple_bind(mx.cpu(), x=(4, 512))
    gradient, row = executor.grad_dict["fc_weight"], executor.grad_dict["fc_weight"][0]
    for scale in (1, 2):
        executor.forward(is_train=True, x=mx.nd.full((4, 512), scale))
        executor.backward(mx.nd.ones((4, 64)))
        assert executor.grad_dict["fc_weight"] is gradient
        assert gradient.asnumpy().max() == row.asnumpy().min() == 4 * scale
