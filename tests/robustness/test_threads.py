"""Threads: each records, trains and predicts as if it were alone."""
import sys
import threading

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.gluon import nn

THREADS = 8
STEPS = 12


@pytest.fixture(autouse=True)
def frequent_switches():
    """Let threads take turns every microsecond, so that they meet in the middle of things."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def in_threads(work):
    """Return ``[work(0), work(1), ...]``, each computed in a thread of its own, all at once."""
    results, errors, start = [None] * THREADS, [], threading.Barrier(THREADS)

    def run(number):
        try:
            start.wait()
            results[number] = work(number)
        except BaseException as error:  # shown in the main thread
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


def network(number, hybridize):
    net = nn.HybridSequential(prefix=f"net{number}_")
    with net.name_scope():
        net.add(nn.Dense(6, activation="tanh"), nn.BatchNorm(), nn.Dense(2))
    net.initialize(mx.init.Constant(0.05 * (number + 1)))
    if hybridize:
        net.hybridize()
    return net


def train(number, hybridize):
    """Train a small network; return its parameters."""
    data = np.random.Generator(np.random.PCG64(number)).random((4, 3), "float32")
    net, loss_of = network(number, hybridize), gluon.loss.L2Loss()
    net(nd.array(data))
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    for _ in range(STEPS):
        with autograd.record():
            loss = loss_of(net(nd.array(data)), nd.ones((4, 2)))
        loss.backward()
        trainer.step(4)
    assert not autograd.is_recording()
    return {name: p.data().asnumpy() for name, p in net.collect_params().items()}


@pytest.mark.parametrize("hybridize", [False, True], ids=["eager", "hybridized"])
def test_threads_train_networks_of_their_own(hybridize):
    alone = [train(number, hybridize) for number in range(THREADS)]
    for expected, found in zip(alone, in_threads(lambda number: train(number, hybridize)), strict=True):
        assert list(found) == list(expected)
        for name in expected:
            np.testing.assert_array_equal(found[name], expected[name])


@pytest.mark.parametrize("hybridize", [False, True], ids=["eager", "hybridized"])
def test_threads_predict_with_one_network(hybridize):
    net = network(0, hybridize)
    batches = [nd.array(np.full((number % 3 + 1, 3), number, "float32")) for number in range(THREADS)]
    net(batches[0])
    expected = [net(batch).asnumpy() for batch in batches]
    if hybridize:
        net.hybridize()  # forgets what is compiled: now all threads compile at once

    def predict(number):
        return [net(batches[number]).asnumpy() for _ in range(STEPS)]

    for number, results in enumerate(in_threads(predict)):
        for result in results:
            np.testing.assert_array_equal(result, expected[number])


def test_threads_differentiate_through_one_network():
    net = network(0, hybridize=True)
    net(nd.ones((2, 3)))

    def gradient(number):
        x = nd.full((2, 3), 0.1 * number)
        x.attach_grad()
        for _ in range(STEPS):
            with autograd.record(train_mode=False):
                y = net(x).sum()
            (dx,) = autograd.grad([y], [x], train_mode=False)
        return dx.asnumpy()

    expected = [gradient(number) for number in range(THREADS)]
    for found, wanted in zip(in_threads(gradient), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_recording_in_one_thread_is_not_seen_by_others():
    inside = threading.Barrier(THREADS)

    def work(number):
        x = nd.ones((2,))
        x.attach_grad()
        if number % 2:
            with autograd.record():
                inside.wait()
                y = x * 2
                seen = autograd.is_recording()
        else:
            inside.wait()
            y = x * 2
            seen = autograd.is_recording()
        return seen, y._entry is not None

    assert in_threads(work) == [(bool(number % 2),) * 2 for number in range(THREADS)]


def test_contexts_scopes_and_names_are_those_of_each_thread():
    def work(number):
        with mx.cpu(number), mx.name.Prefix(f"t{number}_"), mx.AttrScope(group=str(number)):
            names = [mx.sym.relu(mx.sym.Variable("x")).name for _ in range(STEPS)]
            return nd.ones((1,)).context, names[-1], mx.sym.Variable("x").attr("group")

    expected = [(mx.cpu(number), f"t{number}_relu{STEPS - 1}", str(number)) for number in range(THREADS)]
    assert in_threads(work) == expected


def test_executors_of_one_symbol_run_side_by_side():
    x = mx.sym.Variable("x")
    symbol = mx.sym.FullyConnected(mx.sym.tanh(x), num_hidden=3, name="fc")

    def work(number):
        executor = symbol.simple_bind(mx.cpu(), x=(2, 4))
        for array in executor.arg_arrays:
            array[:] = 0.1 * (number + 1)
        for _ in range(STEPS):
            executor.forward(is_train=True)
            executor.backward([nd.ones((2, 3))])
        return executor.outputs[0].asnumpy(), executor.grad_dict["x"].asnumpy()

    expected = [work(number) for number in range(THREADS)]
    for found, wanted in zip(in_threads(work), expected, strict=True):
        np.testing.assert_array_equal(found[0], wanted[0])
        np.testing.assert_array_equal(found[1], wanted[1])
