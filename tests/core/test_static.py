"""Programs that keep their memory: what they may keep, what stays the caller's, and that it does not grow."""
import gc
import threading
import tracemalloc

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.core.graph import Node
from mxlearn.core.passes import PASSES, Graph, preallocate, run
from mxlearn.core.training import infer_all
from mxlearn.gluon import nn
from mxlearn.symbol import Variable


def network(**flags):
    mx.random.seed(3)
    net = nn.HybridSequential()
    net.add(nn.Dense(16, "relu"), nn.Dense(12, "tanh"), nn.Dense(5))
    net.initialize(mx.init.Xavier())
    net(data())
    net.hybridize(**flags)
    return net


def data(seed=0, batch=8):
    return nd.array(np.random.default_rng(seed).normal(size=(batch, 7)))


def planned(symbol, **shapes):
    """Return the graph of a symbol after all passes, and the name of the block that each node is written into."""
    nodes = [node for node in symbol._nodes() if node.op is None]
    found, types = infer_all(
        symbol._entries, {n: shapes[n.name] for n in nodes}, {n: np.dtype("float32") for n in nodes}
    )
    graph = Graph(symbol._entries, np, False, found, types)
    run(graph, PASSES)
    preallocate(graph)
    return graph, {node.name: block for node, block in graph.placed.items()}


# -- the plan ----------------------------------------------------------------------------------------------------------
def dense(x, units, name):
    return mx.sym.FullyConnected(x, num_hidden=units, no_bias=True, name=name)


def test_a_block_is_taken_again_when_nothing_reads_what_lies_in_it():
    x = Variable("x")
    y = dense(dense(dense(dense(x, 6, "a"), 6, "b"), 6, "c"), 2, "d")
    shapes = {"x": (4, 3), "a_weight": (6, 3), "b_weight": (6, 6), "c_weight": (6, 6), "d_weight": (2, 6)}
    graph, blocks = planned(y, **shapes)
    assert blocks["a"] == blocks["c"] != blocks["b"]
    assert "d" not in blocks  # the caller keeps it
    assert graph.blocks == [4 * 6 * 4, 4 * 6 * 4]  # bytes


def test_a_value_that_is_read_later_keeps_its_block():
    x = Variable("x")
    a = dense(x, 3, "a")
    y = dense(dense(a, 3, "b"), 3, "c") * 1.0 + a
    shapes = {"x": (4, 3), "a_weight": (3, 3), "b_weight": (3, 3), "c_weight": (3, 3), "d_weight": (2, 3)}
    _, blocks = planned(dense(y, 2, "d"), **shapes)
    assert blocks["a"] not in (blocks["b"], blocks["c"])


def test_what_a_returned_value_may_be_a_view_of_is_the_callers():
    x = Variable("x")
    y = mx.sym.expand_dims(dense(x, 6, "a"), axis=0)
    _, blocks = planned(y, x=(4, 3), a_weight=(6, 3))
    assert blocks == {}


def test_a_view_keeps_the_memory_that_it_shows():
    x = Variable("x")
    a = dense(x, 6, "a")
    shown = mx.sym.expand_dims(a, axis=0, name="shown")
    later = dense(dense(x, 6, "b"), 6, "c")
    y = dense(mx.sym.broadcast_add(shown, mx.sym.exp(later)), 2, "d")
    _, blocks = planned(y, x=(4, 3), a_weight=(6, 3), b_weight=(6, 3), c_weight=(6, 6), d_weight=(2, 24))
    assert blocks["a"] not in (blocks["b"], blocks["c"])


def test_the_program_names_its_buffers():
    net = network(static_alloc=True)
    net(data())
    (program,) = net.cached_op._programs.values()
    lines = program.source.splitlines()
    assert lines[0].endswith("*, rng=None, buffers):") and lines[1] == "    buffer0, buffer1 = buffers"
    assert "flatten=True, out=buffer0)  # (8, 16)" in lines[2] and lines[3].endswith("out=dense0_fwd)  # (8, 16)")
    assert program.node_at(3).name.endswith("dense0_fwd")


def test_without_static_alloc_a_program_keeps_nothing():
    net = network()
    net(data())
    (program,) = net.cached_op._programs.values()
    assert not program.static and "buffer" not in program.source


# -- what the caller keeps ---------------------------------------------------------------------------------------------
def test_outputs_that_are_kept_never_change():
    net, eager = network(static_alloc=True), network(active=False)
    kept = [net(data(seed)) for seed in range(5)]
    for seed, out in enumerate(kept):
        assert np.array_equal(out.asnumpy(), eager(data(seed)).asnumpy())


def test_gradients_that_are_kept_never_change():
    net = network(static_alloc=True)
    x = data()
    x.attach_grad()
    kept = []
    for scale in (1.0, 2.0):
        with autograd.record():
            y = net(x)
        kept.append(autograd.grad(y, x, nd.full(y.shape, scale))[0])
    assert np.allclose(kept[1].asnumpy(), 2 * kept[0].asnumpy()) and kept[0].asnumpy().any()


def gradients_of(net, seeds, order):
    """Record several calls of one network before any of them goes backward; return the gradients of each."""
    inputs = [data(seed) for seed in seeds]
    outputs = []
    for x in inputs:
        x.attach_grad()
        with autograd.record():
            outputs.append((net(x) ** 2).sum())
    found = {}
    for i in order:
        outputs[i].backward()
        found[i] = [inputs[i].grad.asnumpy(), *(p.grad().asnumpy() for p in net.collect_params().values())]
    return [found[i] for i in range(len(seeds))]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_recordings_that_overlap_do_not_share_memory(order):
    net, eager = network(static_alloc=True), network(active=False)
    for ours, expected in zip(gradients_of(net, range(3), order), gradients_of(eager, range(3), order), strict=True):
        for a, b in zip(ours, expected, strict=True):
            assert np.allclose(a, b, rtol=1e-5, atol=1e-6)


def test_a_tape_that_is_retained_can_go_backward_again_after_other_calls():
    net = network(static_alloc=True)
    x, other = data(1), data(2)
    x.attach_grad()
    with autograd.record():
        y = net(x).sum()
    y.backward(retain_graph=True)
    first = x.grad.asnumpy()
    with autograd.record():
        net(other).sum().backward()
    net(other)
    y.backward()
    assert np.array_equal(x.grad.asnumpy(), first)


def test_a_tape_that_is_dropped_gives_its_memory_back():
    net = network(static_alloc=True)
    x = data()
    for _ in range(5):
        with autograd.record():
            y = net(x)
    del y
    gc.collect()
    (graph,) = net.cached_op._training.values()
    assert len(graph.forward._spare) <= 2  # one lives while the next is made


def test_threads_that_call_one_network_do_not_share_memory():
    net, eager = network(static_alloc=True), network(active=False)
    expected = [eager(data(seed)).asnumpy() for seed in range(4)]
    net(data())
    wrong = []

    def call(seed):
        for _ in range(50):
            if not np.array_equal(net(data(seed)).asnumpy(), expected[seed]):
                wrong.append(seed)

    threads = [threading.Thread(target=call, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_an_error_in_a_program_leaves_it_usable():
    net = network(static_alloc=True)
    expected = net(data()).asnumpy()
    with pytest.raises(mx.MXNetError):
        net(nd.ones((8, 9)))
    assert np.array_equal(net(data()).asnumpy(), expected)


# -- memory over many steps --------------------------------------------------------------------------------------------
def lenet():
    net = nn.HybridSequential()
    net.add(nn.Conv2D(2, 3, activation="relu"), nn.MaxPool2D(2, 2), nn.Flatten(), nn.Dense(10, "relu"), nn.Dense(4))
    return net


@pytest.mark.parametrize("flags", [{"active": False}, {"static_alloc": True, "static_shape": True}])
def test_memory_is_flat_over_a_thousand_steps(flags):
    net, loss_of = lenet(), gluon.loss.SoftmaxCrossEntropyLoss()
    net.initialize()
    net.hybridize(**flags)
    loss_of.hybridize(**flags)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    x, y = nd.ones((4, 1, 8, 8)), nd.array([0, 1, 2, 3])

    def step():
        with autograd.record():
            loss = loss_of(net(x), y)
        loss.backward()
        trainer.step(4)

    def used():
        gc.collect()
        return tracemalloc.get_traced_memory()[0], sum(isinstance(o, (Node, nd.NDArray)) for o in gc.get_objects())

    for _ in range(20):
        step()
    tracemalloc.start()
    try:
        step()
        bytes_before, arrays_before = used()
        peaks = []
        for steps in (10, 990):
            tracemalloc.reset_peak()
            for _ in range(steps):
                step()
            peaks.append(tracemalloc.get_traced_memory()[1])
        bytes_after, arrays_after = used()
    finally:
        tracemalloc.stop()
    assert arrays_after == arrays_before
    assert bytes_after - bytes_before < 16_000  # a thousand steps of 100 bytes each would be more
    assert peaks[1] - peaks[0] < 1_000_000  # Python itself keeps some tuples for later, until gc.collect()
