"""Gluon on several devices: data parallel training, statistics of BatchNorm, recording across devices."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon
from mxlearn.base import ContextError

RNG = np.random.default_rng(8)
X = RNG.normal(size=(12, 3)).astype("float32")
Y = RNG.normal(size=(12, 2)).astype("float32")


def contexts(count):
    return [mx.cpu(i) for i in range(count)]


def network(count, norm=False):
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Dense(4, in_units=3, activation="tanh"))
    if norm:
        net.add(gluon.nn.BatchNorm(in_channels=4))
    net.add(gluon.nn.Dense(2, in_units=4))
    net.initialize(mx.init.Xavier(), ctx=contexts(count))
    random = np.random.default_rng(9)
    for parameter in net.collect_params(".*weight").values():
        parameter.set_data(mx.nd.array(random.normal(size=parameter.shape)))
    return net


def train(net, count, steps=4, hybridize=False, optimizer="adam", **options):
    if hybridize:
        net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": 0.05}, **options)
    loss = gluon.loss.L2Loss()
    for _ in range(steps):
        parts = [gluon.utils.split_and_load(array, contexts(count)) for array in (X, Y)]
        with autograd.record():
            losses = [loss(net(x), y) for x, y in zip(*parts, strict=True)]
        for each in losses:
            each.backward()
        trainer.step(len(X))
    return net


def weights(net, ctx):
    return [parameter.data(ctx).asnumpy() for parameter in net.collect_params().values()]


@pytest.mark.parametrize("hybridize", [False, True])
@pytest.mark.parametrize("options", [{}, {"kvstore": "local"}, {"optimizer": "sgd"}])
def test_two_and_three_contexts_give_what_one_gives(hybridize, options):
    expected = weights(train(network(1), 1, hybridize=hybridize, **options), mx.cpu(0))
    for count in (2, 3):
        net = train(network(count), count, hybridize=hybridize, **options)
        copies = [weights(net, ctx) for ctx in contexts(count)]
        for copy in copies[1:]:
            assert all((a == b).all() for a, b in zip(copies[0], copy, strict=True))
        for found, wanted in zip(copies[0], expected, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-6)


def test_each_context_has_its_own_statistics_after_the_first_step():
    net = network(2, norm=True)
    hidden = [net[0](x).asnumpy().mean(axis=0) for x in gluon.utils.split_and_load(X, contexts(2))]
    train(net, 2, steps=1)
    means = [net[1].running_mean.data(ctx).asnumpy() for ctx in contexts(2)]
    np.testing.assert_allclose(means[0], 0.1 * hidden[0], rtol=1e-5)
    assert (means[0] == means[1]).all()  # the first step hands out what the first context has, as in MXNet
    train(net, 2, steps=1)
    assert (net[1].running_mean.data(mx.cpu(0)).asnumpy() == net[1].running_mean.data(mx.cpu(1)).asnumpy()).all()


def test_statistics_part_after_that():
    net = network(2, norm=True)
    train(net, 2, steps=3)
    means = [net[1].running_mean.data(ctx).asnumpy() for ctx in contexts(2)]
    assert (means[0] != means[1]).any()


def test_a_tape_may_run_over_devices():
    x = mx.nd.array([1, 2], ctx=mx.cpu(0))
    x.attach_grad()
    with autograd.record():
        y = (x * x).as_in_context(mx.cpu(1))
        z = (y * 3).copyto(mx.cpu(2))
    z.backward()
    assert z.context == mx.cpu(2)
    assert (x.grad.context, x.grad.asnumpy().tolist()) == (mx.cpu(0), [6, 12])


def test_data_must_be_where_the_parameters_are():
    net = network(2)
    with pytest.raises(ContextError, match=r"was not initialized on cpu\(5\); it is on cpu\(0\), cpu\(1\)"):
        net(mx.nd.ones((1, 3), ctx=mx.cpu(5)))


def test_parts_of_a_batch_that_does_not_divide_evenly():
    parts = gluon.utils.split_and_load(np.arange(10), contexts(3), even_split=False)
    assert [part.asnumpy().tolist() for part in parts] == [[0, 1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert [part.context for part in parts] == contexts(3)


def test_parameters_are_read_onto_the_contexts_that_are_asked_for(tmp_path):
    path = str(tmp_path / "net.params")
    net = train(network(3, norm=True), 3, steps=2)
    net.save_parameters(path)
    other = gluon.nn.HybridSequential()
    other.add(gluon.nn.Dense(4, activation="tanh"), gluon.nn.BatchNorm(), gluon.nn.Dense(2))
    other.load_parameters(path, ctx=[mx.cpu(4), mx.cpu(1)])
    assert other[0].weight.list_ctx() == [mx.cpu(4), mx.cpu(1)]
    mean = np.mean([net[1].running_mean.data(ctx).asnumpy() for ctx in contexts(3)], axis=0)
    np.testing.assert_allclose(other[1].running_mean.data(mx.cpu(4)).asnumpy(), mean, rtol=1e-5)
