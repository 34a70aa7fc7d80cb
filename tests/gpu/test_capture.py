"""Hybridized programs as CUDA graphs: what is captured, that replays compute what eager code computes, what is refused.

On the stand-in a capture writes down calls and takes back what they did, see standin/capture: a program that reads an
array which moved, or hands out memory that the next replay writes over, gives other numbers than eager code there too.
"""

import sys
import threading

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.core import capture
from mxlearn.core.graph import Node
from mxlearn.core.operator import Operator
from mxlearn.gluon import nn
from mxlearn.kernels import cublas
from mxlearn.kernels.cudnn import library

from .standin import cublas as standin
from .standin import cudnn as standin_cudnn

GPU = mx.gpu(0)


@pytest.fixture(autouse=True)
def products(on_standin, cupy, monkeypatch):
    """cuBLAS, or its stand-in."""
    if not on_standin:
        yield
        return
    fake = standin.Fake()
    monkeypatch.setattr(cublas, "_library", cublas.Library(fake))
    monkeypatch.setattr(cublas, "_reason", "")
    yield
    if fake.errors:
        raise fake.errors[0]


@pytest.fixture
def launches(on_standin, cupy, monkeypatch):
    """How often a graph was launched, and how often one was captured."""
    counts = {"launched": 0, "captured": 0}
    launch, init = capture.Graph.launch, capture.Graph.__init__

    def counted_launch(self, values):
        counts["launched"] += 1
        return launch(self, values)

    def counted_init(self, *args):
        init(self, *args)
        counts["captured"] += 1

    monkeypatch.setattr(capture.Graph, "launch", counted_launch)
    monkeypatch.setattr(capture.Graph, "__init__", counted_init)
    return counts


def mlp(*extra):
    net = nn.HybridSequential()
    net.add(nn.Dense(8, activation="relu"), *extra, nn.Dense(3))
    return net


def made(net, inputs=5, **flags):
    """Return the network on the GPU, with the same parameters each time."""
    mx.random.seed(3)
    net.initialize(mx.init.Xavier(), ctx=GPU)
    net(nd.ones((2, inputs), ctx=GPU))
    if flags:
        net.hybridize(**flags)
    return net


STATIC = {"static_alloc": True, "static_shape": True}


def batches(count, shape=(4, 5), seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield (
            nd.array(rng.normal(size=shape).astype("float32"), ctx=GPU),
            nd.array(rng.integers(0, 3, shape[0]), ctx=GPU),
        )


def train(net, steps, **arguments):
    """Return the loss of each step and the parameters at the end."""
    trainer = gluon.Trainer(net.collect_params(), "sgd", arguments or {"learning_rate": 0.05, "momentum": 0.9})
    loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
    losses = []
    for x, y in batches(steps):
        with autograd.record():
            loss = loss_of(net(x), y)
        loss.backward()
        trainer.step(x.shape[0])
        losses.append(loss)
    return [each.mean().item() for each in losses], [p.data().asnumpy() for p in net.collect_params().values()]


def program_of(net, training=True):
    """Return the one program of a network, for training or for prediction."""
    ((cached, *_),) = net._cached_ops.values()
    found = cached._training if training else cached._programs
    (program,) = found.values()
    return program


def test_a_thousand_steps_are_those_of_eager_code(launches):
    plain = train(made(mlp()), 1000)
    assert launches == {"launched": 0, "captured": 0}
    net = made(mlp(), **STATIC)
    captured = train(net, 1000)
    graph = program_of(net)
    assert graph.forward.capture.state == graph.backward.capture.state == "captured as a CUDA graph"
    assert launches["launched"] == 2 * (1000 - capture.WARM_UP)
    assert launches["captured"] < 10
    for ours, theirs in zip(captured, plain, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


def test_outputs_stay_what_they_are(launches):
    net = made(mlp(), **STATIC)
    given = [x for x, _ in batches(8)]
    outputs = [net(x) for x in given]
    assert launches["launched"] == 8 - capture.WARM_UP
    net.hybridize(False)
    for x, out in zip(given, outputs, strict=True):
        np.testing.assert_allclose(out.asnumpy(), net(x).asnumpy(), rtol=1e-5, atol=1e-6)


def test_two_recordings_at_a_time_keep_their_values_apart(launches):
    net = made(mlp(), **STATIC)
    weight = next(iter(net.collect_params().values()))
    pairs = [[x for x, _ in batches(2, seed=seed)] for seed in range(6)]

    def gradient(first, second):
        with autograd.record():
            total = (net(first) * 2).sum() + net(second).sum()
        total.backward()
        return weight.grad().asnumpy()

    found = [gradient(*pair) for pair in pairs]
    assert launches["launched"] > 0
    net.hybridize(False)
    for pair, ours in zip(pairs, found, strict=True):
        np.testing.assert_allclose(ours, gradient(*pair), rtol=1e-4, atol=1e-6)


def test_moving_averages_are_written_by_the_graph(launches):
    found = []
    for flags in ({}, STATIC):
        net = made(mlp(nn.BatchNorm(momentum=0.5)), **flags)
        train(net, 12)
        found.append({name: p.data().asnumpy() for name, p in net._collect_params_with_prefix().items()})
    assert launches["launched"] > 0
    for name, value in found[0].items():
        np.testing.assert_allclose(found[1][name], value, rtol=2e-3, atol=1e-5, err_msg=name)


def test_an_input_that_moves_is_copied_from_then_on(launches):
    net = made(mlp(), **STATIC)
    same = nd.ones((4, 5), ctx=GPU)
    for _ in range(4):
        net(same)
    assert launches["captured"] == 1
    kept = [x for x, _ in batches(4)]
    outputs = [net(x).asnumpy() for x in kept]
    assert launches["captured"] == 2
    net.hybridize(False)
    for x, out in zip(kept, outputs, strict=True):
        np.testing.assert_allclose(out, net(x).asnumpy(), rtol=1e-5, atol=1e-6)


def test_another_order_of_axes_at_the_same_place_is_noticed(launches):
    net = nn.HybridLambda(lambda F, x: F.exp(x) + x)
    net.hybridize(**STATIC)
    square = nd.array(np.arange(9.0).reshape(3, 3) / 9, ctx=GPU)
    turned = square.T
    for _ in range(4):
        net(square)
    np.testing.assert_allclose(net(turned).asnumpy(), np.exp(turned.asnumpy()) + turned.asnumpy(), rtol=1e-5)


def test_programs_without_the_flags_are_never_captured(launches):
    for flags in ({"static_alloc": False}, {"static_alloc": True}):
        net = made(mlp(), **flags)
        train(net, 5)
        assert program_of(net).forward.capture is None
    assert launches["captured"] == 0


def test_a_cpu_captures_nothing(launches):
    net = mlp()
    net.initialize()
    net.hybridize(**STATIC)
    for _ in range(5):
        net(nd.ones((2, 5)))
    assert program_of(net, training=False).capture is None


def test_an_executor_is_captured_and_says_so(launches):
    x = mx.sym.Variable("data")
    symbol = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(x, num_hidden=3, name="fc"), name="softmax")
    found = []
    for ctx in (mx.cpu(), GPU):
        executor = symbol.simple_bind(ctx, data=(4, 5))
        rng = np.random.default_rng(0)
        for name, array in executor.arg_dict.items():
            array[:] = rng.normal(size=array.shape) if name != "softmax_label" else [0, 1, 2, 0]
        for _ in range(6):
            out = executor.forward(is_train=True)[0].asnumpy()
            executor.backward()
            for name in ("fc_weight", "fc_bias"):
                executor.arg_dict[name][:] -= 0.1 * executor.grad_dict[name]
        found.append((out, executor.arg_dict["fc_weight"].asnumpy()))
    assert launches["launched"] == 2 * (6 - capture.WARM_UP)
    assert "# forward: captured as a CUDA graph" in executor.debug_str()
    for ours, theirs in zip(found[1], found[0], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


@pytest.fixture(params=["cuDNN", "own kernels"])
def tier(request, on_standin, cupy, monkeypatch):
    """Convolutions by cuDNN, or by mxlearn's own kernels; on the stand-in both."""
    if request.param == "own kernels":
        monkeypatch.setattr(library, "_state", library.State(None, "switched off for a test"))
        yield request.param
        return
    if not on_standin:
        yield request.param
        return
    fake = standin_cudnn.Fake()
    monkeypatch.setattr(library, "_library", library.Library(fake))
    monkeypatch.setattr(library, "_state", library.State("9.12.0", ""))
    yield request.param
    sys.modules["mxlearn.kernels.cudnn.convolution"].forget()
    if fake.errors:
        raise fake.errors[0]


def lenet():
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(4, kernel_size=3, activation="tanh"),
        nn.MaxPool2D(2, 2),
        nn.Conv2D(6, kernel_size=3),
        nn.BatchNorm(),
        nn.Activation("relu"),
        nn.AvgPool2D(2, 2),
        nn.Flatten(),
        nn.Dense(8, activation="sigmoid"),
        nn.Dropout(0.0),
        nn.Dense(3),
    )
    return net


def test_a_convolutional_network_learns_captured_what_it_learns_eagerly(tier, launches):
    found = []
    for flags in ({}, STATIC):
        mx.random.seed(3)
        net = lenet()
        net.initialize(mx.init.Xavier(), ctx=GPU)
        net(nd.ones((2, 1, 12, 12), ctx=GPU))
        if flags:
            net.hybridize(**flags)
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
        loss_of, losses = gluon.loss.SoftmaxCrossEntropyLoss(), []
        for x, y in batches(15, (6, 1, 12, 12)):
            with autograd.record():
                loss = loss_of(net(x), y)
            loss.backward()
            trainer.step(6)
            losses.append(loss.mean().item())
        found.append((losses, [p.data().asnumpy() for p in net.collect_params().values()]))
    graph = program_of(net)
    assert graph.forward.capture.state == graph.backward.capture.state == "captured as a CUDA graph"
    assert launches["launched"] == 2 * (15 - capture.WARM_UP)
    for ours, theirs in zip(found[1], found[0], strict=True):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, rtol=5e-3, atol=1e-4)


def test_an_lstm_learns_captured_what_it_learns_eagerly(tier, launches):
    found = []
    for flags in ({}, STATIC):
        mx.random.seed(3)
        net = nn.HybridSequential()
        net.add(gluon.rnn.LSTM(5, num_layers=2, layout="NTC"), nn.Dense(3))
        net.initialize(mx.init.Xavier(), ctx=GPU)
        net(nd.ones((2, 4, 3), ctx=GPU))
        if flags:
            net.hybridize(**flags)
        found.append(train_on(net, batches(10, (6, 4, 3))))
    assert launches["launched"] > 0
    np.testing.assert_allclose(found[1], found[0], rtol=1e-3, atol=1e-5)


def train_on(net, pairs):
    """Return the loss of each step."""
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    loss_of, losses = gluon.loss.SoftmaxCrossEntropyLoss(), []
    for x, y in pairs:
        with autograd.record():
            loss = loss_of(net(x), y)
        loss.backward()
        trainer.step(x.shape[0])
        losses.append(loss.mean().item())
    return losses


def test_memory_that_is_needed_elsewhere_is_given_back_and_training_goes_on(launches):
    found = []
    for flags in ({}, STATIC):
        net = made(mlp(), **flags)
        losses = train(net, 6)[0]
        before = launches["captured"]
        capture.release()
        losses += train(net, 6)[0]
        found.append(losses)
    assert launches["captured"] > before > 0
    np.testing.assert_allclose(found[1], found[0], rtol=1e-3, atol=1e-5)


def test_where_no_memory_is_left_for_a_graph_the_plain_program_goes_on(monkeypatch):
    def full(*_):
        raise MemoryError("Out of memory allocating 1,024 bytes")

    monkeypatch.setattr(capture, "_captured", full)
    state, out = runs(mlp(), (2, 5))
    assert state == "not captured as a CUDA graph: Out of memory allocating 1,024 bytes"
    assert out.shape == (2, 3)


def test_another_thread_than_that_of_the_first_runs_can_capture(tier, launches):
    net = lenet()
    net.initialize(ctx=GPU)
    net.hybridize(**STATIC)
    x = nd.ones((2, 1, 12, 12), ctx=GPU)
    expected = [net(x).asnumpy() for _ in range(capture.WARM_UP)][-1]
    found = []
    thread = threading.Thread(target=lambda: found.append(net(x).asnumpy()))
    thread.start()
    thread.join()
    assert program_of(net, training=False).capture.state == "captured as a CUDA graph"
    np.testing.assert_allclose(found[0], expected, rtol=1e-5)


# -- random numbers ----------------------------------------------------------------------------------------------------
def test_dropout_draws_new_numbers_in_each_replay(launches):
    net = made(mlp(nn.Dropout(0.5)), **STATIC)
    x = nd.ones((4, 5), ctx=GPU)
    outputs = []
    for _ in range(8):
        with autograd.record():
            outputs.append(net(x).asnumpy())
    assert launches["launched"] == 8 - capture.WARM_UP
    assert len({out.tobytes() for out in outputs}) == 8


def test_a_seed_starts_captured_dropout_again(launches):
    net = made(mlp(nn.Dropout(0.5)), **STATIC)
    x = nd.ones((4, 5), ctx=GPU)

    def draw():
        mx.random.seed(11)
        with autograd.record():
            return [net(x).asnumpy().tolist() for _ in range(6)]

    draw()
    first, second = draw(), draw()
    assert first == second
    assert all(first[i] != first[j] for i in range(6) for j in range(i))
    assert launches["captured"] > 1


# -- what is refused ---------------------------------------------------------------------------------------------------
def runs(net, *shapes, count=5, train_mode=False):
    """Run a network several times, and return the state of its program and the latest output."""
    net.initialize(ctx=GPU)
    net.hybridize(**STATIC)
    for _ in range(count):
        with autograd.record() if train_mode else autograd.pause():
            out = net(*(nd.ones(shape, ctx=GPU) for shape in shapes))
    return program_of(net, training=False).capture.state, out.asnumpy()


def test_random_numbers_that_the_host_steers_are_refused():
    state, out = runs(nn.HybridLambda(lambda F, x: x + F.random.normal(shape=(2, 2))), (2, 2))
    assert state.startswith("not captured as a CUDA graph: _random_normal")
    assert state.endswith("draws random numbers that the host steers")
    assert out.shape == (2, 2)


def test_a_copy_from_the_host_is_refused_and_the_plain_program_goes_on():
    def add_numbers_of_the_host(xp, data):
        return data + xp.asarray(np.array([1, 2], "float32"))

    x = mx.sym.Variable("x")
    op = Operator(add_numbers_of_the_host, elementwise=True)
    symbol = mx.sym.Symbol([(Node(op, (x._entries[0],), {}, "add"), 0)])
    cached = mx.nd.CachedOp(symbol, list(STATIC.items()))
    for _ in range(5):
        out = cached(nd.zeros((3, 2), ctx=GPU))
    (program,) = cached._programs.values()
    assert program.capture.state == "not captured as a CUDA graph: 8 bytes would be copied from the host"
    assert out.asnumpy().tolist() == [[1, 2]] * 3


def test_a_wait_for_the_device_is_refused():
    state, _ = runs(nn.HybridLambda(lambda F, x: F.contrib.boolean_mask(x, F.ones_like(F.sum(x, axis=1)))), (3, 2))
    assert state.startswith("not captured as a CUDA graph: ")


def test_products_of_cupy_are_refused(monkeypatch):
    monkeypatch.setattr(cublas, "_reason", "switched off by MXLEARN_CUBLAS=0")
    state, out = runs(mlp(), (2, 5))
    assert state.startswith("not captured as a CUDA graph: ")  # in the words of CuPy
    assert out.shape == (2, 3)


def test_the_environment_switches_captures_off(monkeypatch):
    monkeypatch.setenv("MXLEARN_CUDA_GRAPHS", "0")
    state, _ = runs(mlp(), (2, 5))
    assert state == "not captured as a CUDA graph: switched off by MXLEARN_CUDA_GRAPHS=0"


def test_a_program_whose_states_keep_moving_stays_plain(launches):
    x, mean = mx.sym.Variable("x"), mx.sym.Variable("mean")
    symbol = mx.sym.BatchNorm(x, moving_mean=mean, name="bn", fix_gamma=True)
    cached = mx.nd.CachedOp(symbol, list(STATIC.items()))
    names = cached.symbol.list_inputs()
    kept = []
    for _ in range(capture.WARM_UP + capture.MOST_CAPTURES + 3):
        arrays = [nd.ones((4, 3) if name == "x" else (3,), ctx=GPU) for name in names]
        kept.append(arrays)
        with autograd.train_mode():
            cached(*arrays)
    (program,) = cached._programs.values()
    assert "lay elsewhere" in program.capture.reason
    means = [arrays[names.index("mean")].asnumpy() for arrays in kept]
    np.testing.assert_allclose(means, np.full((len(kept), 3), 1.0), rtol=1e-6)


def test_an_error_in_a_kernel_is_told_by_the_plain_program():
    net = made(mlp(), **STATIC)
    for _ in range(4):
        net(nd.ones((2, 5), ctx=GPU))
    with pytest.raises(mx.MXNetError, match="weight"):
        net(nd.ones((2, 6), ctx=GPU))
    assert net(nd.ones((2, 5), ctx=GPU)).shape == (2, 3)


def test_debug_str_tells_the_reason(monkeypatch):
    monkeypatch.setenv("MXLEARN_CUDA_GRAPHS", "0")
    net = made(mlp(), **STATIC)
    train(net, 2)
    text = net.debug_str()
    assert "# training\ndef forward(" in text
    assert "# forward: not captured as a CUDA graph: switched off by MXLEARN_CUDA_GRAPHS=0" in text
    assert "# backward: not captured as a CUDA graph: switched off by MXLEARN_CUDA_GRAPHS=0" in text


def test_the_state_tells_how_many_runs_are_missing():
    net = made(mlp(), **STATIC)
    net(nd.ones((2, 5), ctx=GPU))
    state = program_of(net, training=False).capture.state
    assert state == "to be captured as a CUDA graph after 2 runs, of which 1 are done"
