"""Chains of modules, and modules that are written in Python."""
import logging

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError
from mxlearn.io import DataBatch

RNG = np.random.default_rng(1)


def hidden():
    return mx.sym.Activation(
        mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc1"), act_type="tanh", name="act"
    )


def loss(data=None):
    data = mx.sym.Variable("data") if data is None else data
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(data, num_hidden=3, name="fc2"), name="softmax")


def chain(**options):
    module = mx.mod.SequentialModule()
    module.add(mx.mod.Module(hidden(), label_names=None, **options))
    return module.add(mx.mod.Module(loss(), **options), take_labels=True, auto_wiring=True)


def batch(size=6):
    return DataBatch([mx.nd.array(RNG.normal(size=(size, 5)))], [mx.nd.array(RNG.integers(0, 3, size))])


def test_a_chain_trains_like_the_one_graph_that_it_was_cut_from():
    whole, parts = mx.mod.Module(loss(hidden())), chain()
    for module in (whole, parts):
        module.bind([("data", (6, 5))], [("softmax_label", (6,))], inputs_need_grad=True)
        module.init_params(mx.init.Xavier())
    parts.init_params(arg_params=whole.get_params()[0], aux_params={}, allow_missing=True, force_init=True)
    for module in (whole, parts):
        module.init_optimizer(optimizer="adam", optimizer_params={"learning_rate": 0.1})
    for _ in range(3):
        data = batch()
        for module in (whole, parts):
            module.forward_backward(data)
            module.update()
        np.testing.assert_allclose(
            whole.get_input_grads()[0].asnumpy(), parts.get_input_grads()[0].asnumpy(), rtol=1e-5, atol=1e-7
        )
        assert (whole.get_outputs()[0].asnumpy() == parts.get_outputs()[0].asnumpy()).all()
    mine = parts.get_params()[0]
    for name, array in whole.get_params()[0].items():
        np.testing.assert_allclose(array.asnumpy(), mine[name].asnumpy(), rtol=1e-6)


def test_names_and_shapes_are_those_of_the_ends():
    module = chain()
    assert (module.data_names, module.output_names, module.symbol) == (["data"], ["softmax_output"], None)
    module.bind([("data", (6, 5))], [("softmax_label", (6,))])
    assert module.data_shapes == [("data", (6, 5))]
    assert module.label_shapes == [("softmax_label", (6,))]
    assert module.output_shapes == [("softmax_output", (6, 3))]
    assert mx.mod.SequentialModule().data_names == []


def test_without_wiring_the_names_must_agree():
    named = mx.sym.FullyConnected(mx.sym.Variable("act_output"), num_hidden=2, name="fc3")
    module = mx.mod.SequentialModule()
    module.add(mx.mod.Module(hidden(), label_names=None))
    module.add(mx.mod.Module(named, data_names=["act_output"], label_names=None))
    module.bind([("data", (6, 5))])
    assert module.output_shapes == [("fc3_output", (6, 2))]
    wrong = mx.mod.SequentialModule().add(mx.mod.Module(hidden(), label_names=None)).add(mx.mod.Module(loss()))
    with pytest.raises(ArgumentError, match=r"must be named \['data'\]. Received: \['act_output'\]"):
        wrong.bind([("data", (6, 5))])


def test_a_name_in_two_modules_is_an_error():
    module = mx.mod.SequentialModule()
    for _ in range(2):
        module.add(mx.mod.Module(hidden(), label_names=None), auto_wiring=True)
    module.bind([("data", (6, 5))])
    with pytest.raises(ArgumentError, match='name "fc1_weight" in layer 1 .* is already used in layer 0'):
        module.init_params()


def test_a_chain_over_two_contexts():
    one, two = chain(), chain(context=[mx.cpu(0), mx.cpu(1)])
    data = batch()
    for module in (one, two):
        module.bind([("data", (6, 5))], [("softmax_label", (6,))])
        module.init_params(mx.init.One())
        module.init_optimizer(optimizer_params={"learning_rate": 0.3})
        module.forward_backward(data)
        module.update()
    mine = two.get_params()[0]
    for name, array in one.get_params()[0].items():
        np.testing.assert_allclose(array.asnumpy(), mine[name].asnumpy(), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mx.mod.SequentialModule().bind([("data", (2, 3))]), "empty SequentialModule"),
        (lambda: chain().add(mx.mod.BaseModule(), take_lables=True), "Did you mean 'take_labels'"),
        (lambda: chain().bind([("data", (2, 3))], shared_module=chain()), "Shared module is not supported"),
        (lambda: chain().forward(batch()), "Call bind"),
    ],
)
def test_misuse_is_said(call, message):
    with pytest.raises(MXNetError, match=message):
        call()


def softmax_gradient(scores, labels):
    return mx.nd.softmax(scores) - mx.nd.one_hot(labels, 3)


def test_a_loss_in_python_trains_as_the_operator_does(caplog):
    caplog.set_level(logging.INFO)
    x = RNG.normal(size=(40, 5)).astype("float32")
    y = (x[:, 0] > 0).astype("float32") + (x[:, 1] > 0)
    scores = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc2")
    python = mx.mod.SequentialModule().add(mx.mod.Module(scores, label_names=None))
    python.add(mx.mod.PythonLossModule(grad_func=softmax_gradient), take_labels=True, auto_wiring=True)
    operator = mx.mod.Module(loss())
    for module in (python, operator):
        data = mx.io.NDArrayIter(x, y, batch_size=8)
        module.fit(data, num_epoch=3, initializer=mx.init.One(), optimizer_params={"learning_rate": 0.2})
    mine = python.get_params()[0]
    for name, array in operator.get_params()[0].items():
        np.testing.assert_allclose(array.asnumpy(), mine[name].asnumpy(), rtol=1e-5, atol=1e-6)
    lines = [line for line in caplog.messages if "accuracy" in line]
    assert lines[:3] == lines[3:]


def test_a_gradient_may_be_a_numpy_array():
    module = mx.mod.PythonLossModule(grad_func=lambda scores, labels: 2 * scores.asnumpy())
    module.bind([("data", (6, 5))], [("softmax_label", (6,))])
    data = batch()
    module.forward(data, is_train=True)
    module.backward()
    assert (module.get_input_grads()[0].asnumpy() == 2 * data.data[0].asnumpy()).all()


def test_python_modules_have_no_parameters():
    module = mx.mod.PythonLossModule(name="mine")
    assert module.output_names == ["mine_output"]
    assert module.get_params() == ({}, {})
    module.bind([("data", (6, 5))], [("softmax_label", (6,))])
    module.init_params()
    module.init_optimizer()
    module.update()
    assert module.output_shapes == [("mine_output", (6, 5))]
    metric = mx.metric.create("acc")
    module.forward(DataBatch([mx.nd.array([[0, 1], [1, 0]])], [mx.nd.array([1, 1])]), is_train=True)
    module.update_metric(metric, [mx.nd.array([1, 1])])
    assert metric.get() == ("accuracy", 0.5)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: mx.mod.PythonLossModule(data_names=["a", "b"]), ArgumentError, "data_names must hold one name"),
        (lambda: mx.mod.PythonLossModule(grad_func=3), ArgumentError, "must be a function"),
        (lambda: mx.mod.PythonModule(["d"], None, ["o"]).bind([("x", (2,))]), ArgumentError, r"\['d'\]"),
        (lambda: mx.mod.PythonModule(["d"], None, ["o"]).bind([("d", (2,))]), NotImplementedError, "_compute_output"),
        (lambda: mx.mod.PythonModule(["d"], None, ["o"]).forward(None), NotImplementedError, "forward"),
        (lambda: mx.mod.BaseModule().data_names, NotImplementedError, "must define data_names"),
        (lambda: mx.mod.BaseModule().get_outputs(), NotImplementedError, "must define get_outputs"),
    ],
)
def test_what_a_python_module_lacks_is_said(call, error, message):
    with pytest.raises(error, match=message):
        call()
