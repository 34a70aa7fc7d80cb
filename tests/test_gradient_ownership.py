"""Gradients belong to whoever asked for them: writing into one changes no other array."""
import pytest

import mxlearn as mx


@pytest.mark.parametrize("create_graph", [False, True])
def test_gradients_returned_by_grad_share_no_memory(create_graph):
    x, y, head_grad = mx.nd.ones(3), mx.nd.ones(3), mx.nd.ones(3)
    x.attach_grad()
    y.attach_grad()
    with mx.autograd.record():
        z = x + y  # both gradients are the head gradient itself
        dx, dy = mx.autograd.grad([z], [x, y], head_grads=[head_grad], create_graph=create_graph, retain_graph=True)
    dx[:] = 7
    assert dy.asnumpy().tolist() == [1, 1, 1]
    assert head_grad.asnumpy().tolist() == [1, 1, 1]


def test_gradients_stored_by_backward_share_no_memory():
    x, y = mx.nd.ones(3), mx.nd.ones(3)
    x.attach_grad()
    y.attach_grad()
    with mx.autograd.record():
        z = x + y
    z.backward()
    x.grad[:] = 7
    assert y.grad.asnumpy().tolist() == [1, 1, 1]
