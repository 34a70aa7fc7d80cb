"""The monitor of a training loop on a GPU: it does not wait for the device at each step, and finds what a CPU finds."""
import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.training import layers

import mxlearn as mx
from mxlearn import autograd, backend, gluon, nd

GPU = mx.gpu(0)


@pytest.fixture
def transfers(monkeypatch):
    """The list of sizes of the arrays that were fetched from the device."""
    found, plain = [], backend.to_numpy

    def counting(raw):
        if not isinstance(raw, np.ndarray):
            found.append(raw.size)
        return plain(raw)

    monkeypatch.setattr(backend, "to_numpy", counting)
    return found


@pytest.fixture(autouse=True)
def no_runs():
    mxw.TrainMonitor.runs.clear()
    yield
    mxw.TrainMonitor.runs.clear()


def trained(ctx):
    net = gluon.nn.Dense(3, in_units=4, prefix="fc_")
    net.initialize(ctx=ctx)
    net.weight.set_data(np.arange(12, dtype="float32").reshape(3, 4) / 10)
    x = nd.array(np.arange(8, dtype="float32").reshape(2, 4) / 8, ctx=ctx)
    with autograd.record():
        loss = (net(x) ** 2).sum()
    loss.backward()
    return net


def test_logging_fetches_nothing_and_a_picture_fetches_all_at_once(transfers):
    for k in (monitor := mxw.monitor(range(50))):
        monitor._due = np.inf  # no picture in between
        monitor.log(loss=nd.array([k, k + 2.0], ctx=GPU))
        transfers_so_far = list(transfers)
    assert transfers_so_far == []
    assert transfers == [50]
    assert monitor.runs[-1]["loss"][1].tolist() == [k + 1.0 for k in range(50)]


def test_a_logged_array_may_change_afterwards():
    total = nd.zeros((1,), ctx=GPU)
    for _ in (monitor := mxw.monitor(range(3))):
        total += 1
        monitor.log(total=total)
    assert monitor.runs[-1]["total"][1].tolist() == [1.0, 2.0, 3.0]


def test_the_mean_of_small_floats_does_not_overflow():
    for _ in (monitor := mxw.monitor(range(1))):
        monitor.log(loss=nd.full((8,), 60000.0, ctx=GPU).astype("float16"))
    assert monitor.runs[-1]["loss"][1].tolist() == [60000.0]


def test_layers_are_the_same_as_on_the_cpu_and_fetched_by_few_transfers(transfers):
    (there,) = layers.look(trained(GPU))
    assert len(transfers) == 2  # the sums, and the samples
    (here,) = layers.look(trained(mx.cpu()))
    assert there.weight == pytest.approx(here.weight) and there.gradient == pytest.approx(here.gradient)
    assert there.weights[1] == pytest.approx(here.weights[1]) and there.gradients[0] == pytest.approx(here.gradients[0])


def test_a_network_on_the_gpu_is_evaluated_with_data_of_the_host():
    net = trained(GPU)
    found = mxw.monitor().evaluate(net, np.eye(4, dtype="float32"), np.array([0, 1, 2, 2]))
    assert found.matrix.sum() == 4
