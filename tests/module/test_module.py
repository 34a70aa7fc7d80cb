"""Module: binding, parameters, one batch at a time."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError, NotFoundError, ShapeError
from mxlearn.io import DataBatch, DataDesc
from mxlearn.module import BaseModule, Module


def classifier():
    hidden = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
    return mx.sym.SoftmaxOutput(hidden, name="softmax")


def bound(symbol=None, size=4, **options):
    bind = {k: options.pop(k) for k in ("for_training", "inputs_need_grad", "grad_req") if k in options}
    module = Module(symbol or classifier(), **options)
    module.bind([("data", (size, 3))], [("softmax_label", (size,))], **bind)
    return module


def ready(**options):
    module = bound(**options)
    module.init_params(mx.init.One())
    return module


def batch(size=4, value=1.0):
    return DataBatch([mx.nd.full((size, 3), value)], [mx.nd.zeros(size)])


def weights(module):
    return {name: p.asnumpy().tolist() for name, p in module.get_params()[0].items()}


# -- names and shapes --------------------------------------------------------------------------------------------------
def test_a_module_knows_its_inputs_and_outputs():
    module = bound()
    assert (module.data_names, module.label_names) == (["data"], ["softmax_label"])
    assert module.output_names == ["softmax_output"]
    assert module.data_shapes == [DataDesc("data", (4, 3))]
    assert module.label_shapes == [DataDesc("softmax_label", (4,))]
    assert module.output_shapes == [("softmax_output", (4, 2))]
    assert module.symbol.list_outputs() == ["softmax_output"]


@pytest.mark.parametrize("option", ["data_names", "fixed_param_names", "state_names"])
def test_names_that_the_symbol_lacks_are_errors(option):
    with pytest.raises(NotFoundError, match=r"input with name 'nope' is not found.*\n\tdata"):
        Module(classifier(), **{option: ["nope"]})


def test_a_missing_label_is_only_a_warning():
    with pytest.warns(UserWarning, match="label_names=\\['nope'\\]"):
        Module(classifier(), label_names=["nope"])


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda m: m.data_shapes, r"no shapes yet.*\n.*bind"),
        (lambda m: m.init_params(), r"no shapes yet.*\n.*bind"),
        (lambda m: m.get_params(), r"not initialized.*\n.*init_params"),
        (lambda m: m.forward(batch()), r"no shapes yet"),
        (lambda m: (m.bind([("data", (4, 3))]), m.forward(batch())), r"not initialized"),
        (lambda m: (m.bind([("data", (4, 3))]), m.init_params(), m.update()), r"no optimizer.*\n.*init_optimizer"),
    ],
)
def test_what_is_missing_is_named(use, message):
    with pytest.raises(MXNetError, match=message):
        use(Module(classifier()))


@pytest.mark.parametrize(
    ("data", "labels", "message"),
    [
        ([("image", (4, 3))], None, r"data must be named \['data'\]. Received: \['image'\]"),
        ([("data", (4, 3))], [("y", (4,))], r"labels must be named \['softmax_label'\].*\n"),
        ([("data", (4, 3)), ("more", (4,))], None, "data must be named"),
    ],
)
def test_bind_checks_names(data, labels, message):
    with pytest.raises(ArgumentError, match=message):
        Module(classifier()).bind(data, labels)


def test_a_second_bind_needs_force(caplog):
    module = ready()
    module.bind([("data", (8, 3))], [("softmax_label", (8,))])
    assert "Already bound, ignoring bind()" in caplog.messages
    assert module.data_shapes[0].shape == (4, 3)
    before = weights(module)
    module.bind([("data", (8, 3))], [("softmax_label", (8,))], force_rebind=True)
    assert module.output_shapes == [("softmax_output", (8, 2))]
    assert weights(module) == before
    module.forward(batch(8))


def test_a_context_must_be_one():
    with pytest.raises(ArgumentError, match="context must be"):
        Module(classifier(), context=3)
    with pytest.raises(ArgumentError, match="work_load_list"):
        Module(classifier(), context=[mx.cpu(0), mx.cpu(1)], work_load_list=[1])


# -- parameters --------------------------------------------------------------------------------------------------------
def test_parameters_are_initialized_by_name():
    module = ready()
    assert weights(module) == {"fc_weight": [[1, 1, 1]] * 2, "fc_bias": [0, 0]}


def test_given_parameters_go_before_the_initializer():
    module = bound()
    given = {"fc_weight": mx.nd.full((2, 3), 5)}
    with pytest.raises(NotFoundError, match="'fc_bias' is not presented; pass allow_missing=True"):
        module.init_params(mx.init.Zero(), arg_params=given, aux_params={})
    assert not module.params_initialized
    module.init_params(mx.init.Zero(), arg_params=given, aux_params={}, allow_missing=True)
    assert weights(module) == {"fc_weight": [[5, 5, 5]] * 2, "fc_bias": [0, 0]}


def test_a_second_initialization_needs_force():
    module = ready()
    with pytest.warns(UserWarning, match="already initialized and force_init=False"):
        module.init_params(mx.init.Zero())
    module.init_params(mx.init.Zero(), force_init=True)
    assert weights(module)["fc_weight"] == [[0, 0, 0]] * 2


def test_parameters_of_a_larger_net_are_ignored_as_in_mxnet():
    module = ready()
    given = {"fc_weight": mx.nd.zeros((2, 3)), "fc_bias": mx.nd.zeros(2), "fc2_weight": mx.nd.zeros(1)}
    module.set_params(given, {})
    assert weights(module)["fc_weight"] == [[0, 0, 0]] * 2
    given = {"fc_weihgt": mx.nd.ones((2, 3)), "fc_bias": mx.nd.ones(2)}
    message = "'fc_weihgt' is no parameter of the symbol, and is ignored. Did you mean 'fc_weight'"
    with pytest.warns(UserWarning, match=message):
        module.init_params(mx.init.Zero(), arg_params=given, allow_missing=True, force_init=True)


def test_parameters_of_a_wrong_shape_change_nothing():
    module = ready()
    with pytest.raises(ShapeError, match=r"'fc_bias' has shape \(2,\). Received: \(3,\)"):
        module.set_params({"fc_weight": mx.nd.zeros((2, 3)), "fc_bias": mx.nd.zeros(3)}, {})
    assert weights(module)["fc_weight"] == [[1, 1, 1]] * 2


def test_parameters_are_copied():
    module = bound()
    given = {"fc_weight": mx.nd.ones((2, 3)), "fc_bias": mx.nd.ones(2)}
    module.init_params(arg_params=given, aux_params={})
    given["fc_weight"][:] = 9
    assert weights(module)["fc_weight"] == [[1, 1, 1]] * 2


# -- one batch ---------------------------------------------------------------------------------------------------------
def test_forward_backward_update():
    module = ready()
    module.init_optimizer(optimizer_params={"learning_rate": 4.0})
    module.forward(batch(), is_train=True)
    assert module.get_outputs()[0].asnumpy().tolist() == [[0.5, 0.5]] * 4
    module.backward()
    module.update()
    # the mean of (p - y) x over the batch is (-0.5, 0.5); the rate is 4
    assert weights(module) == {"fc_weight": [[3, 3, 3], [-1, -1, -1]], "fc_bias": [2, -2]}


def test_gradients_are_divided_by_the_batch_size_unless_told_otherwise():
    module = ready()
    module.init_optimizer()
    assert module._optimizer.rescale_grad == 0.25
    module.init_optimizer(optimizer_params={"rescale_grad": 1.0}, force_init=True)
    assert module._optimizer.rescale_grad == 1
    with pytest.warns(UserWarning, match="rescale_grad"):
        module.init_optimizer(optimizer=mx.optimizer.SGD(), force_init=True)


def test_a_batch_of_another_size_rebinds():
    module = ready()
    module.forward(batch(2), is_train=False)
    assert module.get_outputs()[0].shape == (2, 2)
    module.forward(DataBatch([mx.nd.ones((7, 3))]), is_train=False)      # without labels too
    assert module.get_outputs()[0].shape == (7, 2)
    assert weights(module)["fc_weight"] == [[1, 1, 1]] * 2


def test_data_of_another_width_is_an_error_and_changes_nothing():
    module = ready()
    with pytest.raises(ShapeError):
        module.forward(DataBatch([mx.nd.ones((4, 5))], [mx.nd.zeros(4)]))
    module.forward(batch())
    assert module.get_outputs()[0].shape == (4, 2)


def test_a_batch_must_have_every_input():
    with pytest.raises(ArgumentError, match="1 data arrays are needed, the batch has 2"):
        ready().forward(DataBatch([mx.nd.ones((4, 3))] * 2))


def test_fixed_parameters_stay():
    module = ready(fixed_param_names=["fc_bias"])
    module.init_optimizer(optimizer_params={"learning_rate": 1.0})
    module.forward_backward(batch())
    module.update()
    assert weights(module)["fc_bias"] == [0, 0]
    assert weights(module)["fc_weight"] != [[1, 1, 1]] * 2


def test_gradients_add_up_on_request():
    module = ready(grad_req="add")
    for _ in range(3):
        module.forward_backward(batch())
    assert module._exec_group.execs[0].grad_dict["fc_bias"].asnumpy().tolist() == [-6, 6]


def test_gradients_of_the_data():
    module = ready(inputs_need_grad=True)
    module.set_params({"fc_weight": mx.nd.array([[1, 2, 3], [4, 5, 6]]), "fc_bias": mx.nd.zeros(2)}, {})
    module.forward_backward(batch(value=0))
    (gradient,) = module.get_input_grads()
    assert gradient.asnumpy()[0].tolist() == [1.5, 1.5, 1.5]             # -0.5 * row 0 + 0.5 * row 1
    with pytest.raises(MXNetError, match="inputs_need_grad=True"):
        ready().get_input_grads()


def test_head_gradients_may_be_given():
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
    module = Module(net, label_names=None)
    module.bind([("data", (4, 3))])
    module.init_params(mx.init.One())
    module.forward(DataBatch([mx.nd.ones((4, 3))]), is_train=True)
    module.backward([mx.nd.full((4, 2), 2)])
    assert module._exec_group.execs[0].grad_dict["fc_bias"].asnumpy().tolist() == [8, 8]


def test_metrics_are_updated_with_outputs_and_labels():
    module, metric = ready(), mx.metric.create("acc")
    module.forward(batch(), is_train=False)
    module.update_metric(metric, batch().label)
    assert metric.get() == ("accuracy", 1.0)


def test_a_monitor_watches_every_output():
    module, seen = ready(), []
    monitor = mx.mon.Monitor(1, stat_func=lambda x: x.mean(), pattern=".*_output")
    module.install_monitor(monitor)
    monitor.tic()
    module.forward(batch(), is_train=False)
    seen = [name for _, name, _ in monitor.toc()]
    assert seen == ["fc_output", "softmax_output"]


# -- states, sharing, optimizers ---------------------------------------------------------------------------------------
def test_states_are_zero_until_they_are_set():
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc") + mx.sym.Variable("memory")
    module = Module(net, label_names=None, state_names=["memory"])
    module.bind([("data", (2, 3))])
    module.init_params(mx.init.Zero())
    assert [s.asnumpy().tolist() for s in module.get_states()] == [[[0, 0], [0, 0]]]
    module.set_states(value=3)
    module.forward(DataBatch([mx.nd.ones((2, 3))]), is_train=False)
    assert module.get_outputs()[0].asnumpy().tolist() == [[3, 3], [3, 3]]
    module.set_states(states=module.get_outputs())
    module.set_states(states=[[mx.nd.ones((2, 2))]])
    assert module.get_states(merge_multi_context=False)[0][0].asnumpy().tolist() == [[1, 1], [1, 1]]
    with pytest.raises(ArgumentError, match="either states or value"):
        module.set_states()
    with pytest.raises(ArgumentError, match="1 states are needed, 2 given"):
        module.set_states(states=[1, 2])
    with pytest.raises(ShapeError, match="'memory' has shape"):
        module.set_states(states=[mx.nd.ones((2, 7))])


def test_a_module_may_use_the_parameters_of_another():
    first = ready()
    second = Module(classifier())
    second.bind([("data", (9, 3))], [("softmax_label", (9,))], shared_module=first)
    first.init_optimizer(optimizer_params={"learning_rate": 1.0})
    second.borrow_optimizer(first)
    second.forward_backward(batch(9))
    second.update()
    assert weights(second)["fc_bias"] != [0, 0]


def test_states_of_the_optimizer_come_back_from_a_file(tmp_path):
    def step(module, count):
        for _ in range(count):
            module.forward_backward(batch())
            module.update()

    options = {"optimizer": "sgd", "optimizer_params": {"learning_rate": 0.1, "momentum": 0.9}}
    straight = ready()
    straight.init_optimizer(**options)
    step(straight, 3)
    straight.save_optimizer_states(tmp_path / "states")
    arguments, auxiliary = straight.get_params()
    resumed = bound()
    resumed.init_params(arg_params=arguments, aux_params=auxiliary)
    resumed.init_optimizer(**options)
    resumed.load_optimizer_states(tmp_path / "states")
    step(straight, 3)
    step(resumed, 3)
    assert weights(straight) == weights(resumed)


def test_a_base_module_leaves_the_work_to_its_subclass():
    with pytest.raises(NotImplementedError, match="BaseModule must define forward"):
        BaseModule().forward(batch())


def test_interrupts_leave_parameters_whole(monkeypatch):
    module = ready()
    module.init_optimizer(optimizer_params={"learning_rate": 1.0})
    before = weights(module)

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module._exec_group.execs[0].training_graph.backward, "run", interrupt)
        with pytest.raises(KeyboardInterrupt):
            module.forward_backward(batch())
    assert weights(module) == before
    module.forward_backward(batch())
    module.update()
    assert np.isfinite(weights(module)["fc_weight"]).all()


def test_a_module_takes_the_parameters_and_the_optimizer_of_another():
    first = ready()
    first.init_optimizer(optimizer_params={"learning_rate": 0.5})
    second = Module(classifier())
    second.bind([("data", (2, 3))], [("softmax_label", (2,))], shared_module=first)
    assert second.params_initialized and second.optimizer_initialized
    before = weights(first)
    second.forward_backward(batch(2))
    second.update()
    mine = first._exec_group.execs[0].arg_dict["fc_weight"]
    assert mine is second._exec_group.execs[0].arg_dict["fc_weight"]
    assert mine.asnumpy().tolist() != before["fc_weight"]


def test_a_shared_module_must_be_bound():
    for other in (Module(classifier()), 3):
        with pytest.raises(ArgumentError, match="shared_module must be a Module that is bound"):
            Module(classifier()).bind([("data", (2, 3))], [("softmax_label", (2,))], shared_module=other)


def test_grad_req_may_be_a_list():
    module = Module(classifier())
    module.bind([("data", (4, 3))], [("softmax_label", (4,))], grad_req=["null", "add", "write", "null"])
    assert list(module._exec_group.grad_req.values()) == ["null", "add", "write", "null"]
    with pytest.raises(ArgumentError, match="4 arguments, but 1 entries"):
        Module(classifier()).bind([("data", (4, 3))], [("softmax_label", (4,))], grad_req=["null"])


def test_labels_may_be_divided_already():
    module = ready(context=[mx.cpu(0), mx.cpu(1)])
    data = batch(4)
    module.forward(data, is_train=False)
    whole, parts = mx.metric.create("acc"), mx.metric.create("acc")
    module.update_metric(whole, data.label)
    module.update_metric(parts, [[data.label[0][:2]], [data.label[0][2:]]], pre_sliced=True)
    assert whole.get() == parts.get()


def test_the_last_callback_of_score_gets_the_number_of_batches():
    seen = []
    data = mx.io.NDArrayIter(np.ones((10, 3)), np.zeros(10), batch_size=4)
    ready().score(data, "acc", score_end_callback=lambda param: seen.append((param.epoch, param.nbatch)), epoch=2)
    assert seen == [(2, 3)]


def test_compression_is_refused_where_it_would_begin():
    module = ready(context=[mx.cpu(0), mx.cpu(1)], compression_params={"type": "2bit"})
    with pytest.raises(MXNetError, match="Leave compression_params out"):
        module.init_optimizer()


@pytest.mark.parametrize(
    ("options", "message"),
    [({"kvstore": 3}, "kvstore must be KVStore, str or None"), ({"optimizer": 3}, "optimizer must be a name")],
)
def test_init_optimizer_checks_what_it_is_given(options, message):
    with pytest.raises(ArgumentError, match=message):
        ready().init_optimizer(**options)
