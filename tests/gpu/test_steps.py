"""The backward pass as steps, on a GPU: equal to backward(), shown in arrays of the host, checked on the CPU."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.gluon import nn
from mxlearn.inspection import backward_steps

GPU = mx.gpu(0)


@pytest.mark.parametrize("hybrid", [False, True])
def test_the_ends_are_what_backward_writes_on_the_gpu(hybrid):
    net = nn.HybridSequential()
    net.add(nn.Dense(5, activation="relu"), nn.Dense(3))
    net.initialize(mx.init.Xavier(), ctx=GPU)
    if hybrid:
        net.hybridize()
    x, label = nd.array(np.linspace(-1, 1, 24).reshape(6, 4), ctx=GPU), nd.array([0, 1, 2, 0, 1, 2], ctx=GPU)
    with autograd.record():
        loss = gluon.loss.SoftmaxCELoss()(net(x), label)
    passed = backward_steps(loss, net, names={"x": x})
    loss.backward()
    for parameter in net.collect_params().values():
        end = passed.steps[passed.find(parameter.name)]
        assert isinstance(end.contribution, np.ndarray)
        assert end.contribution.tobytes() == parameter.grad(GPU).asnumpy().tobytes()
        assert end.check.verdict == "agrees", end.check


def test_a_tape_over_two_contexts():
    w = nd.array([1, 2, 3], ctx=mx.cpu())
    w.attach_grad()
    with autograd.record():
        loss = (w * w).as_in_context(GPU).sum()
    passed = backward_steps(loss, {"w": w})
    loss.backward()
    assert passed.steps[-1].contribution.tobytes() == w.grad.asnumpy().tobytes()
