"""A Module on several contexts: the batch is divided, gradients are summed, the result is that of one context."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ShapeError
from mxlearn.io import DataBatch, DataDesc
from mxlearn.module import Module
from mxlearn.module.executor_group import split_batch

TWO = [mx.cpu(0), mx.cpu(1)]
RNG = np.random.default_rng(0)


def classifier():
    hidden = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")
    return mx.sym.SoftmaxOutput(hidden, name="softmax")


def ready(context, size=8, **options):
    module = Module(classifier(), context=context, **options)
    module.bind([("data", (size, 4))], [("softmax_label", (size,))], inputs_need_grad=True)
    module.init_params(mx.init.One())
    return module


def batch(size=8):
    return DataBatch([mx.nd.array(RNG.normal(size=(size, 4)))], [mx.nd.array(RNG.integers(0, 3, size))])


@pytest.mark.parametrize(
    ("size", "workload", "ends"),
    [
        (8, [1, 1], [4, 8]),
        (9, [1, 1, 1], [3, 6, 9]),
        (9, [2, 1], [6, 9]),
        (10, [1, 1, 1], [3, 6, 10]),
        (8, [1, 1, 1], [3, 6, 8]),
        (11, [3, 1, 2], [6, 8, 11]),
        (13, [3, 1, 2], [6, 8, 13]),
        (3, [1, 1, 1], [1, 2, 3]),
    ],
)
def test_batches_are_divided_by_workload(size, workload, ends):
    assert [part.stop for part in split_batch(size, workload)] == ends


def test_a_batch_that_is_too_small_is_an_error():
    with pytest.raises(ShapeError, match="a batch of 2 is too small for 3 contexts"):
        split_batch(2, [1, 1, 1])


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
@pytest.mark.parametrize("kvstore", ["local", "device"])
def test_training_gives_what_one_context_gives(optimizer, kvstore):
    modules = [ready(mx.cpu()), ready(TWO)]
    for module in modules:
        module.init_optimizer(kvstore=kvstore, optimizer=optimizer, optimizer_params={"learning_rate": 0.1})
    for _ in range(4):
        data = batch()
        for module in modules:
            module.forward_backward(data)
            module.update()
    single, double = (module.get_params()[0] for module in modules)
    for name, expected in single.items():
        assert np.allclose(double[name].asnumpy(), expected.asnumpy(), rtol=1e-5, atol=1e-6)


def test_outputs_and_input_gradients_are_joined():
    single, double = ready(mx.cpu()), ready(TWO)
    data = batch()
    for module in (single, double):
        module.forward_backward(data)
    assert np.allclose(double.get_outputs()[0].asnumpy(), single.get_outputs()[0].asnumpy())
    assert np.allclose(double.get_input_grads()[0].asnumpy(), single.get_input_grads()[0].asnumpy())
    assert double.output_shapes == single.output_shapes == [("softmax_output", (8, 3))]
    parts = double.get_outputs(merge_multi_context=False)[0]
    assert [(p.shape, p.context) for p in parts] == [((4, 3), TWO[0]), ((4, 3), TWO[1])]


def test_metrics_see_the_whole_batch():
    single, double = ready(mx.cpu()), ready(TWO)
    data, found = batch(), []
    for module in (single, double):
        metric = mx.metric.create(["acc", "ce"])
        module.forward(data, is_train=False)
        module.update_metric(metric, data.label)
        found.append(metric.get()[1])
    assert np.allclose(*found)


def test_uneven_workloads_and_other_batch_sizes():
    module = ready(TWO, work_load_list=[3, 1])
    module.forward(batch(), is_train=False)
    assert [p.shape[0] for p in module.get_outputs(merge_multi_context=False)[0]] == [6, 2]
    module.forward(batch(5), is_train=False)
    assert [p.shape[0] for p in module.get_outputs(merge_multi_context=False)[0]] == [4, 1]


def test_the_batch_axis_follows_the_layout():
    net = mx.sym.sum(mx.sym.Variable("data"), axis=0)
    module = Module(net, label_names=None, context=TWO)
    module.bind([DataDesc("data", (3, 4), layout="TN")])
    module.init_params()
    module.forward(DataBatch([mx.nd.arange(12).reshape((3, 4))]), is_train=False)
    assert module.get_outputs()[0].asnumpy().tolist() == [12, 15, 18, 21]


def test_parameters_are_the_mean_of_their_copies():
    module = ready(TWO)
    module._exec_group.param_arrays[0][1][:] = 3
    module._params_dirty = True
    assert module.get_params()[0]["fc_weight"].asnumpy().tolist() == [[2] * 4] * 3
