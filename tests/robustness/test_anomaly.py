"""autograd.detect_anomaly: training stops at the first NaN or infinity, and says where it came from."""
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.core.anomaly import NonFiniteError
from mxlearn.gluon import nn
from mxlearn.ndarray import dispatch

INFINITY = float("inf")


def leaf(values):
    x = nd.array(values)
    x.attach_grad()
    return x


class LogOfDense(gluon.HybridBlock):
    """log(w x): not defined where w x is 0 or less."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.dense = nn.Dense(1, in_units=2, use_bias=False, weight_initializer="ones")

    def hybrid_forward(self, F, x):
        return F.log(self.dense(x), name="logarithm")


@pytest.fixture(params=[False, True], ids=["eager", "hybridized"])
def net(request):
    net = LogOfDense(prefix="net_")
    net.initialize()
    if request.param:
        net.hybridize()
    return net


# -- eager operators ---------------------------------------------------------------------------------------------------
def test_the_operator_that_makes_the_first_nan_is_named_with_its_inputs():
    x = leaf([4.0, -1.0])
    with pytest.raises(NonFiniteError) as caught, autograd.detect_anomaly(), autograd.record():
        (x.sqrt() + 1).sum()
    text = str(caught.value)
    assert text.startswith("sqrt: its output holds NaN (1 of 2 elements)") and "from -1 to 4" in text


def test_infinity_is_an_anomaly_too():
    x = leaf([0.0])
    with pytest.raises(FloatingPointError, match="elemwise_div: its output holds infinity"):
        with autograd.detect_anomaly(), autograd.record():
            nd.ones((1,)) / x


def test_a_scalar_operator_is_checked():
    x = leaf([1e30])
    with pytest.raises(NonFiniteError, match=r"mul_scalar: its output holds infinity"):
        with autograd.detect_anomaly(), autograd.record():
            x * 1e30


def test_nan_in_the_data_is_told_from_nan_that_an_operator_made():
    data, w = nd.array([[1.0, float("nan")]]), leaf([[1.0], [1.0]])
    with pytest.raises(NonFiniteError, match=r"dot: its input 'lhs' holds NaN \(1 of 2 elements\) already"):
        with autograd.detect_anomaly(), autograd.record():
            nd.dot(data, w)


def test_backward_names_the_operator_whose_gradient_is_not_finite_and_stores_none():
    x = leaf([4.0, 0.0])
    with autograd.detect_anomaly():
        with autograd.record():
            y = (x.sqrt() * 2).sum()
        with pytest.raises(NonFiniteError, match=r"backward of sqrt: the gradient of its input 'data' holds infinity"):
            y.backward()
    assert x.grad.asnumpy().tolist() == [0, 0]


def test_a_custom_function_is_checked():
    class Bad(autograd.Function):
        def forward(self, x):
            return nd.log(x - x)

        def backward(self, dy):
            return dy

    with pytest.raises(NonFiniteError, match="Function 'Bad': its output holds infinity"):
        with autograd.detect_anomaly(), autograd.record():
            Bad()(leaf([1.0]))


# -- networks ----------------------------------------------------------------------------------------------------------
def test_a_network_names_the_block_or_node(net):
    with pytest.raises(NonFiniteError, match=r"log 'net_?(logarithm)?': its output holds infinity"):
        with autograd.detect_anomaly(), autograd.record():
            net(nd.zeros((3, 2)))
    assert not autograd.is_recording()


def test_a_diverged_parameter_is_named(net):
    net.dense.weight.set_data(nd.array([[1, float("nan")]]))
    with pytest.raises(NonFiniteError, match=r"'weight' \(net_dense0_weight\) holds NaN \(1 of 2 elements\) already"):
        with autograd.detect_anomaly(), autograd.record():
            net(nd.ones((3, 2)))


def test_backward_through_a_network_stores_nothing_when_it_fails(net):
    net.dense.weight.grad()[:] = 7
    with autograd.detect_anomaly():
        with autograd.record():
            loss = net(nd.full((1, 2), 1e-30)) * 1e20                    # d log(w x) = 1 / (w x) = 5e29, times 1e20
        with pytest.raises(NonFiniteError, match="log"):
            loss.backward()
    assert net.dense.weight.grad().asnumpy().tolist() == [[7, 7]]


def test_moving_averages_are_left_as_they_were():
    net = nn.HybridSequential()
    net.add(nn.BatchNorm(in_channels=2), nn.HybridLambda(lambda F, x: F.log(x)))
    net.initialize()
    net.hybridize()
    with pytest.raises(NonFiniteError), autograd.detect_anomaly(), autograd.record():
        net(nd.array([[1, 2], [3, 4]]))
    assert net[0].running_mean.data().asnumpy().tolist() == [0, 0]


def test_module_fit_stops_before_the_update():
    data = np.array([[1.0, 2.0], [3.0, INFINITY], [1.0, 1.0], [0.0, 1.0]], "float32")
    batches = mx.io.NDArrayIter(data, np.zeros(4), batch_size=2)
    scores = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc1")
    module = mx.mod.Module(mx.sym.SoftmaxOutput(scores, name="softmax"))
    ones = {"fc1_weight": nd.ones((2, 2)), "fc1_bias": nd.zeros((2,))}
    with pytest.raises(NonFiniteError, match=r"FullyConnected 'fc1': its input 'data' \(data\) holds infinity"):
        with autograd.detect_anomaly():
            module.fit(batches, arg_params=ones, num_epoch=1)
    assert module.get_params()[0]["fc1_weight"].asnumpy().tolist() == [[1, 1], [1, 1]]


def test_an_executor_names_the_node_of_the_backward_graph():
    x = mx.sym.Variable("x")
    executor = mx.sym.sqrt(x, name="root").simple_bind(mx.cpu(), x=(2,))
    with autograd.detect_anomaly():
        executor.forward(is_train=True, x=nd.array([1, 0]))
        with pytest.raises(NonFiniteError, match=r"\(backward of sqrt 'root'\): its output holds infinity"):
            executor.backward()
    assert executor.grad_dict["x"].asnumpy().tolist() == [0, 0]


# -- the switch --------------------------------------------------------------------------------------------------------
def test_without_the_switch_nan_passes_and_nobody_looks():
    assert dispatch.observe is None
    x = leaf([-1.0])
    with autograd.record():
        y = x.sqrt()
    y.backward()
    assert np.isnan(x.grad.asscalar())


def test_the_switch_nests_and_goes_back():
    with autograd.detect_anomaly():
        with autograd.detect_anomaly(False), autograd.record():
            leaf([-1.0]).sqrt()
        with pytest.raises(NonFiniteError), autograd.record():
            leaf([-1.0]).sqrt()
    assert dispatch.observe is None


def test_the_switch_is_one_of_each_thread():
    passed = []

    def other():
        with autograd.record():
            passed.append(np.isnan(leaf([-1.0]).sqrt().asscalar()))

    with autograd.detect_anomaly():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert passed == [True]


def test_the_environment_variable_switches_it_on():
    program = (
        "import mxlearn as mx\n"
        "x = mx.nd.array([-1.0]); x.attach_grad()\n"
        "with mx.autograd.record():\n"
        "    x.sqrt()\n"
    )
    environment = {**os.environ, "MXLEARN_DETECT_ANOMALY": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "NonFiniteError: sqrt: its output holds NaN (1 of 1 elements)" in done.stderr
